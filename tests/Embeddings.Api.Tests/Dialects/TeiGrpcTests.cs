using Embeddings.Api.Dialects.TeiGrpc;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Grpc.Reflection.V1Alpha;

namespace Embeddings.Api.Tests.Dialects;

/// <summary>Text Embeddings Inference's gRPC services, by a client of tei.proto on the port of everything else.</summary>
public sealed class TeiGrpcTests(TeiServer served) : IClassFixture<TeiServer>
{
    private readonly GrpcChannel _channel = ChannelTo(served.Server);

    private Embed.EmbedClient Embed => new(_channel);

    [Fact]
    public async Task A_text_has_the_vector_of_a_plain_request_and_what_it_took()
    {
        var reply = await Embed.EmbedAsync(new EmbedRequest { Inputs = "red é" }, cancellationToken: Server.Cancelled);
        AssertNear(await served.Server.EmbedAsync("red é"), reply.Embeddings);
        Assert.Equal((5u, 4u), (reply.Metadata.ComputeChars, reply.Metadata.ComputeTokens));
        Assert.True(reply.Metadata.TotalTimeNs > 0);
        var raw = await Embed.EmbedAsync(new EmbedRequest { Inputs = "red", Normalize = false }, cancellationToken: Server.Cancelled);
        AssertNear([13f / 3, 1f / 3], raw.Embeddings);
        var cut = await Embed.EmbedAsync(
            new EmbedRequest { Inputs = "red red red red red red blue", Truncate = true, TruncationDirection = TruncationDirection.Left, PromptName = "query" },
            cancellationToken: Server.Cancelled);
        AssertNear(await served.Server.EmbedAsync("ask red red red red blue"), cut.Embeddings);
    }

    [Fact]
    public async Task A_stream_is_answered_in_its_order()
    {
        using var call = Embed.EmbedStream(cancellationToken: Server.Cancelled);
        string[] texts = [.. Enumerable.Range(0, 300).Select(i => string.Join(' ', Enumerable.Repeat(i % 3 == 0 ? "red" : i % 3 == 1 ? "green" : "blue", 1 + (i % 5))))];
        var sending = Task.Run(
            async () =>
            {
                foreach (var text in texts)
                {
                    await call.RequestStream.WriteAsync(new EmbedRequest { Inputs = text });
                }

                await call.RequestStream.CompleteAsync();
            },
            Server.Cancelled);
        var known = new Dictionary<string, float[]>();
        var count = 0;
        await foreach (var reply in call.ResponseStream.ReadAllAsync(Server.Cancelled))
        {
            var text = texts[count++];
            known[text] = known.GetValueOrDefault(text) ?? await served.Server.EmbedAsync(text);
            AssertNear(known[text], reply.Embeddings);
        }

        await sending;
        Assert.Equal(texts.Length, count);
    }

