using System.Text;
using Embeddings.Tokenization.Text;

namespace Embeddings.Tokenization.Decoders;

/// <summary>
/// <c>ByteLevel</c>: turns characters of the <see cref="ByteAlphabet"/> back into bytes, and these into text. A token
/// with another character stands for itself.
/// </summary>
internal sealed class ByteLevelDecoder : IDecoder
{
    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens)
    {
        var bytes = new List<byte>();
        foreach (var token in tokens)
        {
            var values = token.Select(ByteAlphabet.ByteOf).ToList();
            bytes.AddRange(values.Contains(-1) ? Encoding.UTF8.GetBytes(token) : values.Select(value => (byte)value));
        }

        return [Encoding.UTF8.GetString([.. bytes])];
    }
}
