using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.OpenAi;

namespace Embeddings.Api.Dialects.Gemini;

/// <summary>Gemini's requests for vectors, by <see cref="OpenAiHandler"/>.</summary>
internal sealed class GeminiHandler(OpenAiHandler embeddings)
{
    private const string Prefix = "models/";

    public async Task<EmbeddedReply<EmbedContentResponse>> EmbedAsync(
        string model, EmbedContentRequest request, CancellationToken cancellationToken)
    {
        var (body, summary) = await EmbedAsync(model, [request], "", cancellationToken);
        return new(new EmbedContentResponse(body[0]), summary);
    }

    public async Task<EmbeddedReply<BatchEmbedContentsResponse>> EmbedAsync(
        string model, BatchEmbedContentsRequest batch, CancellationToken cancellationToken)
    {
        if (batch.Requests is not { Count: > 0 } requests)
        {
            throw Invalid("requests", "it must have at least one request.");
        }

        var (body, summary) = await EmbedAsync(model, requests, "requests", cancellationToken);
        return new(new BatchEmbedContentsResponse(body), summary);
    }

    /// <param name="model">The model that the path names.</param>
    /// <param name="requests">One for each text.</param>
    /// <param name="field">The field that has them; empty for a request that is the whole body.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    private async Task<EmbeddedReply<ContentEmbedding[]>> EmbedAsync(
        string model, IReadOnlyList<EmbedContentRequest?> requests, string field, CancellationToken cancellationToken)
    {
        var texts = requests
            .Select((request, i) => TextOf(model, request, field.Length == 0 ? "" : $"{field}[{i}].")).ToList();
        var vectors = new ContentEmbedding[texts.Count];
        var summary = EmbeddingSummary.None;
        // Each text may be for another task and have another length.
        foreach (var group in Enumerable.Range(0, texts.Count)
            .GroupBy(i => (requests[i]!.TaskType, requests[i]!.OutputDimensionality)))
        {
            var asked = new EmbeddingRequest
            {
                Model = model,
                Input = new EmbeddingInput { Texts = [.. group.Select(i => texts[i])], IsList = field.Length > 0 },
                InputType = InputType(group.Key.TaskType),
                Dimensions = group.Key.OutputDimensionality,
            };
            var reply = await embeddings.HandleAsync(asked, null, cancellationToken);
            foreach (var (i, item) in group.Zip(reply.Body.Data))
            {
                vectors[i] = new ContentEmbedding(item.Embedding.Values);
            }

            summary = summary.And(reply.Summary);
        }

        return new(vectors, summary);
    }

    private static string TextOf(string model, EmbedContentRequest? request, string location)
    {
        var named = request?.Model is { } name && name.StartsWith(Prefix, StringComparison.Ordinal)
            ? name[Prefix.Length..]
            : request?.Model;
        if (named is not null && named != model)
        {
            throw Invalid($"{location}model", $"it is '{named}', but the path names '{model}'.");
        }

        if (request?.Content?.Parts is not { Count: > 0 } parts)
        {
            throw Invalid($"{location}content.parts", "it is required and cannot be empty.");
        }

        var lines = parts.Select((part, i) => part?.Text
            ?? throw Invalid($"{location}content.parts[{i}]", "it has no 'text', and only texts can be embedded."));
        return string.Join('\n', request.Title is { Length: > 0 } title ? lines.Prepend(title) : lines);
    }

    // What is searched, what is searched for, and the others under the names that models have prompts for.
    private static string? InputType(string? task) => task switch
    {
        null or "" or "TASK_TYPE_UNSPECIFIED" => null,
        "RETRIEVAL_QUERY" or "QUESTION_ANSWERING" or "FACT_VERIFICATION" or "CODE_RETRIEVAL_QUERY" => "query",
        "RETRIEVAL_DOCUMENT" => "document",
        "SEMANTIC_SIMILARITY" => "text-matching",
        "CLASSIFICATION" => "classification",
        "CLUSTERING" => "clustering",
        _ => throw Invalid("taskType", $"'{task}' is none of Gemini's task types."),
    };

    private static InvalidRequestException Invalid(string location, string problem) =>
        new($"'$.{location}' is invalid: {problem}", location.Split('[', '.')[0]);
}
