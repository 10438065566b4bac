using System.Text.Json;
using System.Text.Json.Serialization;
using Embeddings.Api.Errors;

namespace Embeddings.Api.Wire;

/// <summary>
/// What a request says of a text that is longer than the model reads: <c>true</c> or <c>"END"</c> cuts its end,
/// <c>"START"</c> its start, and <c>false</c> or <c>"NONE"</c> refuses it.
/// </summary>
/// <param name="IsCut">Whether it is cut, or else refused.</param>
/// <param name="AtStart">Whether its start is cut, or else its end.</param>
[JsonConverter(typeof(TruncateOptionConverter))]
public readonly record struct TruncateOption(bool IsCut, bool AtStart = false)
{
    /// <summary>The option that a boolean stands for.</summary>
    public static implicit operator TruncateOption(bool isCut) => new(isCut);
}

internal sealed class TruncateOptionConverter : JsonConverter<TruncateOption>
{
    private const string Expected = "a boolean, 'NONE', 'START' or 'END'";

    public override TruncateOption Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            JsonTokenType.String => Of(JsonText.Read(ref reader)),
            _ => throw new JsonTypeException(Expected, reader.TokenType),
        };

    public override void Write(Utf8JsonWriter writer, TruncateOption value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.IsCut ? value.AtStart ? "START" : "END" : "NONE");

    private static TruncateOption Of(string word) => word.ToUpperInvariant() switch
    {
        "NONE" => new(IsCut: false),
        "START" => new(IsCut: true, AtStart: true),
        "END" => new(IsCut: true),
        _ => throw new JsonValueException("", $"expected {Expected}, but got '{word}' instead."),
    };
}