    [Fact]
    public async Task A_stream_ends_with_the_failure_of_its_first_wrong_message()
    {
        using var call = Embed.EmbedStream(cancellationToken: Server.Cancelled);
        await call.RequestStream.WriteAsync(new EmbedRequest { Inputs = "red" }, Server.Cancelled);
        Assert.True(await call.ResponseStream.MoveNext(Server.Cancelled));
        // Nothing is sent behind it: the call may have ended by then, and the write would fail.
        await call.RequestStream.WriteAsync(new EmbedRequest { Inputs = "" }, Server.Cancelled);
        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Server.Cancelled));
        Assert.Equal((StatusCode.InvalidArgument, "Input validation error: `inputs` cannot be empty"), (failure.StatusCode, failure.Status.Detail));
    }

    [Fact]
    public async Task Sparse_vectors_token_vectors_labels_and_ranks_are_those_over_http()
    {
        var sparse = await Embed.EmbedSparseAsync(new EmbedSparseRequest { Inputs = "blue" }, cancellationToken: Server.Cancelled);
        Assert.Equal(0u, sparse.SparseEmbeddings[0].Index);
        Assert.Equal(Math.Log(3), sparse.SparseEmbeddings[0].Value, 1e-6);
        var all = await Embed.EmbedAllAsync(new EmbedAllRequest { Inputs = "red" }, cancellationToken: Server.Cancelled);
        Assert.Equal(3, all.TokenEmbeddings.Count);
        AssertNear([10, 1], all.TokenEmbeddings[1].Embeddings);
        var predict = new Predict.PredictClient(_channel);
        var one = await predict.PredictAsync(new PredictRequest { Inputs = "red", RawScores = true }, cancellationToken: Server.Cancelled);
        Assert.Equal(("warm", 2f), (one.Predictions[0].Label, one.Predictions[0].Score));
        var pair = await predict.PredictPairAsync(new PredictPairRequest { Inputs = { "red", "green" }, RawScores = true }, cancellationToken: Server.Cancelled);
        Assert.Equal([2f, 1f], pair.Predictions.Select(label => label.Score));
        var rerank = new Rerank.RerankClient(_channel);
        var ranks = await rerank.RerankAsync(
            new RerankRequest { Query = "red", Texts = { "blue", "red" }, RawScores = true, ReturnText = true }, cancellationToken: Server.Cancelled);
        Assert.Equal([(1u, 0f, "red"), (0u, -1f, "blue")], ranks.Ranks.Select(rank => (rank.Index, rank.Score, rank.Text)));
        using var stream = rerank.RerankStream(cancellationToken: Server.Cancelled);
        await stream.RequestStream.WriteAsync(new RerankStreamRequest { Query = "red", Text = "blue" }, Server.Cancelled);
        await stream.RequestStream.WriteAsync(new RerankStreamRequest { Text = "red" }, Server.Cancelled);
        await stream.RequestStream.CompleteAsync();
        Assert.Equal([1u, 0u], (await stream).Ranks.Select(rank => rank.Index));
    }

    [Fact]
    public async Task Texts_are_tokenized_and_ids_decoded()
    {
        var client = new Tokenize.TokenizeClient(_channel);
        var tokens = (await client.TokenizeAsync(new EncodeRequest { Inputs = "é red", AddSpecialTokens = true }, cancellationToken: Server.Cancelled)).Tokens;
        Assert.Equal([2u, 1u, 5u, 3u], tokens.Select(token => token.Id));
        Assert.Equal([(false, 0u, 0u), (true, 0u, 2u), (true, 3u, 6u), (false, 0u, 0u)], tokens.Select(token => (token.HasStart, token.Start, token.Stop)));
        var text = await client.DecodeAsync(new DecodeRequest { Ids = { 2, 5, 7, 3 }, SkipSpecialTokens = true }, cancellationToken: Server.Cancelled);
        Assert.Equal("red blue", text.Text);
    }

    [Fact]
    public async Task Info_health_and_reflection_say_what_is_here()
    {
        var info = await new Info.InfoClient(_channel).InfoAsync(new InfoRequest(), cancellationToken: Server.Cancelled);
        Assert.Equal(("tests/tiny", "float32", 8u), (info.ModelId, info.ModelDtype, info.MaxInputLength));
        var health = new Health.HealthClient(_channel);
        foreach (var service in new[] { "", "tei.v1.Embed" })
        {
            var state = await health.CheckAsync(new HealthCheckRequest { Service = service }, cancellationToken: Server.Cancelled);
            Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, state.Status);
        }

        using var call = new ServerReflection.ServerReflectionClient(_channel).ServerReflectionInfo(cancellationToken: Server.Cancelled);
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" }, Server.Cancelled);
        Assert.True(await call.ResponseStream.MoveNext(Server.Cancelled));
        Assert.Contains("tei.v1.Rerank", call.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name));
        await call.RequestStream.CompleteAsync();
    }

    [Fact]
    public async Task Failures_have_the_codes_of_their_types()
    {
        await AssertFailsAsync(StatusCode.InvalidArgument, "Input validation error: `inputs` cannot be empty", new EmbedRequest());
        await AssertFailsAsync(
            StatusCode.InvalidArgument, "Input validation error: `inputs` must have less than 8 tokens. Given: 9",
            new EmbedRequest { Inputs = "red red red red red red red" });
        await AssertFailsAsync(StatusCode.InvalidArgument, "Input validation error: `dimensions` should be positive", new EmbedRequest { Inputs = "red", Dimensions = 0 });
        await AssertFailsAsync(
            StatusCode.InvalidArgument, "Input validation error: `dimensions` should be smaller than the maximum embedding dimension.",
            new EmbedRequest { Inputs = "red", Dimensions = uint.MaxValue });
        var large = await Assert.ThrowsAsync<RpcException>(
            async () => await Embed.EmbedAsync(new EmbedRequest { Inputs = new string('a', 5_000_000), Truncate = true }, cancellationToken: Server.Cancelled));
        Assert.Equal(StatusCode.ResourceExhausted, large.StatusCode);
        await using var poor = new TeiServer([], hasOthers: false);
        using var channel = ChannelTo(poor.Server);
        var sparse = await Assert.ThrowsAsync<RpcException>(
            async () => await new Embed.EmbedClient(channel).EmbedSparseAsync(new EmbedSparseRequest { Inputs = "red" }, cancellationToken: Server.Cancelled));
        Assert.Equal(
            (StatusCode.FailedPrecondition, "Backend error: Model is not an embedding model with SPLADE pooling"), (sparse.StatusCode, sparse.Status.Detail));
    }

    [Fact]
    public async Task A_key_is_asked_for_in_the_metadata_but_not_by_the_probe()
    {
        await using var locked = new TeiServer(new() { ["Auth:ApiKeys"] = "secret" });
        using var channel = ChannelTo(locked.Server);
        var embed = new Embed.EmbedClient(channel);
        var request = new EmbedRequest { Inputs = "red" };
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await embed.EmbedAsync(request, cancellationToken: Server.Cancelled));
        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
        var reply = await embed.EmbedAsync(request, new Grpc.Core.Metadata { { "authorization", "Bearer secret" } }, cancellationToken: Server.Cancelled);
        Assert.Equal(2, reply.Embeddings.Count);
        var state = await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest(), cancellationToken: Server.Cancelled);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, state.Status);
    }

    private async Task AssertFailsAsync(StatusCode code, string detail, EmbedRequest request)
    {
        var failure = await Assert.ThrowsAsync<RpcException>(async () => await Embed.EmbedAsync(request, cancellationToken: Server.Cancelled));
        Assert.Equal((code, detail), (failure.StatusCode, failure.Status.Detail));
    }

    private static GrpcChannel ChannelTo(Server server) => GrpcChannel.ForAddress(server.Http.BaseAddress!);

    private static void AssertNear(IReadOnlyList<float> expected, IReadOnlyList<float> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }
}
