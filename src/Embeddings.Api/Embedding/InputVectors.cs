using System.Numerics.Tensors;
using Embeddings.Api.Errors;
using Embeddings.Api.Wire;
using Embeddings.Inference.Models;
using Embeddings.Vectors.Index;

namespace Embeddings.Api.Embedding;

/// <summary>
/// Makes vectors of the texts and vectors of a request: texts are embedded, vectors are checked and taken as they are.
/// </summary>
internal sealed class InputVectors(TextEmbedder embedder)
{
    // Texts are embedded in parts of this size, so that ten thousand documents need not fit among the waiting tokens at
    // once. The first part may be refused; a request that has begun is finished.
    public const int TextsAtATime = 256;

    /// <param name="items">Texts and vectors.</param>
    /// <param name="location">Where the request has them.</param>
    /// <param name="model">The model that embeds; called only if there is a text.</param>
    /// <param name="prompt">The prompt of an item for the model; called only for texts.</param>
    /// <param name="dimensions">What vectors must have; null for what the model or the first vector has.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <param name="isBegun">Whether some of the request was embedded before.</param>
    /// <param name="cut">What becomes of texts that are too long.</param>
    /// <returns>A vector for each, all of one length, and the tokens read.</returns>
    /// <exception cref="InvalidRequestException">A text cannot be embedded, or a vector cannot be taken.</exception>
    public async Task<InputRows> ResolveAsync(
        IReadOnlyList<TextOrVector> items,
        Func<int, string> location,
        Func<ServedModel> model,
        Func<ModelManifest, int, TextPrompt> prompt,
        int? dimensions,
        CancellationToken cancellationToken,
        bool isBegun = false,
        TextCut cut = default)
    {
        var texts = Enumerable.Range(0, items.Count).Where(i => items[i].Vector is null).ToList();
        var served = texts.Count > 0 ? model() : null;
        var length = dimensions ?? served?.Manifest.Dimensions ?? (items.Count > 0 ? items[0].Vector!.Length : 0);
        var rows = items.Select(
            (item, i) => (ReadOnlyMemory<float>)(
                item.Vector is null ? default : Checked(item.Vector, length, location, i))).ToArray();
        var summary = EmbeddingSummary.None;
        foreach (var (chunk, before) in texts.GroupBy(i => prompt(served!.Manifest, i))
            .SelectMany(group => group.Chunk(TextsAtATime), (group, chunk) => (chunk, group.Key)))
        {
            var embedded = await EmbedAsync(chunk, before);
            isBegun = true;
            summary = summary.And(embedded.Summary);
            for (var i = 0; i < chunk.Length; i++)
            {
                rows[chunk[i]] = embedded.Vectors[i];
            }
        }

        return new InputRows(rows, length, summary);

        async Task<EmbeddedInputs> EmbedAsync(int[] chunk, TextPrompt before)
        {
            try
            {
                return await embedder.EmbedAsync(
                    served!,
                    [.. chunk.Select(i => items[i].Text!)],
                    length == served!.Manifest.Dimensions ? null : length,
                    before,
                    isBegun,
                    i => location(chunk[i]),
                    cancellationToken,
                    cut);
            }
            catch (InvalidRequestException exception) when (exception.Item is { } wrong)
            {
                throw new InvalidRequestException(exception.Message, exception.Field)
                {
                    Item = chunk[wrong],
                    Fault = exception.Fault,
                    Amount = exception.Amount,
                    At = exception.At,
                };
            }
        }
    }

    private static float[] Checked(float[] vector, int dimensions, Func<int, string> location, int item)
    {
        if (vector.Length is 0 or > FlatIndex.MaxDimensions)
        {
            throw Invalid(
                location(item),
                $"a vector has 1 to {FlatIndex.MaxDimensions} numbers, and this one has {vector.Length}.",
                item);
        }

        if (vector.Length != dimensions)
        {
            throw Invalid(location(item), $"it has {vector.Length} numbers, but vectors here have {dimensions}.", item);
        }

        if (!(Math.Abs(TensorPrimitives.MaxMagnitude<float>(vector)) <= FlatIndex.MaxMagnitude))
        {
            var large = Array.FindIndex(vector, number => !(Math.Abs(number) <= FlatIndex.MaxMagnitude));
            throw Invalid(
                $"{location(item)}[{large}]", $"{vector[large]} is beyond ±{FlatIndex.MaxMagnitude:0e0}.", item);
        }

        return vector;
    }

    private static InvalidRequestException Invalid(string location, string problem, int item) =>
        new($"Invalid '{location}': {problem}", location.Split('[', '.')[0]) { Item = item };
}

/// <summary>The vectors of the texts and vectors of a request.</summary>
/// <param name="Rows">One for each, [dimensions].</param>
/// <param name="Dimensions">Numbers in each.</param>
/// <param name="Summary">What it took to embed the texts among them.</param>
internal sealed record InputRows(ReadOnlyMemory<float>[] Rows, int Dimensions, EmbeddingSummary Summary)
{
    /// <summary>Some of the vectors in one block: [count, dimensions], row-major.</summary>
    public float[] Block(int start, int count)
    {
        var block = new float[(long)count * Dimensions];
        for (var i = 0; i < count; i++)
        {
            Rows[start + i].CopyTo(block.AsMemory(i * Dimensions));
        }

        return block;
    }
}
