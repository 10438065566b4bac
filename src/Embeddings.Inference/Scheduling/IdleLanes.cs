namespace Embeddings.Inference.Scheduling;

/// <summary>Lanes that sleep until there is something for them. Not thread-safe: it is the <see cref="TokenQueue"/>'s.</summary>
internal sealed class IdleLanes
{
    private readonly Stack<Lane> _plain = new();
    private readonly Stack<Lane> _express = new();

    public void Add(Lane lane) => (lane.IsExpress ? _express : _plain).Push(lane);

    /// <summary>Wakes so many, if there are so many.</summary>
    public void Wake(int lanes)
    {
        for (var i = Math.Min(lanes, _plain.Count); i > 0; i--)
        {
            _plain.Pop().Wake();
        }
    }

    /// <summary>Wakes the one beside the others.</summary>
    public void WakeExpress()
    {
        if (_express.TryPop(out var lane))
        {
            lane.Wake();
        }
    }

    /// <summary>Wakes all, which go on being idle here: they end.</summary>
    public void WakeAll()
    {
        foreach (var lane in _plain.Concat(_express))
        {
            lane.Wake();
        }
    }
}
