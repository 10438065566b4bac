using System.Text.Json;

namespace Embeddings.Tokenization.Reading;

/// <summary>A part of a <c>tokenizer.json</c> that knows its own path, so that an error can name it.</summary>
/// <param name="element">The JSON; undefined if the file does not have this part.</param>
/// <param name="path">Where it is, such as <c>normalizer.normalizers[2]</c>.</param>
internal readonly struct JsonPart(JsonElement element, string path)
{
    /// <summary>Where the part is in the file.</summary>
    public string Path => path;

    /// <summary>Whether the file does not have this part, or has <c>null</c> there.</summary>
    public bool IsMissing => element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;

    /// <summary>Whether the part is an object.</summary>
    public bool IsObject => element.ValueKind == JsonValueKind.Object;

    /// <summary>Whether the part is an array.</summary>
    public bool IsArray => element.ValueKind == JsonValueKind.Array;

    /// <summary>Whether the part is a string.</summary>
    public bool IsText => element.ValueKind == JsonValueKind.String;

    /// <summary>Which kind of part it is: its <c>type</c>.</summary>
    public string Kind => this["type"].AsText();

    /// <summary>The beginning of the part as it is written in the file.</summary>
    public string Written =>
        IsMissing ? "missing"
        : element.GetRawText() is { Length: > 40 } text ? $"{text[..40]}…"
        : element.GetRawText();

    /// <summary>A member of an object; missing if there is none.</summary>
    public JsonPart this[string name] => new(
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default,
        path.Length == 0 ? name : $"{path}.{name}");

    /// <summary>The part as a string.</summary>
    public string AsText() => IsText ? element.GetString()! : throw Wrong("is not a string");

    /// <summary>The part as a string; null if it is missing.</summary>
    public string? AsTextOrNull() => IsMissing ? null : AsText();

    /// <summary>The part as one character (a code point).</summary>
    public string AsCharacter()
    {
        var text = AsText();
        return text.Length == 1 || (text.Length == 2 && char.IsSurrogatePair(text, 0))
            ? text
            : throw Wrong($"is '{text}' and not one character");
    }

    /// <summary>The part as true or false.</summary>
    /// <param name="otherwise">What it is if it is missing.</param>
    public bool AsFlag(bool otherwise) => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => IsMissing ? otherwise : throw Wrong("is not true or false"),
    };

    /// <summary>The part as a whole number that is not negative.</summary>
    /// <param name="otherwise">What it is if it is missing; null if it must be there.</param>
    public int AsCount(int? otherwise = null) =>
        IsMissing && otherwise is { } value ? value
        : TryCount(out var number) ? number
        : throw Wrong($"is {Written}, but must be a whole number that is not negative");

    /// <summary>The part as a whole number that is not negative, if it is one.</summary>
    public bool TryCount(out int count)
    {
        count = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out count) && count >= 0;
    }

    /// <summary>A number as it is written in the file.</summary>
    public string AsWrittenNumber() =>
        element.ValueKind == JsonValueKind.Number ? element.GetRawText() : throw Wrong("is not a number");

    /// <summary>The items of an array.</summary>
    public IEnumerable<JsonPart> Items()
    {
        if (!IsArray)
        {
            throw Wrong("is not an array");
        }

        var index = 0;
        foreach (var item in element.EnumerateArray())
        {
            yield return new JsonPart(item, $"{path}[{index++}]");
        }
    }

    /// <summary>The members of an object.</summary>
    public IEnumerable<(string Name, JsonPart Value)> Members()
    {
        if (!IsObject)
        {
            throw Wrong("is not an object");
        }

        foreach (var member in element.EnumerateObject())
        {
            yield return (member.Name, new JsonPart(member.Value, $"{path}.{member.Name}"));
        }
    }

    /// <summary>What to throw for a kind that is not known.</summary>
    public TokenizerFormatException UnknownKind() => new($"{path} is of the kind '{Kind}', which is not known here.");

    /// <summary>What to throw for a part that is wrong.</summary>
    /// <param name="what">What is wrong, as the end of a sentence that begins with the path.</param>
    public TokenizerFormatException Wrong(string what) => new($"{path} {what}.");
}
