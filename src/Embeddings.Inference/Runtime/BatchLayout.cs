using Embeddings.Inference.Models;

namespace Embeddings.Inference.Runtime;

/// <summary>
/// Lays sequences into [batch, length], row-major, with padding on one side of the shorter ones. Thread-safe.
/// </summary>
/// <param name="side">Where the padding is.</param>
/// <param name="padId">The id of padding.</param>
internal readonly struct BatchLayout(PaddingSide side, int padId)
{
    /// <summary>Where the tokens of a sequence begin in its row.</summary>
    public int Start(Sequence sequence, int length) => side == PaddingSide.Left ? length - sequence.Length : 0;

    /// <summary>The ids.</summary>
    public Memory<long> Ids(Sequence[] sequences, int length, Memory<long> memory)
    {
        memory.Span.Fill(padId);
        for (var row = 0; row < sequences.Length; row++)
        {
            var ids = sequences[row].Ids;
            var own = Own(sequences, row, length, memory);
            for (var i = 0; i < ids.Length; i++)
            {
                own[i] = ids[i];
            }
        }

        return memory;
    }

    /// <summary>1 for a token, 0 for padding.</summary>
    public Memory<long> Mask(Sequence[] sequences, int length, Memory<long> memory)
    {
        memory.Span.Clear();
        for (var row = 0; row < sequences.Length; row++)
        {
            Own(sequences, row, length, memory).Fill(1);
        }

        return memory;
    }

    /// <summary>1 for the tokens of the second text of a pair, 0 for all others.</summary>
    public Memory<long> Types(Sequence[] sequences, int length, Memory<long> memory)
    {
        memory.Span.Clear();
        for (var row = 0; row < sequences.Length; row++)
        {
            Own(sequences, row, length, memory)[sequences[row].FirstLength..].Fill(1);
        }

        return memory;
    }

    /// <summary>The places of the tokens in their texts, from 0; 1 for padding, as transformers has it.</summary>
    public Memory<long> Positions(Sequence[] sequences, int length, Memory<long> memory)
    {
        memory.Span.Fill(1);
        for (var row = 0; row < sequences.Length; row++)
        {
            var own = Own(sequences, row, length, memory);
            for (var i = 0; i < own.Length; i++)
            {
                own[i] = i;
            }
        }

        return memory;
    }

    private Span<long> Own(Sequence[] sequences, int row, int length, Memory<long> memory) =>
        memory.Span.Slice((row * length) + Start(sequences[row], length), sequences[row].Length);
}

/// <summary>
/// Memory for the inputs and the output of one batch of texts, which a thread uses again for its next batch.
/// </summary>
internal sealed class TextBuffers
{
    private readonly List<long[]> _inputs = [];
    private float[] _output = [];

    /// <summary>Room for the integers of an input.</summary>
    public Memory<long> Long(int input, int size)
    {
        while (_inputs.Count <= input)
        {
            _inputs.Add([]);
        }

        if (_inputs[input].Length < size)
        {
            _inputs[input] = new long[size];
        }

        return _inputs[input].AsMemory(0, size);
    }

    /// <summary>Room for the output.</summary>
    public Memory<float> Output(int size)
    {
        if (_output.Length < size)
        {
            _output = new float[size];
        }

        return _output.AsMemory(0, size);
    }
}
