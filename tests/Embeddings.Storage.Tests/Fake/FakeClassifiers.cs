namespace Embeddings.Storage.Tests.Fake;

/// <summary>Classifiers in a dictionary.</summary>
internal sealed class FakeClassifiers : IClassifierStore
{
    private readonly SortedDictionary<string, (StoredClassifier Classifier, ReadOnlyMemory<byte> Examples)> _kept = new(StringComparer.Ordinal);

    public Task<IReadOnlyList<StoredClassifier>> ListAsync(CancellationToken cancellationToken)
    {
        lock (_kept)
        {
            return Task.FromResult<IReadOnlyList<StoredClassifier>>([.. _kept.Values.Select(kept => kept.Classifier)]);
        }
    }

    public Task<StoredClassifier?> FindAsync(string name, CancellationToken cancellationToken)
    {
        lock (_kept)
        {
            return Task.FromResult<StoredClassifier?>(_kept.GetValueOrDefault(name).Classifier);
        }
    }

    public Task<ReadOnlyMemory<byte>?> GetExamplesAsync(string name, CancellationToken cancellationToken)
    {
        lock (_kept)
        {
            return Task.FromResult(_kept.TryGetValue(name, out var kept) ? kept.Examples : (ReadOnlyMemory<byte>?)null);
        }
    }

    public async Task<bool> PutAsync(
        StoredClassifier classifier, ReadOnlyMemory<byte> examples, CancellationToken cancellationToken)
    {
        ArgumentCheck.Classifier(classifier);
        await Task.CompletedTask;
        lock (_kept)
        {
            var isNew = !_kept.ContainsKey(classifier.Name);
            _kept[classifier.Name] = (classifier with { Content = classifier.Content.ToArray() }, examples.ToArray());
            return isNew;
        }
    }

    public Task<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        lock (_kept)
        {
            return Task.FromResult(_kept.Remove(name));
        }
    }
}
