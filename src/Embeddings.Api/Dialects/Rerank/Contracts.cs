using System.Text.Json.Serialization;
using Embeddings.Api.Reranking;
using Embeddings.Api.Wire;

namespace Embeddings.Api.Dialects.Rerank;

/// <summary>The scores of documents in the order of the request, as Weaviate reads them.</summary>
/// <param name="Query">The query of the request.</param>
/// <param name="Property">The property of the request.</param>
/// <param name="Scores">One for each document.</param>
internal sealed record WeaviateScores(string Query, string Property, IReadOnlyList<WeaviateScore> Scores)
{
    public static WeaviateScores Of(RerankRequest request, RerankResponse ranking) => new(
        request.Query!,
        request.Property!,
        [.. ranking.Results.OrderBy(result => result.Index).Select(
            result => new WeaviateScore(request.Documents![result.Index].Text!, result.RelevanceScore))]);
}

/// <summary>A document and its score.</summary>
/// <param name="Document">Its text.</param>
/// <param name="Score">How well it answers the query.</param>
internal sealed record WeaviateScore(string Document, float Score);

/// <summary>Documents that were ranked, as Pinecone has them.</summary>
/// <param name="Model">Id of the model that ranked.</param>
/// <param name="Data">The documents, best first.</param>
/// <param name="Usage">What it would bill.</param>
internal sealed record PineconeRanking(string Model, IReadOnlyList<PineconeRank> Data, PineconeUsage Usage)
{
    // Pinecone returns documents unless the request asks it not to.
    public static PineconeRanking Of(RerankRequest request, RerankResponse ranking) => new(
        ranking.Model,
        [.. ranking.Results.Select(result => new PineconeRank(
            result.Index, result.RelevanceScore,
            request.ReturnDocuments == false ? null : request.Documents![result.Index]))],
        new PineconeUsage(ranking.Meta.BilledUnits.SearchUnits));
}

/// <summary>A document that was ranked, as Pinecone has it.</summary>
/// <param name="Index">Which document of the request, from 0.</param>
/// <param name="Score">How well it answers the query.</param>
/// <param name="Document">The document as it was sent, with all of its fields.</param>
internal sealed record PineconeRank(
    int Index, float Score,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TextItem? Document);

/// <summary>What Pinecone would bill.</summary>
/// <param name="RerankUnits">One for every 100 documents that were begun.</param>
internal sealed record PineconeUsage(int RerankUnits);
