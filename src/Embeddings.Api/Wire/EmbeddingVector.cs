using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Embeddings.Api.Wire;

/// <summary>
/// A vector on the wire: an array of numbers, or their bytes in base64. Both hold the same bits.
/// </summary>
/// <param name="Values">Finite numbers.</param>
/// <param name="Output">The form in which it is sent.</param>
[JsonConverter(typeof(EmbeddingVectorConverter))]
public readonly record struct EmbeddingVector(ReadOnlyMemory<float> Values, VectorOutput Output = default);

internal sealed class EmbeddingVectorConverter : JsonConverter<EmbeddingVector>
{
    public override EmbeddingVector Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Vectors are only written.");

    public override void Write(Utf8JsonWriter writer, EmbeddingVector value, JsonSerializerOptions options)
    {
        if (value.Output.Type != OutputType.Floats)
        {
            WriteCodes(writer, value);
            return;
        }

        if (value.Output.IsBase64)
        {
            // Written as bytes, not as a string, because the string encoder escapes '+', which OpenAI's .NET client 2.1
            // cannot read. The memory is little-endian, as the contract wants, on every platform we build for.
            writer.WriteBase64StringValue(MemoryMarshal.AsBytes(value.Values.Span));
            return;
        }

        writer.WriteStartArray();
        foreach (var number in value.Values.Span)
        {
            // The shortest digits that read back as the same float.
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
    }

    private static void WriteCodes(Utf8JsonWriter writer, EmbeddingVector value)
    {
        var size = value.Output.BytesOf(value.Values.Length);
        var rented = ArrayPool<byte>.Shared.Rent(size);
        var codes = rented.AsSpan(0, size);
        value.Output.Encode(value.Values.Span, codes);
        if (value.Output.IsBase64)
        {
            writer.WriteBase64StringValue(codes);
        }
        else
        {
            writer.WriteStartArray();
            foreach (var code in codes)
            {
                writer.WriteNumberValue(value.Output.IsSigned ? (sbyte)code : code);
            }

            writer.WriteEndArray();
        }

        ArrayPool<byte>.Shared.Return(rented);
    }
}

/// <summary>Tokens read by the model, [CLS] and [SEP] included, after cutting.</summary>
/// <param name="PromptTokens">Tokens of all inputs; a repeated input counts each time.</param>
/// <param name="TotalTokens">The same: embeddings have no completion.</param>
public sealed record EmbeddingUsage(long PromptTokens, long TotalTokens);
