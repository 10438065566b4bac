using Embeddings.Api.Errors;
using Embeddings.Api.Limits;
using Embeddings.Api.Wire;
using Embeddings.Inference.Models;
using Microsoft.Extensions.Options;
using Serilog;

namespace Embeddings.Api.Embedding;

/// <summary>Embeds the tokens of texts, for late interaction.</summary>
internal sealed class TokenEmbedder(
    ModelRegistry registry, TextEmbedder embedder, IDiagnosticContext diagnostics, IOptions<InputOptions> input,
    IOptions<LimitsOptions> limits)
{
    // Numbers that the vectors of a request may have together: 128 MB of memory, and three times as much of JSON.
    private const int MostNumbers = 1 << 25;

    /// <returns>For each text the vectors of its tokens, special tokens included, neither pooled nor scaled.</returns>
    /// <exception cref="InvalidRequestException">A text cannot be embedded.</exception>
    /// <exception cref="WrongModelException">The model makes no vectors of tokens.</exception>
    public async Task<EmbeddedReply<IReadOnlyList<IReadOnlyList<EmbeddingVector>>>> HandleAsync(
        TextWork work, CancellationToken cancellationToken)
    {
        var model = registry.Resolve(work.Model);
        if (model.Manifest.Pooling is Pooling.None or Pooling.Splade || model.Manifest.Dense is not null)
        {
            throw new WrongModelException(
                $"'{model.Manifest.Id}' makes no vectors of single tokens.", Fault.NoTokenVectors);
        }

        var options = work.Check(model.Manifest, input.Value, limits.Value);
        options.MaxTotalTokens = Math.Min(options.MaxTotalTokens, MostNumbers / model.Manifest.Dimensions);
        diagnostics.Set("Model", model.Manifest.Id);
        diagnostics.Set("Inputs", work.Texts.Count);
        var (made, summary) = await embedder.RunAsync(
            model,
            work.Texts.Count,
            model.EmbedTokensAsync(work.Texts, options, cancellationToken),
            result => (result.TokenCount, result.TruncatedTexts),
            work.Location);
        return new([.. made.Rows.Select(rows => Vectors(rows, made.Dimensions))], summary);
    }

    private static EmbeddingVector[] Vectors(ReadOnlyMemory<float> rows, int dimensions)
    {
        var vectors = new EmbeddingVector[rows.Length / dimensions];
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = new EmbeddingVector(rows.Slice(i * dimensions, dimensions));
        }

        return vectors;
    }
}
