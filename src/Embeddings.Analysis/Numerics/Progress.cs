namespace Embeddings.Analysis.Numerics;

/// <summary>
/// Adds up the parts that threads have done, and tells the sum: it never falls, and it is at most 1. Thread-safe.
/// </summary>
/// <param name="listener">Who is told, on the thread that did the part.</param>
/// <param name="from">What is told at the beginning of this stage.</param>
/// <param name="to">What is told at its end.</param>
internal sealed class Progress(IProgress<double>? listener, double from, double to)
{
    // A listener may write it somewhere: a thousand calls are enough for any bar.
    private const double Step = 0.001;

    private readonly Lock _lock = new();
    private double _done;
    private double _told = -1;

    public static Progress Of(IProgress<double>? listener) => new(listener, 0, 1);

    /// <summary>A stage that takes this part, [from, to], of the whole.</summary>
    public Progress Stage(double first, double last) =>
        new(listener, from + (first * (to - from)), from + (last * (to - from)));

    /// <summary>Adds a part of this stage, 0 to 1.</summary>
    public void Add(double part)
    {
        if (listener is null)
        {
            return;
        }

        lock (_lock)
        {
            _done = Math.Min(1, _done + part);
            if (_done - _told >= Step || _done > 1 - 1e-9)
            {
                _told = _done;
                listener.Report(from + (_done * (to - from)));
            }
        }
    }
}
