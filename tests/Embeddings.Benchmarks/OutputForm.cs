using System.Globalization;
using Embeddings.Inference.Models;
using Embeddings.Vectors;

namespace Embeddings.Benchmarks;

/// <summary>A form in which the server sends vectors, and what it costs in quality.</summary>
/// <param name="Name"><c>float</c>, <c>int8</c>, <c>uint8</c>, <c>binary</c> or <c>ubinary</c>.</param>
/// <param name="Range">The number whose 8-bit code is 127.</param>
internal sealed record OutputForm(string Name, float Range)
{
    /// <summary>The forms of the options <c>--output</c> and <c>--int8-range</c>; floats if there are none.</summary>
    public static IReadOnlyList<OutputForm> Of(string[] options, ModelManifest model)
    {
        float[] ranges = options.Option("--int8-range") is { } list
            ? [.. list.Split(',').Select(range => float.Parse(range, CultureInfo.InvariantCulture))]
            : [model.Int8Range ?? VectorCodes.UsualRange(model.Dimensions)];
        return
        [
            .. from name in (options.Option("--output") ?? "float").Split(',')
               from range in name is "int8" or "uint8" ? ranges : [0]
               select new OutputForm(name, range),
        ];
    }

    /// <summary>
    /// A vector as a client has it that reads the codes as numbers, with 128 less for <c>uint8</c>, and a bit as 1 or
    /// −1. The cosines of such signs have the order of Hamming distances.
    /// </summary>
    public float[] Read(ReadOnlySpan<float> vector)
    {
        switch (Name)
        {
            case "float":
                return vector.ToArray();
            case "int8" or "uint8":
                var codes = new sbyte[vector.Length];
                VectorCodes.Quantize(vector, Range, codes);
                return Array.ConvertAll(codes, code => (float)code);
            case "binary" or "ubinary":
                var bits = new byte[VectorCodes.BytesOfSigns(vector.Length)];
                VectorCodes.Signs(vector, bits);
                return
                [
                    .. Enumerable.Range(0, vector.Length)
                        .Select(i => (bits[i / 8] >> (7 - (i % 8)) & 1) == 1 ? 1f : -1f),
                ];
            default:
                throw new ArgumentException($"--output cannot be '{Name}': float, int8, uint8, binary or ubinary.");
        }
    }

    /// <summary>The form, for a person.</summary>
    public override string ToString() => Range > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{Name} of range {Range:0.0000}")
        : Name;
}
