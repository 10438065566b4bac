using Embeddings.Api.Startup;

namespace Embeddings.Api.Tests.Startup;

public sealed class GarbageCollectionTests
{
    private const bool Busy = true;

    [Fact]
    public void A_collection_is_due_when_there_was_none_between_two_looks_at_a_busy_server()
    {
        using var collection = new GarbageCollection(null!);
        Assert.False(collection.IsDue(5, Busy));
        Assert.True(collection.IsDue(5, Busy));
        Assert.False(collection.IsDue(6, Busy));
        Assert.True(collection.IsDue(6, Busy));
    }

    [Fact]
    public void An_idle_server_is_left_alone()
    {
        using var collection = new GarbageCollection(null!);
        Assert.False(collection.IsDue(5, !Busy));
        Assert.False(collection.IsDue(5, !Busy));
        Assert.True(collection.IsDue(5, Busy));
    }
}
