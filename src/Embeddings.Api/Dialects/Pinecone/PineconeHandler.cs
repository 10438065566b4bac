using Embeddings.Api.Dialects.Tei;
using Embeddings.Api.Embedding;
using Embeddings.Api.OpenAi;
using Embeddings.Api.Wire;

namespace Embeddings.Api.Dialects.Pinecone;

/// <summary>
/// Pinecone's requests for vectors. They have their path in common with Text Embeddings Inference, and are told by their
/// inputs, which are objects.
/// </summary>
internal sealed class PineconeHandler(OpenAiHandler embeddings)
{
    public async Task<EmbeddedReply<object>> EmbedAsync(TeiRequest request, CancellationToken cancellationToken)
    {
        var own = new EmbeddingRequest
        {
            Model = request.Model,
            Input = new EmbeddingInput { Texts = [.. request.Inputs!.Items.Select(item => item.Text!)], IsList = true },
            InputType = request.Parameters?.InputType,
            Truncate = request.Parameters?.Truncate,
            Dimensions = request.Parameters?.Dimension,
        };
        var (body, summary) = await embeddings.HandleAsync(own, deployment: null, cancellationToken);
        return new(
            new PineconeVectors(
                body.Model,
                "dense",
                [.. body.Data.Select(item => new PineconeVector("dense", item.Embedding))],
                new PineconeEmbedUsage(summary.Tokens)),
            summary);
    }
}

/// <summary>Vectors, one for each text.</summary>
/// <param name="Model">Id of the model.</param>
/// <param name="VectorType">Always <c>dense</c>.</param>
/// <param name="Data">The vectors.</param>
/// <param name="Usage">What it took.</param>
public sealed record PineconeVectors(
    string Model, string VectorType, IReadOnlyList<PineconeVector> Data, PineconeEmbedUsage Usage);

/// <summary>A vector.</summary>
/// <param name="VectorType">Always <c>dense</c>.</param>
/// <param name="Values">The vector.</param>
public sealed record PineconeVector(string VectorType, EmbeddingVector Values);

/// <summary>What it took to embed.</summary>
/// <param name="TotalTokens">Tokens that the model read.</param>
public sealed record PineconeEmbedUsage(long TotalTokens);
