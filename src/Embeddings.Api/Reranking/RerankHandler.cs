using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Limits;
using Microsoft.Extensions.Options;
using Serilog;

namespace Embeddings.Api.Reranking;

/// <summary>Checks a ranking, and has it done.</summary>
internal sealed class RerankHandler(
    ModelRegistry registry, Reranker reranker, IDiagnosticContext diagnostics, IOptions<LimitsOptions> limits,
    TimeProvider time)
{
    // What Cohere and Pinecone count as one.
    private const int DocumentsOfUnit = 100;

    /// <exception cref="InvalidRequestException">The request is wrong.</exception>
    public async Task<EmbeddedReply<RerankResponse>> HandleAsync(
        RerankRequest request, CancellationToken cancellationToken)
    {
        var model = registry.ResolveReranker(request.Model);
        diagnostics.Set("Model", model.Manifest.Id);
        var query = request.Query ?? throw new InvalidRequestException(
            "'$.query' is invalid: it is required and cannot be null.", "query")
        { Fault = Fault.WrongShape };
        var (field, documents) = RerankDocuments.Of(request);
        CheckCount(documents.Count, field);
        diagnostics.Set("Inputs", documents.Count);
        var options = RerankOptions.Of(request, model.Manifest);
        var work = new RerankWork(query, documents, "query", i => $"{field}[{i}]")
        {
            IsRaw = options.IsRaw,
            Truncation = options.Truncation,
        };
        var (scores, summary) = await reranker.ScoreAsync(model, work, cancellationToken);
        // The sort is stable, so that equal scores keep the order of the request.
        var best = Enumerable.Range(0, documents.Count).OrderByDescending(i => scores[i].Rank)
            .Take(options.Most ?? documents.Count).ToList();
        var units = (documents.Count + DocumentsOfUnit - 1) / DocumentsOfUnit;
        var body = new RerankResponse(
            Guid.CreateVersion7(time.GetUtcNow()).ToString(),
            "list",
            model.Manifest.Id,
            [.. best.Select(i => new RerankResult(
                i, scores[i].Reported, options.HasTexts ? new RerankedDocument(documents[i]) : null))],
            [.. best.Select(i => new RerankDatum(i, scores[i].Reported, options.HasTexts ? documents[i] : null))],
            summary.Usage,
            new RerankMeta(new("1"), new(units)));
        return new(body, summary);
    }

    private void CheckCount(int count, string field)
    {
        if (count == 0 || count > limits.Value.MaxDocuments)
        {
            throw new InvalidRequestException(
                $"Invalid '{field}': it has {count} items; 1 to {limits.Value.MaxDocuments} can be ranked at a time.",
                field)
            {
                Fault = count == 0 ? Fault.NoInputs : Fault.TooManyInputs,
                Amount = new Amount(count, limits.Value.MaxDocuments),
            };
        }
    }
}
