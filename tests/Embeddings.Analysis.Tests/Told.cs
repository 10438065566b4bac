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
}
