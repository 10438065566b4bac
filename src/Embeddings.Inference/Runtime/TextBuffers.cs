namespace Embeddings.Inference.Runtime;

/// <summary>
/// Memory for the inputs and outputs of one batch of texts, which a thread uses again for its next batch.
/// </summary>
internal sealed class TextBuffers
{
    private long[] _ids = [];
    private long[] _mask = [];
    private long[] _types = [];
    private float[] _hidden = [];

    /// <summary>
    /// Lays sequences into [batch, length], row-major: shorter ones are padded with zeros and masked.
    /// </summary>
    public (Memory<long> Ids, Memory<long> Mask, Memory<long> Types) Lay(Sequence[] sequences, int length)
    {
        var size = sequences.Length * length;
        if (_ids.Length < size)
        {
            (_ids, _mask, _types) = (new long[size], new long[size], new long[size]);
        }

        Array.Clear(_ids, 0, size);
        Array.Clear(_mask, 0, size);
        Array.Clear(_types, 0, size);
        for (var i = 0; i < sequences.Length; i++)
        {
            var ids = sequences[i].Ids;
            for (var j = 0; j < ids.Length; j++)
            {
                _ids[(i * length) + j] = ids[j];
            }

            _mask.AsSpan(i * length, ids.Length).Fill(1);
            _types.AsSpan(i * length, ids.Length)[sequences[i].FirstLength..].Fill(1);
        }

        return (_ids.AsMemory(0, size), _mask.AsMemory(0, size), _types.AsMemory(0, size));
    }

    /// <summary>Room for the hidden states [batch, length, dimensions].</summary>
    public Memory<float> Hidden(int size)
    {
        if (_hidden.Length < size)
        {
            _hidden = new float[size];
        }

        return _hidden.AsMemory(0, size);
    }
}
