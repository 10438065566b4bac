using System.Numerics;
using Embeddings.Api.Errors;
using Embeddings.Storage;
using Embeddings.Vectors;

namespace Embeddings.Api.Wire;

/// <summary>Values of the contract and what they mean in the projects below.</summary>
internal static class ContractWords
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
        _ =>
            throw new InvalidRequestException(
                $"Invalid value for 'metric' = {name}. Supported values: ['cosine', 'dot', 'euclidean'].", "metric"),
    };

    public static DocumentParts PartsOf(IReadOnlyList<string>? include)
    {
        if (include?.Select(part => part ?? "null").FirstOrDefault(part => !Parts.Contains(part)) is { } unknown)
        {
            throw new InvalidRequestException(
                $"Invalid value in 'include': {unknown}. Supported values: ['text', 'metadata', 'vector'].", "include");
        }

        return include is null
            ? DocumentParts.Text | DocumentParts.Metadata
            : (include.Contains("text") ? DocumentParts.Text : 0) | (include.Contains("metadata") ? DocumentParts.Metadata : 0) | (include.Contains("vector") ? DocumentParts.Vector : 0);
    }

    /// <summary>A number of the request, or the default when it is absent.</summary>
    public static T Number<T>(T? value, string field, T least, T most, T absent)
        where T : struct, INumber<T> => value switch
        {
            null => absent,
            { } number when number >= least && number <= most => number,
            { } number => throw new InvalidRequestException(
                $"Invalid '{field}': {number} is not between {least} and {most}.", field.Split('.')[0]),
        };

    public static RawJson? RawOf(Document document) =>
        document.Metadata is { } metadata ? new RawJson(metadata.Json) : null;

    public static EmbeddingVector? VectorOf(Document document) =>
        document.Vector.IsEmpty ? null : new EmbeddingVector(document.Vector);
}
