namespace Embeddings.Analysis.Tests;

/// <summary>What a computation told of its progress.</summary>
internal sealed class Told(Action<double> then) : IProgress<double>
{
    public List<double> Values { get; } = [];

    public void Report(double value)
    {
        lock (Values)
        {
            Values.Add(value);
        }

        then(value);
    }

    /// <summary>Cancels work when more than a part of it is done. It ends soon, with an exception.</summary>
    public static Told CancelBeyond(double part, Action<IProgress<double>, CancellationToken> work)
    {
        using var source = new CancellationTokenSource();
        var told = new Told(done =>
        {
            if (done > part)
            {
                source.Cancel();
            }
        });
        Assert.Throws<OperationCanceledException>(() => work(told, source.Token));
        Assert.InRange(told.Values[^1], part, part + 0.1);
        return told;
    }
}
