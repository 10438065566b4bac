using Embeddings.Api.Wire;

namespace Embeddings.Api.Tests.Wire;

/// <summary>Bytes that come one by one are told as those that come at once.</summary>
public sealed class Utf8CheckTests
{
    [Theory]
    [InlineData(new byte[] { 0x61, 0xE2, 0x82, 0xAC, 0xF0, 0x9F, 0x98, 0x80 }, null)]
    [InlineData(new byte[] { 0x61, 0xE2, 0x82, 0x41 }, 1L)]
    [InlineData(new byte[] { 0x61, 0xF0, 0x9F, 0x98 }, 1L)]
    [InlineData(new byte[] { 0xC3, 0xA9, 0xFC, 0x62 }, 2L)]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 }, 0L)]
    public void Every_cut_tells_the_same_offset(byte[] bytes, long? offset)
    {
        for (var size = 1; size <= bytes.Length; size++)
        {
            var check = new Utf8Check();
            var told = bytes.Chunk(size).Append([]).Select(part => check.FirstInvalid(part)).FirstOrDefault(
                at => at is not null);
            Assert.Equal(offset, told);
        }
    }
}
