using Embeddings.Api.Errors;
using Embeddings.Api.Json;
using Embeddings.Api.OpenAi;
using Embeddings.Storage;
using Embeddings.Vectors;

namespace Embeddings.Api.Collections;

/// <summary>Words of the contract and what they mean below it.</summary>
internal static class Wire
{
    private static readonly string[] Parts = ["text", "metadata", "vector"];

    public static string NameOf(Metric metric) => metric switch
    {
        Metric.Cosine => "cosine",
        Metric.InnerProduct => "dot",
        _ => "euclidean",
    };

    public static Metric MetricOf(string? name) => name switch
    {
        null or "cosine" => Metric.Cosine,
        "dot" => Metric.InnerProduct,
        "euclidean" => Metric.Euclidean,
        _ => throw new InvalidRequestException($"Invalid value for 'metric' = {name}. Supported values: ['cosine', 'dot', 'euclidean'].", "metric"),
    };

    public static DocumentParts PartsOf(IReadOnlyList<string>? include)
    {
        if (include?.Select(part => part ?? "null").FirstOrDefault(part => !Parts.Contains(part)) is { } unknown)
        {
            throw new InvalidRequestException($"Invalid value in 'include': {unknown}. Supported values: ['text', 'metadata', 'vector'].", "include");
        }

        return include is null
            ? DocumentParts.Text | DocumentParts.Metadata
            : (include.Contains("text") ? DocumentParts.Text : 0) | (include.Contains("metadata") ? DocumentParts.Metadata : 0) | (include.Contains("vector") ? DocumentParts.Vector : 0);
    }

    /// <summary>A number of the request, or what counts when it is absent.</summary>
    public static int Number(int? value, string field, int least, int most, int absent) => value switch
    {
        null => absent,
        { } number when number >= least && number <= most => number,
        { } number => throw new InvalidRequestException($"Invalid '{field}': {number} is not between {least} and {most}.", field),
    };

    public static CollectionObject Object(CollectionInfo info, CollectionStatus status, ReembeddingObject? reembedding) => new(
        "collection", info.Name, info.Settings.Model, info.Settings.Dimensions, NameOf(info.Settings.Metric),
        info.Created.ToUnixTimeSeconds(), status.Documents, status.MemoryBytes, status.DiskBytes, status.Problem, reembedding);

    public static DocumentObject Object(Document document) => new(
        document.Id, document.Text, RawOf(document), VectorOf(document));

    public static RawJson? RawOf(Document document) => document.Metadata is { } metadata ? new RawJson(metadata.Json) : null;

    public static EmbeddingVector? VectorOf(Document document) => document.Vector.IsEmpty ? null : new EmbeddingVector(document.Vector, Base64: false);
}
