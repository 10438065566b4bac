using Embeddings.Storage.InMemory;

namespace Embeddings.Storage.Tests.InMemory;

/// <summary>Work for several ends when nobody waits for it.</summary>
public sealed class LastToLeaveTests
{
    [Fact]
    public void The_work_is_cancelled_when_the_last_caller_leaves_and_not_before()
    {
        CancellationTokenSource[] sources = [new(), new(), new()];
        sources[0].Cancel();
        using var last = new LastToLeave(sources.Select(source => source.Token));
        sources[1].Cancel();
        Assert.False(last.Token.IsCancellationRequested);
        sources[2].Cancel();
        Assert.True(last.Token.IsCancellationRequested);
        Array.ForEach(sources, source => source.Dispose());
    }

    [Fact]
    public void A_caller_that_cannot_leave_keeps_the_work()
    {
        using var source = new CancellationTokenSource();
        using var last = new LastToLeave([CancellationToken.None, source.Token]);
        source.Cancel();
        Assert.False(last.Token.IsCancellationRequested);
    }
}
