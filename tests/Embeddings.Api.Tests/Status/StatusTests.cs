namespace Embeddings.Api.Tests.Status;

/// <summary><c>GET /status</c>.</summary>
public sealed class StatusTests(Server server) : IClassFixture<Server>
{
    [Fact]
    public async Task It_names_the_models_and_counts_what_they_read()
    {
        var before = (await server.GetAsync("/status")).Json;
        var usage = (await server.PostAsync(new { input = new[] { "The cat sits outside", "A dog" } })).Json["usage"]!["total_tokens"]!.GetValue<long>();
        var after = (await server.GetAsync("/status")).Json;

        var model = after["models"]![0]!;
        Assert.Equal(("static-en-384", 384, true, true), (model["id"]!.GetValue<string>(), model["dimensions"]!.GetValue<int>(), model["loaded"]!.GetValue<bool>(), model["healthy"]!.GetValue<bool>()));
        Assert.Equal(usage, after["tokens"]!.GetValue<long>() - before["tokens"]!.GetValue<long>());
        Assert.Equal(0, model["queued_tokens"]!.GetValue<long>());
    }

    [Fact]
    public async Task Its_memory_is_that_of_this_process()
    {
        var memory = (await server.GetAsync("/status")).Json["memory"]!;
        Assert.InRange(memory["used_bytes"]!.GetValue<long>(), 1 << 20, memory["available_bytes"]!.GetValue<long>());
    }
}
