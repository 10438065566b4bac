using Embeddings.Api.Limits;
using Embeddings.Inference;
using Microsoft.Extensions.Options;
using Serilog;

namespace Embeddings.Api.Embedding;

/// <summary>A word of a sparse vector.</summary>
/// <param name="Index">The word's id in the model's vocabulary.</param>
/// <param name="Value">Its weight, more than 0.</param>
public readonly record struct SparseValue(int Index, float Value);

/// <summary>Embeds texts by models with SPLADE pooling, and keeps of each vector what is not 0.</summary>
internal sealed class SparseEmbedder(
    ModelRegistry registry, TextEmbedder embedder, IDiagnosticContext diagnostics, IOptions<InputOptions> input,
    IOptions<LimitsOptions> limits)
{
    // A vector has a number for each word of the vocabulary, 122 kB for BERT's. So texts are embedded in parts, and the
    // vectors of a part are made sparse before the next is embedded.
    private const int TextsAtATime = 64;

    /// <returns>For each text its words, the smallest index first.</returns>
    /// <exception cref="Errors.InvalidRequestException">A text cannot be embedded.</exception>
    /// <exception cref="WrongModelException">The model makes no sparse vectors.</exception>
    public async Task<EmbeddedReply<IReadOnlyList<IReadOnlyList<SparseValue>>>> HandleAsync(
        TextWork work, CancellationToken cancellationToken)
    {
        var model = registry.ResolveSparse(work.Model);
        var options = work.Check(model.Manifest, input.Value, limits.Value);
        diagnostics.Set("Model", model.Manifest.Id);
        diagnostics.Set("Inputs", work.Texts.Count);
        var vectors = new List<IReadOnlyList<SparseValue>>(work.Texts.Count);
        var summary = EmbeddingSummary.None;
        foreach (var part in work.Texts.Chunk(TextsAtATime))
        {
            var start = vectors.Count;
            var encoding = (EncodingOptions)options.Clone();
            encoding.IsBegun = options.IsBegun || start > 0;
            var made = await embedder.EmbedAsync(
                model,
                part.Length,
                all => model.Texts.GenerateAsync(part, all, cancellationToken),
                encoding,
                i => work.Location(start + i));
            vectors.AddRange(made.Vectors.Select(vector => Words(vector.Span)));
            summary = summary.And(made.Summary);
        }

        return new(vectors, summary);
    }

    private static List<SparseValue> Words(ReadOnlySpan<float> vector)
    {
        var words = new List<SparseValue>();
        for (var i = 0; i < vector.Length; i++)
        {
            if (vector[i] > 0)
            {
                words.Add(new SparseValue(i, vector[i]));
            }
        }

        return words;
    }
}
