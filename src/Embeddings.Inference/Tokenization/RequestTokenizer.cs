using System.Runtime.ExceptionServices;

namespace Embeddings.Inference.Tokenization;

/// <summary>
/// All inputs of a request → what the model reads. Equal inputs are tokenized once, many inputs on several threads.
/// Thread-safe.
/// </summary>
/// <param name="cutter">One input → its sequences.</param>
/// <param name="threads">Threads that tokenize one request at a time.</param>
internal sealed class RequestTokenizer(SequenceCutter cutter, int threads)
{
    // Up to so many inputs, waking other threads takes longer than tokenizing.
    private const int InputsAThread = 64;

    /// <summary>Tokenizes the inputs of a request.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="options">How inputs are to be cut.</param>
    /// <param name="mostTokens">Tokens that all inputs together may have.</param>
    /// <param name="checkRoom">Called before any work is done, with the least number of tokens that there can be.
    /// Throws if there is no room for them.</param>
    /// <param name="cancellationToken">Ends it between two inputs.</param>
    /// <returns>The distinct inputs, and for each input of the request which of these it is.</returns>
    /// <exception cref="EncodingException">An input cannot be read, or all together have too many tokens.</exception>
    public (TokenizedInput[] Distinct, int[] Positions) Tokenize(
        EncoderInput[] inputs,
        EncodingOptions options,
        int mostTokens,
        Action<long> checkRoom,
        CancellationToken cancellationToken)
    {
        var (firsts, positions) = Distinct(inputs);
        // Under overload the queue is nearly full all the time. Without this, most requests would be tokenized and then
        // refused.
        var least = firsts.Sum(i => cutter.LeastTokens(inputs[i], options));
        if (least > mostTokens)
        {
            throw new TooManyTokensException(least, mostTokens);
        }

        checkRoom(least);
        var distinct = new TokenizedInput[firsts.Count];
        var tokens = 0L;
        Each(distinct.Length, position =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            distinct[position] = cutter.Cut(inputs[firsts[position]], firsts[position], options);
            if (Interlocked.Add(ref tokens, distinct[position].TokenCount) is var sum && sum > mostTokens)
            {
                throw new TooManyTokensException(sum, mostTokens);
            }
        });
        return (distinct, positions);
    }

    // The first of all equal inputs, and for each input the position of its first.
    private static (List<int> Firsts, int[] Positions) Distinct(EncoderInput[] inputs)
    {
        var known = new Dictionary<EncoderInput, int>();
        var firsts = new List<int>();
        var positions = new int[inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            if (!known.TryGetValue(inputs[i], out positions[i]))
            {
                known[inputs[i]] = positions[i] = firsts.Count;
                firsts.Add(i);
            }
        }

        return (firsts, positions);
    }

    private void Each(int count, Action<int> action)
    {
        if (count <= InputsAThread)
        {
            for (var i = 0; i < count; i++)
            {
                action(i);
            }

            return;
        }

        try
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, action);
        }
        catch (AggregateException exception)
        {
            // The error that one thread would have met: that of the first wrong input.
            var first = exception.InnerExceptions.MinBy(inner => (inner as InputTooLongException)?.Index
                ?? (inner as UnknownTokenIdException)?.Index ?? int.MaxValue)!;
            ExceptionDispatchInfo.Throw(first);
        }
    }
}
