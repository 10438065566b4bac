using Embeddings.Inference.Runtime;

namespace Embeddings.Inference.Tests.Runtime;

public sealed class TextBuffersTests
{
    [Fact]
    public void Sequences_are_padded_masked_and_typed_whatever_the_last_batch_left()
    {
        var buffers = new TextBuffers();
        buffers.Lay([new Sequence([9, 9, 9, 9], firstLength: 1), new Sequence([9, 9, 9, 9])], 4);
        var (ids, mask, types) = buffers.Lay(
            [new Sequence([2, 5, 3]), new Sequence([2, 5, 3, 6, 3], firstLength: 3)], 5);
        Assert.Equal([2, 5, 3, 0, 0, 2, 5, 3, 6, 3], ids.ToArray());
        Assert.Equal([1, 1, 1, 0, 0, 1, 1, 1, 1, 1], mask.ToArray());
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 1, 1], types.ToArray());
    }
}
