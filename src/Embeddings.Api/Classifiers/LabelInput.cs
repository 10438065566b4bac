using System.Text.Json;
using System.Text.Json.Serialization;
using Embeddings.Api.Errors;
using Embeddings.Api.Wire;

namespace Embeddings.Api.Classifiers;

/// <summary>A label: its name alone, or an object that tells more of it.</summary>
[JsonConverter(typeof(LabelInputConverter))]
public sealed record LabelInput
{
    /// <summary>The name.</summary>
    public required string Label { get; init; }

    /// <summary>What it means, which is embedded in place of its name.</summary>
    public string? Description { get; init; }

    /// <summary>Texts that have it.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];
}

internal sealed class LabelInputConverter : JsonConverter<LabelInput>
{
    private static readonly string[] Fields = ["label", "description", "examples"];

    public override LabelInput Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return new LabelInput { Label = JsonText.Read(ref reader) };
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonTypeException("a string or an object", reader.TokenType);
        }

        var (label, description, examples) = ((string?)null, (string?)null, new List<string>());
        var seen = new HashSet<string>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonText.Read(ref reader);
            reader.Read();
            if (!seen.Add(name))
            {
                throw new JsonValueException($".{name}", "this field is there twice.");
            }

            if (reader.TokenType == JsonTokenType.Null && Fields.Contains(name))
            {
                continue;
            }

            switch (name)
            {
                case "label":
                    label = Text(ref reader, ".label");
                    break;
                case "description":
                    description = Text(ref reader, ".description");
                    break;
                case "examples":
                    ReadTexts(ref reader, examples);
                    break;
                default:
                    throw new UnknownFieldException(name, Fields);
            }
        }

        return new LabelInput
        {
            Label = label ?? throw new JsonValueException(".label", "it is required and cannot be null."),
            Description = description,
            Examples = examples,
        };
    }

    public override void Write(Utf8JsonWriter writer, LabelInput value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Label);

    private static void ReadTexts(ref Utf8JsonReader reader, List<string> texts)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonTypeException("an array of strings", reader.TokenType, ".examples");
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            texts.Add(Text(ref reader, $".examples[{texts.Count}]"));
        }
    }

    private static string Text(ref Utf8JsonReader reader, string item) => reader.TokenType == JsonTokenType.String
        ? JsonText.Read(ref reader)
        : throw new JsonTypeException("a string", reader.TokenType, item);
}
