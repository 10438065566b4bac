using System.Text.Json;
using Embeddings.Api.Errors;
using Embeddings.Inference;
using Embeddings.Inference.Models;

namespace Embeddings.Api.Reranking;

/// <summary>What a request asks for, whichever vendor's names it uses.</summary>
/// <param name="Most">How many of the best documents to return; null for all.</param>
/// <param name="Truncation">What becomes of documents that are too long; null for what the settings say.</param>
/// <param name="IsRaw">Whether scores are what the model gives.</param>
/// <param name="HasTexts">Whether results have the texts of the documents.</param>
internal sealed record RerankOptions(int? Most, Truncation? Truncation, bool IsRaw, bool HasTexts)
{
    /// <summary>Reads the options of a request.</summary>
    /// <exception cref="InvalidRequestException">It asks for what there is not, or for two things at once.</exception>
    public static RerankOptions Of(RerankRequest request, ModelManifest model)
    {
        if (request.TruncationDirection is { } side && !side.Equals("right", StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidRequestException(
                $"Invalid value for 'truncation_direction' = {side}. Supported values: ['right']. The end of a " +
                "document that is too long is cut.",
                "truncation_direction");
        }

        AtLeastOne(request.MaxChunksPerDoc, "max_chunks_per_doc");
        AtLeastOne(request.Parameters?.MaxChunksPerDoc, "parameters.max_chunks_per_doc");
        AtLeastOne(request.MaxTokensPerDoc, "max_tokens_per_doc");
        if (request.MaxTokensPerDoc < model.MaxTokens)
        {
            throw Invalid(
                "max_tokens_per_doc",
                $"'{model.Id}' reads {model.MaxTokens} tokens at once, and cannot be told to read less. Send shorter " +
                "documents.");
        }

        var most = One(request.TopN, "top_n", request.TopK, "top_k");
        AtLeastOne(most, request.TopN is null ? "top_k" : "top_n");
        return new RerankOptions(
            most,
            TruncationOf(One(request.Truncate, "truncate", request.Truncation, "truncation")
                ?? TruncateOf(request.Parameters?.Truncate)),
            request.RawScores ?? false,
            One(request.ReturnDocuments, "return_documents", request.ReturnText, "return_text") ?? false);
    }

    /// <summary>What a request's <c>truncate</c> means; null for what the settings say.</summary>
    public static Truncation? TruncationOf(bool? truncate) => truncate switch
    {
        null => null,
        true => Inference.Truncation.Cut,
        false => Inference.Truncation.Reject,
    };

    private static bool? TruncateOf(string? pinecone) => pinecone switch
    {
        null => null,
        "END" => true,
        "NONE" => false,
        _ => throw new InvalidRequestException(
            $"Invalid value for 'parameters.truncate' = {pinecone}. Supported values: ['END', 'NONE'].", "parameters"),
    };

    private static T? One<T>(T? value, string name, T? same, string otherName)
        where T : struct =>
        value is null || same is null || value.Equals(same)
            ? value ?? same
            : throw new InvalidRequestException(
                $"Send either '{name}' or '{otherName}', which mean the same, but not both.", otherName);

    private static void AtLeastOne(int? value, string field)
    {
        if (value < 1)
        {
            throw Invalid(field, "it must be at least 1.");
        }
    }

    private static InvalidRequestException Invalid(string field, string problem) =>
        new($"'$.{field}' is invalid: {problem}", field.Split('.')[0]);
}

/// <summary>The documents of a request, each as the text that is ranked.</summary>
/// <param name="Field">The field of the request that has them.</param>
/// <param name="Texts">One for each.</param>
internal sealed record RerankDocuments(string Field, IReadOnlyList<string> Texts)
{
    /// <summary>Reads the documents of a request.</summary>
    /// <exception cref="InvalidRequestException">There are none, or one has no text.</exception>
    public static RerankDocuments Of(RerankRequest request) => request switch
    {
        { Documents: not null, Texts: not null } =>
            throw new InvalidRequestException("Send either 'documents' or 'texts', but not both.", "texts"),
        { Texts: { } texts } => new("texts", [.. texts.Select((text, i) => text ?? throw Null($"texts[{i}]"))]),
        { Documents: { } documents } => new("documents", [.. documents.Select((document, i) => TextOf(
            document ?? throw Null($"documents[{i}]"), request.RankFields ?? [], $"documents[{i}]"))]),
        _ => throw new InvalidRequestException(
            "'$.documents' is invalid: it is required and cannot be null.", "documents")
        { Fault = Fault.WrongShape },
    };

    private static string TextOf(Wire.TextItem document, IReadOnlyList<string> fields, string location)
    {
        if (document.Object is null || fields.Count == 0)
        {
            return document.TextAt(location);
        }

        using var parsed = JsonDocument.Parse(document.Object.Text);
        return string.Join('\n', fields.Select((field, i) => ValueOf(
            parsed.RootElement,
            field ?? throw new InvalidRequestException(
                $"Invalid 'rank_fields[{i}]': the name of a field cannot be null.", "rank_fields"),
            location)));
    }

    private static string ValueOf(JsonElement document, string field, string location)
    {
        var value = document.TryGetProperty(field, out var found) ? found : default;
        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
            _ => throw new InvalidRequestException(
                $"Invalid '{location}': 'rank_fields' names the field '{field}', which it has not, or not as a text.",
                "documents"),
        };
    }

    private static InvalidRequestException Null(string location) =>
        new($"Invalid '{location}': a document cannot be null.", location.Split('[')[0]);
}
