using System.Text.Json;

namespace Embeddings.Storage.Filtering;

/// <summary>
/// The metadata of a document: a JSON object, kept exactly as it was given. Filters see its numbers, strings, booleans,
/// and lists of these. Fields of nested objects have names with dots (<c>author.name</c>); fields of objects in a list
/// share one name (<c>authors.name</c>). Items of nested lists are items of the outer list. Null counts as absent, also
/// in a list.
/// </summary>
public sealed class Metadata
{
    private MetadataFields? _fields;

    private Metadata(string json) => Json = json;

    /// <summary>The object, as it was given.</summary>
    public string Json { get; }

    /// <summary>The fields that filters see.</summary>
    public MetadataFields Fields => _fields ??= Read(isNew: false);

    /// <summary>Checks a JSON object and takes it.</summary>
    /// <exception cref="MetadataException">
    /// It is not a JSON object, or it has a number that cannot be kept exactly, a text that is not valid Unicode, a
    /// field twice, or a field whose name is too long or begins with $.
    /// </exception>
    public static Metadata Parse(string json)
    {
        var metadata = new Metadata(json);
        try
        {
            metadata._fields = metadata.Read(isNew: true);
            return metadata;
        }
        catch (JsonException exception)
        {
            throw new MetadataException("", $"it is no JSON that can be read: {exception.Message}");
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // The parser throws these for half of a surrogate pair, escaped or not.
            throw new MetadataException("", "a text in it is no Unicode: there is half of a surrogate pair.");
        }
    }

    /// <summary>Metadata with one field set, and all others as they are.</summary>
    /// <param name="metadata">The metadata before, or null.</param>
    /// <param name="field">Name of a field of the object itself.</param>
    /// <param name="value">The value; null takes the field away.</param>
    /// <exception cref="MetadataException">The field cannot be in metadata.</exception>
    public static Metadata? With(Metadata? metadata, string field, MetadataValue? value)
    {
        if (metadata is null && value is null)
        {
            return null;
        }

        using var document = JsonDocument.Parse(metadata?.Json ?? "{}");
        var fields = document.RootElement.EnumerateObject().Where(own => own.Name != field)
            .Select(own => $"{JsonSerializer.Serialize(own.Name)}:{own.Value.GetRawText()}");
        var all = value is { } set ? fields.Append($"{JsonSerializer.Serialize(field)}:{set.ToJson()}") : fields;
        return Parse($"{{{string.Join(',', all)}}}");
    }

    /// <summary>
    /// Takes a stored object without a check. <see cref="Parse"/> has checked it before, or an earlier version that
    /// refused less.
    /// </summary>
    internal static Metadata Stored(string json) => new(json);

    private MetadataFields Read(bool isNew)
    {
        using var document = JsonDocument.Parse(Json);
        return document.RootElement.ValueKind == JsonValueKind.Object
            ? new MetadataReader(isNew).Read(document.RootElement)
            : throw new MetadataException("", "it must be an object.");
    }
}

/// <summary>Metadata that is refused.</summary>
/// <param name="path">The field, with dots; empty for all of it.</param>
/// <param name="problem">What is wrong, as a sentence that follows the field's name.</param>
public sealed class MetadataException(string path, string problem) : Exception(
    $"metadata{(path.Length == 0 ? "" : ".")}{path}: {problem}")
{
    /// <summary>The field, with dots; empty for all of it.</summary>
    public string Path => path;

    /// <summary>What is wrong, to be read after the field.</summary>
    public string Problem => problem;
}
