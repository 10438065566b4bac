using System.Text.Json;
using System.Text.Json.Serialization;

namespace Embeddings.Api.Wire;

/// <summary>JSON that was checked when it came in, written as it is.</summary>
/// <param name="Text">A whole JSON value.</param>
[JsonConverter(typeof(RawJsonConverter))]
public sealed record RawJson(string Text);

internal sealed class RawJsonConverter : JsonConverter<RawJson>
{
    public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return new RawJson(document.RootElement.GetRawText());
    }

    public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Text, skipInputValidation: true);
}
