using System.Text.Json;
using Embeddings.Api.Errors;
using Embeddings.Api.Wire;
using Embeddings.Storage;

namespace Embeddings.Api.Retrieval;

/// <summary>
/// What comes with each of many documents: the text, the whole metadata, or some of its fields.
/// </summary>
internal sealed class IncludedParts
{
    private const string Field = "metadata.";

    private readonly HashSet<string> _fields = [];
    private readonly bool _hasMetadata;

    /// <param name="include">What the request says; null for nothing.</param>
    /// <exception cref="InvalidRequestException">It says something else.</exception>
    public IncludedParts(IReadOnlyList<string>? include)
    {
        foreach (var part in include ?? [])
        {
            switch (part)
            {
                case "text":
                    Parts |= DocumentParts.Text;
                    break;
                case "metadata":
                    (Parts, _hasMetadata) = (Parts | DocumentParts.Metadata, true);
                    break;
                case not null when part.StartsWith(Field, StringComparison.Ordinal) && part.Length > Field.Length:
                    Parts |= DocumentParts.Metadata;
                    _fields.Add(part[Field.Length..]);
                    break;
                default:
                    throw new InvalidRequestException(
                        $"Invalid value in 'include': {part ?? "null"}. Supported values: ['text', 'metadata', " +
                        "'metadata.<field>'].",
                        "include");
            }
        }
    }

    /// <summary>What has to be read.</summary>
    public DocumentParts Parts { get; }

    /// <summary>The metadata of a document as the reply has it; null if it has none of the fields.</summary>
    public RawJson? MetadataOf(Document document)
    {
        if (document.Metadata is not { } metadata || _hasMetadata)
        {
            return ContractWords.RawOf(document);
        }

        using var json = JsonDocument.Parse(metadata.Json);
        var fields = json.RootElement.EnumerateObject().Where(field => _fields.Contains(field.Name))
            .Select(field => $"{JsonSerializer.Serialize(field.Name)}:{field.Value.GetRawText()}").ToList();
        return fields.Count == 0 ? null : new RawJson($"{{{string.Join(',', fields)}}}");
    }
}
