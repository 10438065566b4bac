using Embeddings.Api.Errors;
using Embeddings.Api.Wire;

namespace Embeddings.Api.Projections;

/// <summary>A checked request: how points are laid out.</summary>
/// <param name="Method"><c>umap</c>, <c>tsne</c> or <c>pca</c>.</param>
/// <param name="Dimensions">Numbers in a position.</param>
/// <param name="Seed">Where chance begins.</param>
/// <param name="Quality">Whether to measure how faithful the map is.</param>
/// <param name="Neighbors">UMAP's neighbours of each point.</param>
/// <param name="MinDist">How close UMAP lets points come.</param>
/// <param name="Rounds">Epochs of UMAP or iterations of t-SNE; null for what the number of points asks for.</param>
/// <param name="Perplexity">t-SNE's perplexity.</param>
internal sealed record ProjectionPlan(
    string Method, int Dimensions, int Seed, bool Quality, int Neighbors, float MinDist, int? Rounds, float Perplexity)
{
    private const int MostRounds = 5000;

    private static readonly string[] Methods = ["umap", "tsne", "pca"];

    /// <exception cref="InvalidRequestException">The request is wrong.</exception>
    public static ProjectionPlan Of(ProjectionSettings request)
    {
        var method = request.Method ?? "umap";
        if (!Methods.Contains(method))
        {
            throw new InvalidRequestException(
                $"Invalid value for 'method' = {method}. Supported values: ['umap', 'tsne', 'pca'].", "method");
        }

        RefuseOther(request.Umap, "umap", method);
        RefuseOther(request.Tsne, "tsne", method);
        var rounds = method == "umap" ? request.Umap?.Epochs : request.Tsne?.Iterations;
        if (rounds is not null)
        {
            ContractWords.Number(rounds, method == "umap" ? "umap.epochs" : "tsne.iterations", 1, MostRounds, 0);
        }

        return new ProjectionPlan(
            method,
            ContractWords.Number(request.Dimensions, "dimensions", method == "pca" ? 1 : 2, method == "pca" ? 4096 : 3, 2),
            request.Seed ?? 42,
            request.Quality ?? false,
            ContractWords.Number(request.Umap?.Neighbors, "umap.neighbors", 2, 200, 15),
            ContractWords.Number(request.Umap?.MinDist, "umap.min_dist", 0, 3, 0.1F),
            rounds,
            ContractWords.Number(request.Tsne?.Perplexity, "tsne.perplexity", 2, 200, 30));
    }

    private static void RefuseOther(object? settings, string of, string method)
    {
        if (settings is not null && method != of)
        {
            throw new InvalidRequestException($"'{of}' has settings of another method than '{method}'.", of);
        }
    }
}
