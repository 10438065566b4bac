using System.Text.Json.Serialization;
using Embeddings.Inference.Models;

namespace Embeddings.Api.OpenAi;

/// <summary>The models served.</summary>
/// <param name="Object">Always <c>list</c>.</param>
/// <param name="Data">The models.</param>
public sealed record ModelList(string Object, IReadOnlyList<ModelObject> Data);

/// <summary>A model.</summary>
/// <param name="Id">Its id, as replies name it.</param>
/// <param name="Object">Always <c>model</c>.</param>
/// <param name="Created">When its weights were published, in Unix seconds; 0 where its model.json does not say.</param>
/// <param name="OwnedBy">Who published it.</param>
/// <param name="Dimensions">Length of its vectors.</param>
/// <param name="MaxTokens">Tokens it reads of one input, [CLS] and [SEP] included.</param>
/// <param name="Precision">Which of the model's weights are served, by the name that its manifest has for them: <c>fp32</c> for 32-bit floats, <c>int8</c> or <c>int4</c> for weights of 8 or 4 bits.</param>
/// <param name="Prompts">What <c>prompt_name</c> may be; absent for a model without prompts.</param>
public sealed record ModelObject(
    string Id,
    string Object,
    long Created,
    string OwnedBy,
    int Dimensions,
    int MaxTokens,
    string Precision,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Prompts)
{
    internal static ModelObject Of(ModelManifest manifest) => new(
        manifest.Id,
        "model",
        manifest.Created is { } day ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeSeconds() : 0,
        manifest.Id.Split('/') is [var owner, _] ? owner : "embeddings",
        manifest.Dimensions,
        manifest.MaxTokens,
        manifest.Precision,
        manifest.Prompts is { Count: > 0 } prompts ? [.. prompts.Keys] : null);
}
