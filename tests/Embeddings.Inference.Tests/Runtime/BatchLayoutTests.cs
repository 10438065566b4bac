using Embeddings.Inference.Models;
using Embeddings.Inference.Runtime;

namespace Embeddings.Inference.Tests.Runtime;

public sealed class BatchLayoutTests
{
    private static readonly Sequence[] Batch = [new([2, 5, 3]), new([2, 5, 3, 6, 3], firstLength: 3)];

    // What an earlier batch has left.
    private readonly Memory<long> _memory = Enumerable.Repeat(9L, 10).ToArray();

    [Theory]
    [InlineData(PaddingSide.Right, new long[] { 2, 5, 3, 7, 7, 2, 5, 3, 6, 3 }, new long[] { 1, 1, 1, 0, 0, 1, 1, 1, 1, 1 }, new long[] { 0, 1, 2, 1, 1, 0, 1, 2, 3, 4 })]
    [InlineData(PaddingSide.Left, new long[] { 7, 7, 2, 5, 3, 2, 5, 3, 6, 3 }, new long[] { 0, 0, 1, 1, 1, 1, 1, 1, 1, 1 }, new long[] { 1, 1, 0, 1, 2, 0, 1, 2, 3, 4 })]
    public void Shorter_sequences_are_padded_and_masked_on_the_side_of_the_model(
        PaddingSide side, long[] ids, long[] mask, long[] positions)
    {
        var layout = new BatchLayout(side, padId: 7);
        Assert.Equal(ids, layout.Ids(Batch, 5, _memory).ToArray());
        Assert.Equal(mask, layout.Mask(Batch, 5, _memory).ToArray());
        Assert.Equal(positions, layout.Positions(Batch, 5, _memory).ToArray());
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 1, 1], layout.Types(Batch, 5, _memory).ToArray());
    }
}
