using System.Text.Json;
using System.Text.Json.Serialization;
using Embeddings.Api.Wire;

namespace Embeddings.Api.Dialects.Cohere;

/// <summary>Texts to embed; version 1 has fewer fields than version 2.</summary>
public sealed record EmbedRequest
{
    /// <summary>The texts.</summary>
    public IReadOnlyList<string?>? Texts { get; init; }

    /// <summary>The same in parts, as version 2 has them beside images.</summary>
    public IReadOnlyList<EmbedInput?>? Inputs { get; init; }

    /// <summary>Images, which no model here reads.</summary>
    public JsonElement? Images { get; init; }

    /// <summary>Name of the model; absent for the default one.</summary>
    public string? Model { get; init; }

    /// <summary>What the texts are: <c>search_query</c>.</summary>
    public string? InputType { get; init; }

    /// <summary>The forms of the vectors that are asked for.</summary>
    public IReadOnlyList<string?>? EmbeddingTypes { get; init; }

    /// <summary>Which end of a text that is too long is cut: <c>NONE</c>, <c>START</c>, <c>END</c>.</summary>
    public TruncateOption? Truncate { get; init; }

    /// <summary>Numbers in a vector; absent for the model's own length.</summary>
    public int? OutputDimension { get; init; }

    /// <summary>Tokens that are read of a text, at most as many as the model reads.</summary>
    public int? MaxTokens { get; init; }
}

/// <summary>A text in parts.</summary>
/// <param name="Content">The parts; each becomes a line.</param>
public sealed record EmbedInput(IReadOnlyList<EmbedContent?>? Content);

/// <summary>A part of an input.</summary>
/// <param name="Type"><c>text</c>, or <c>image_url</c>, which no model here reads.</param>
/// <param name="Text">The part.</param>
public sealed record EmbedContent(string? Type, string? Text);

/// <summary>Vectors of texts.</summary>
/// <param name="Id">An id of the reply.</param>
/// <param name="Texts">The texts; absent if they came in parts.</param>
/// <param name="Embeddings">A list of vectors, or such a list for each form.</param>
/// <param name="Meta">What it took.</param>
/// <param name="ResponseType"><c>embeddings_floats</c> or <c>embeddings_by_type</c>, which says what the embeddings
/// are.</param>
public sealed record EmbedResponse(
    string Id,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string?>? Texts,
    object Embeddings,
    Meta Meta,
    string ResponseType);

/// <summary>What a request took.</summary>
/// <param name="ApiVersion">The version of the route.</param>
/// <param name="BilledUnits">What was read; absent for what costs nothing.</param>
public sealed record Meta(
    ApiVersion ApiVersion,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] BilledUnits? BilledUnits = null);

/// <summary>The version of a route.</summary>
/// <param name="Version"><c>1</c> or <c>2</c>.</param>
public sealed record ApiVersion(string Version);

/// <summary>What was read.</summary>
/// <param name="InputTokens">Tokens that the model read.</param>
public sealed record BilledUnits(long InputTokens);

/// <summary>A text to cut into tokens.</summary>
/// <param name="Text">The text.</param>
/// <param name="Model">Name of the model; absent for the default one.</param>
public sealed record TokenizeTextRequest(string? Text, string? Model);

/// <summary>The tokens of a text, without those that the model adds.</summary>
/// <param name="Tokens">Their ids.</param>
/// <param name="TokenStrings">The parts of the text that they stand for.</param>
/// <param name="Meta">The version of the route.</param>
public sealed record TokenizeTextResponse(
    IReadOnlyList<int> Tokens, IReadOnlyList<string> TokenStrings, Meta Meta);

/// <summary>Tokens to make a text of.</summary>
/// <param name="Tokens">Their ids.</param>
/// <param name="Model">Name of the model; absent for the default one.</param>
public sealed record DetokenizeRequest(IReadOnlyList<int>? Tokens, string? Model);

/// <summary>The text of tokens.</summary>
/// <param name="Text">The text.</param>
/// <param name="Meta">The version of the route.</param>
public sealed record DetokenizeResponse(string Text, Meta Meta);

/// <summary>The form of every failure.</summary>
/// <param name="Id">An id of the reply.</param>
/// <param name="Message">What is wrong, where, and what to do.</param>
public sealed record CohereError(string Id, string Message);
