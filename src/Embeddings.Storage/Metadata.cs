using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Embeddings.Storage;

/// <summary>
/// What is known of a document: a JSON object, kept as it was given. Filters see its numbers, strings, booleans and lists of them, those of
/// objects inside it by names with dots (<c>author.name</c>); null counts as absent, and lists of anything else cannot be filtered by.
/// </summary>
public sealed class Metadata
{
    private MetadataFields? _fields;

    private Metadata(string json) => Json = json;

    /// <summary>The object, as it was given.</summary>
    public string Json { get; }

    /// <summary>What filters see.</summary>
    public MetadataFields Fields => _fields ??= Read();

    /// <summary>Takes a JSON object, after a look at every value.</summary>
    /// <exception cref="MetadataException">It is no JSON object, or holds a number that a double cannot, or a text that is no Unicode.</exception>
    public static Metadata Parse(string json)
    {
        var metadata = new Metadata(json);
        try
        {
            metadata._fields = metadata.Read();
            return metadata;
        }
        catch (JsonException exception)
        {
            throw new MetadataException("", $"it is no JSON that can be read: {exception.Message}");
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // What the parser says of half a surrogate pair, escaped or not.
            throw new MetadataException("", "a text in it is no Unicode: there is half of a surrogate pair.");
        }
    }

    /// <summary>Takes what <see cref="Parse"/> has looked at before.</summary>
    internal static Metadata Stored(string json) => new(json);

    private MetadataFields Read()
    {
        using var document = JsonDocument.Parse(Json);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new MetadataException("", "it must be an object.");
        }

        var fields = new List<KeyValuePair<string, MetadataValue>>();
        Collect(document.RootElement, "", fields);
        return MetadataFields.Of(fields);
    }

    private static void Collect(JsonElement element, string prefix, List<KeyValuePair<string, MetadataValue>> fields)
    {
        foreach (var property in element.EnumerateObject())
        {
            var name = prefix + property.Name;
            if (property.Value.ValueKind == JsonValueKind.Object)
            {
                Collect(property.Value, name + ".", fields);
            }
            else if (Value(property.Value, name) is { } value)
            {
                fields.Add(new(name, value));
            }
        }
    }

    private static MetadataValue? Value(JsonElement element, string name)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Number:
                return MetadataValue.Of(Number(element, name));
            case JsonValueKind.String:
                return MetadataValue.Of(element.GetString()!);
            case JsonValueKind.True or JsonValueKind.False:
                return MetadataValue.Of(element.GetBoolean());
            case JsonValueKind.Array:
                var items = element.EnumerateArray().Select((item, i) => item.ValueKind == JsonValueKind.Array ? null : Value(item, $"{name}[{i}]")).ToList();
                return items.All(item => item is not null) ? MetadataValue.Of(items.Select(item => item!.Value)) : null;
            default:
                return null;
        }
    }

    private static double Number(JsonElement element, string name)
    {
        var number = element.GetDouble();
        // Otherwise two ids that differ in their last digit would be equal to a filter.
        var exact = Math.Abs(number) < 9007199254740992 || element.GetRawText().AsSpan().ContainsAny(".eE")
            || (double.IsFinite(number) && new BigInteger(number) == BigInteger.Parse(element.GetRawText(), CultureInfo.InvariantCulture));
        return exact && double.IsFinite(number)
            ? number
            : throw new MetadataException(name, $"{Short(element.GetRawText())} cannot be kept exactly, since numbers are 64-bit floats. Send it as a string.");
    }

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";
}

/// <summary>Metadata that cannot be kept.</summary>
/// <param name="path">The field, with dots; empty for all of it.</param>
/// <param name="problem">What is wrong, to be read after the field.</param>
public sealed class MetadataException(string path, string problem) : Exception($"metadata{(path.Length == 0 ? "" : ".")}{path}: {problem}")
{
    /// <summary>The field, with dots; empty for all of it.</summary>
    public string Path => path;

    /// <summary>What is wrong, to be read after the field.</summary>
    public string Problem => problem;
}
