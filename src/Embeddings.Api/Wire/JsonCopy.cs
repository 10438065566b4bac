using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Embeddings.Api.Wire;

/// <summary>
/// Copies a JSON object to one line, as an export needs it. Numbers stay as they are written; halves of surrogate pairs
/// in strings and names become U+FFFD.
/// </summary>
internal static class JsonCopy
{
    /// <param name="reader">On the beginning of the object; afterwards on its end.</param>
    public static string OnOneLine(ref Utf8JsonReader reader)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(
            buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        var depth = reader.CurrentDepth;
        do
        {
            Copy(ref reader, writer);
        }
        while ((reader.TokenType != JsonTokenType.EndObject || reader.CurrentDepth > depth) && reader.Read());
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Copy(ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                writer.WriteStartObject();
                break;
            case JsonTokenType.EndObject:
                writer.WriteEndObject();
                break;
            case JsonTokenType.StartArray:
                writer.WriteStartArray();
                break;
            case JsonTokenType.EndArray:
                writer.WriteEndArray();
                break;
            case JsonTokenType.PropertyName:
                writer.WritePropertyName(JsonText.Read(ref reader));
                break;
            case JsonTokenType.String:
                writer.WriteStringValue(JsonText.Read(ref reader));
                break;
            case JsonTokenType.Number:
                writer.WriteRawValue(
                    reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan,
                    skipInputValidation: true);
                break;
            case JsonTokenType.Null:
                writer.WriteNullValue();
                break;
            default:
                writer.WriteBooleanValue(reader.TokenType == JsonTokenType.True);
                break;
        }
    }
}
