using Embeddings.Inference.Tests;

namespace Embeddings.Api.Tests.Embedding;

/// <summary>The model that is served without any setting gives, over HTTP, what sentence-transformers gives.</summary>
public sealed class GoldenValuesTests(GoldenValuesTests.DefaultServer fixture) : IClassFixture<GoldenValuesTests.DefaultServer>
{
    [Theory]
    [MemberData(nameof(GoldenValues.All), MemberType = typeof(GoldenValues))]
    public async Task The_default_model_gives_the_golden_values(string text, float[] expected)
    {
        var reply = await fixture.Server.PostAsync(new { input = text });
        Assert.Equal("sentence-transformers/all-MiniLM-L6-v2", reply.Json["model"]!.GetValue<string>());
        Assert.All(expected.Zip(reply.Vector()), pair => Assert.Equal(pair.First, pair.Second, GoldenValues.Tolerance));
    }

    public sealed class DefaultServer : IAsyncDisposable
    {
        internal Server Server { get; } = new(
            new() { ["Models:Default"] = "all-MiniLM-L6-v2", ["Input:EmptyText"] = "Embed" });

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
