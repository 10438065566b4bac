using System.Text.Json.Serialization;
using Embeddings.Api.Wire;

namespace Embeddings.Api.Tokenization;

/// <summary>Texts to cut into tokens.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record TokenizeRequest
{
    /// <summary>A text or a list of texts.</summary>
    /// <example>["The cat sits outside"]</example>
    [JsonConverter(typeof(TextListConverter))]
    public IReadOnlyList<string>? Input { get; init; }

    /// <summary>The model whose tokens they are; absent means the default.</summary>
    /// <example>text-embedding-3-small</example>
    public string? Model { get; init; }

    /// <summary>Not of the wire: whether the special tokens are listed that the model adds to every text.</summary>
    internal bool AddsSpecialTokens { get; init; } = true;

    /// <summary>Not of the wire: whether an empty text is refused, which has no tokens but special ones.</summary>
    internal bool RefusesEmpty { get; init; }

    /// <summary>Not of the wire: the prompt that is put before each text, by the model's name for it.</summary>
    internal string? PromptName { get; init; }
}

/// <summary>Ids of a model's vocabulary to turn into texts.</summary>
/// <param name="Ids">The ids of each text; those that the model does not have are left out.</param>
/// <param name="SkipsSpecialTokens">Whether special tokens are left out too.</param>
/// <param name="Model">The model; null means the default.</param>
internal sealed record DecodeWork(IReadOnlyList<int[]> Ids, bool SkipsSpecialTokens, string? Model)
{
    /// <summary>The field of the request that has the ids.</summary>
    public string Field { get; init; } = "ids";
}

/// <summary>The tokens of each text.</summary>
/// <param name="Object">Always <c>list</c>.</param>
/// <param name="Data">One for each text, in their order.</param>
/// <param name="Model">Id of the model.</param>
/// <param name="MaxTokens">Tokens that it reads of one text, special ones included.</param>
public sealed record TokenizeResponse(string Object, IReadOnlyList<TextTokens> Data, string Model, int MaxTokens);

/// <summary>The tokens of a text.</summary>
/// <param name="Object">Always <c>tokens</c>.</param>
/// <param name="Index">Which text, from 0.</param>
/// <param name="Truncated">Whether the text is longer than the model reads at once.</param>
/// <param name="Read">How many of the tokens, from the first on, the model reads. Of a text that is cut, the special
/// tokens at the end come right after these.</param>
/// <param name="Tokens">All of them, special ones included.</param>
public sealed record TextTokens(
    string Object, int Index, bool Truncated, int Read, IReadOnlyList<TokenObject> Tokens);

/// <summary>A token, in the shape of Text Embeddings Inference.</summary>
/// <param name="Id">Its id in the model's vocabulary.</param>
/// <param name="Text">The part of the text that it stands for; of a special token its word in the vocabulary.</param>
/// <param name="Special">Whether the model adds it to every text.</param>
/// <param name="Start">Where its part of the text begins, in bytes of UTF-8; null if it has none.</param>
/// <param name="Stop">Where that ends.</param>
public sealed record TokenObject(
    int Id,
    string Text,
    bool Special,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? Start,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? Stop);
