using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Limits;
using Embeddings.Inference;
using Microsoft.Extensions.Options;
using Serilog;

namespace Embeddings.Api.Reranking;

/// <summary>Checks a ranking, and has it done.</summary>
internal sealed class RerankHandler(
    ModelRegistry registry, Reranker reranker, IDiagnosticContext diagnostics, IOptions<LimitsOptions> limits)
{
    public async Task<EmbeddedReply<RerankResponse>> HandleAsync(
        RerankRequest request, CancellationToken cancellationToken)
    {
        var model = registry.ResolveReranker(request.Model);
        diagnostics.Set("Model", model.Manifest.Id);
        var query = request.Query ?? throw Invalid("query", "it is required and cannot be null.");
        var (field, documents) = DocumentsOf(request);
        CheckCount(documents.Count, field);
        diagnostics.Set("Inputs", documents.Count);
        var most = request.TopN switch
        {
            null => documents.Count,
            < 1 => throw Invalid("top_n", "it must be at least 1."),
            { } asked => Math.Min(asked, documents.Count),
        };
        var work = new RerankWork(query, documents, "query", i => $"{field}[{i}]")
        {
            IsRaw = request.RawScores ?? false,
            Truncation = TruncationOf(request.Truncate),
        };
        var (scores, summary) = await reranker.ScoreAsync(model, work, cancellationToken);
        // The sort is stable, so that equal scores keep the order of the request.
        var results = Enumerable.Range(0, documents.Count).OrderByDescending(i => scores[i]).Take(most)
            .Select(i => new RerankResult(
                i, scores[i], request.ReturnDocuments == true ? new RerankedDocument(documents[i]) : null));
        return new(new RerankResponse("list", model.Manifest.Id, [.. results], summary.Usage), summary);
    }

    /// <summary>What a request's <c>truncate</c> means; null for what the settings say.</summary>
    internal static Truncation? TruncationOf(bool? truncate) => truncate switch
    {
        null => null,
        true => Truncation.Cut,
        false => Truncation.Reject,
    };

    private static (string Field, IReadOnlyList<string> Documents) DocumentsOf(RerankRequest request) => request switch
    {
        { Documents: not null, Texts: not null } =>
            throw new InvalidRequestException("Send either 'documents' or 'texts', but not both.", "texts"),
        { Texts: { } texts } => ("texts", [.. texts.Select((text, i) => text ?? throw Null("texts", i))]),
        { Documents: { } documents } =>
            ("documents", [.. documents.Select((document, i) => document?.Text ?? throw Null("documents", i))]),
        _ => throw Invalid("documents", "it is required and cannot be null."),
    };

    private void CheckCount(int count, string field)
    {
        if (count == 0 || count > limits.Value.MaxDocuments)
        {
            throw new InvalidRequestException(
                $"Invalid '{field}': it has {count} items; 1 to {limits.Value.MaxDocuments} can be ranked at a time.",
                field);
        }
    }

    private static InvalidRequestException Null(string field, int item) =>
        new($"Invalid '{field}[{item}]': a document cannot be null.", field) { Item = item };

    private static InvalidRequestException Invalid(string field, string problem) =>
        new($"'$.{field}' is invalid: {problem}", field);
}
