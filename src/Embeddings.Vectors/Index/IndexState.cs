namespace Embeddings.Vectors.Index;

/// <summary>
/// The rows of one state of an index in the order of their ids, whatever is written meanwhile. The state is kept until
/// this is disposed of.
/// </summary>
internal sealed class IndexState : IDisposable
{
    private readonly Epochs.Snapshot _snapshot;
    private readonly (long Id, Segment Segment, int Row)[] _rows;

    public IndexState(Epochs.Snapshot snapshot)
    {
        _snapshot = snapshot;
        var rows = new List<(long Id, Segment Segment, int Row)>();
        foreach (var segment in snapshot.Segments)
        {
            for (var row = 0; row < segment.Count; row++)
            {
                if (segment.IsAlive(row, snapshot.Version))
                {
                    rows.Add((segment.Id(row), segment, row));
                }
            }
        }

        _rows = [.. rows.OrderBy(row => row.Id)];
    }

    public int Count => _rows.Length;

    public long Id(int position) => _rows[position].Id;

    /// <summary>A row's vector, followed by zeros up to the stride.</summary>
    public ReadOnlySpan<float> Row(int position) => _rows[position].Segment.Row(_rows[position].Row);

    public void Dispose() => _snapshot.Dispose();
}
