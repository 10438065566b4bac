using System.Runtime.InteropServices;
using Embeddings.Inference.Encoders;
using Embeddings.Inference.Runtime;
using Microsoft.Extensions.AI;

namespace Embeddings.Inference.Tests.Encoders;

/// <summary>Pooling, cutting, chunks and limits, on a model whose every number is known.</summary>
public sealed class SentenceEncoderTests
{
    private static readonly string[] Vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "c"];

    // Two dimensions: [CLS] and [SEP] are zero, a, b and c are not.
    private static readonly float[] Table = [0, 0, 9, 9, 0, 0, 0, 0, 0, 0, 4, 0, 0, 8, 6, 6];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Mean_pooling_counts_every_token_that_the_model_reads()
    {
        using var model = new TinyModel(Vocabulary, Table);
        using IEmbeddingGenerator<string, Embedding<float>> encoder = model.Load();
        var vector = await encoder.GenerateVectorAsync("a b", cancellationToken: Cancelled);
        Assert.Equal([1f, 2f], vector.ToArray());
    }

    [Fact]
    public async Task Cls_pooling_takes_the_first_token()
    {
        float[] table = [.. Table];
        (table[4], table[5]) = (3, 4);
        using var model = new TinyModel(Vocabulary, table, pooling: "cls", normalize: true);
        using IEmbeddingGenerator<string, Embedding<float>> encoder = model.Load();
        var vector = await encoder.GenerateVectorAsync("a b", cancellationToken: Cancelled);
        Assert.Equal([0.6f, 0.8f], vector.ToArray());
    }

    [Fact]
    public async Task Results_come_in_the_order_of_the_inputs_whatever_their_lengths()
    {
        using var model = new TinyModel(Vocabulary, Table);
        using IEmbeddingGenerator<string, Embedding<float>> encoder = model.Load();
        string[] texts = ["a b c", "a", "", "b", "a b c", "c c c c"];
        var batch = await encoder.GenerateAsync(texts, cancellationToken: Cancelled);
        foreach (var (text, embedding) in texts.Zip(batch))
        {
            var single = await encoder.GenerateVectorAsync(text, cancellationToken: Cancelled);
            Assert.Equal(single.ToArray(), embedding.Vector.ToArray());
        }

        Assert.Equal(
            texts.Sum(text => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length + 2),
            batch.Usage!.InputTokenCount);
    }

    [Fact]
    public async Task A_text_that_is_too_long_is_cut_and_counted()
    {
        using var model = new TinyModel(Vocabulary, Table, maxTokens: 4);
        using IEmbeddingGenerator<string, Embedding<float>> encoder = model.Load();
        var result = await encoder.GenerateAsync(["a b c c c", "a b"], cancellationToken: Cancelled);
        Assert.Equal(result[1].Vector.ToArray(), result[0].Vector.ToArray());
        Assert.Equal(1, result.CountTruncated());
        Assert.Equal(8, result.Usage!.InputTokenCount);
    }

    [Fact]
    public async Task A_text_that_is_too_long_is_refused_when_it_must_not_be_cut()
    {
        using var model = new TinyModel(Vocabulary, Table, maxTokens: 4);
        using IEmbeddingGenerator<string, Embedding<float>> encoder = model.Load();
        var options = new EncodingOptions { Truncation = Truncation.Reject };
        var exception = await Assert.ThrowsAsync<InputTooLongException>(
            () => encoder.GenerateAsync(["a b", "a b c"], options, Cancelled));
        Assert.Equal((1, 5, 4), (exception.Index, exception.Tokens, exception.MaxTokens));
        Assert.Single(await encoder.GenerateAsync(["a b"], options, Cancelled));
    }

    [Fact]
    public async Task Chunks_are_averaged_by_their_length_and_scaled_to_one()
    {
        using var model = new TinyModel(Vocabulary, Table, maxTokens: 4, normalize: true);
        using IEmbeddingGenerator<string, Embedding<float>> encoder = model.Load();
        var result = await encoder.GenerateAsync(
            ["a a b"], new EncodingOptions { Truncation = Truncation.Chunk }, Cancelled);

        // Sequences [CLS] a a [SEP] → (1, 0) of 4 tokens and [CLS] b [SEP] → (0, 1) of 3.
        Assert.Equal(0.8f, result[0].Vector.Span[0], 1e-6f);
        Assert.Equal(0.6f, result[0].Vector.Span[1], 1e-6f);
        Assert.Equal(7, result.Usage!.InputTokenCount);
        Assert.Equal(0, result.CountTruncated());
    }

    [Fact]
    public async Task A_prompt_is_read_before_each_text_counts_and_is_kept_when_the_text_is_cut()
    {
        using var model = new TinyModel(Vocabulary, Table, maxTokens: 4);
        using IEmbeddingGenerator<string, Embedding<float>> encoder = model.Load();
        var prompted = await encoder.GenerateAsync(["b", "b", "b c"], new EncodingOptions { Prompt = "a " }, Cancelled);
        var whole = await encoder.GenerateAsync(["a b"], cancellationToken: Cancelled);
        Assert.All(prompted, embedding => Assert.Equal(whole[0].Vector.ToArray(), embedding.Vector.ToArray()));
        Assert.Equal(12, prompted.Usage!.InputTokenCount);
        Assert.Equal(1, prompted.CountTruncated());
    }

    [Fact]
    public async Task Each_chunk_of_a_text_in_chunks_begins_with_the_prompt()
    {
        using var model = new TinyModel(Vocabulary, Table, maxTokens: 4);
        using IEmbeddingGenerator<string, Embedding<float>> encoder = model.Load();
        var result = await encoder.GenerateAsync(
            ["b c"], new EncodingOptions { Prompt = "a ", Truncation = Truncation.Chunk }, Cancelled);
        var sequences = await encoder.GenerateAsync(["a b", "a c"], cancellationToken: Cancelled);
        Assert.Equal((sequences[0].Vector.Span[0] + sequences[1].Vector.Span[0]) / 2, result[0].Vector.Span[0], 1e-6f);
        Assert.Equal((sequences[0].Vector.Span[1] + sequences[1].Vector.Span[1]) / 2, result[0].Vector.Span[1], 1e-6f);
        Assert.Equal(8, result.Usage!.InputTokenCount);
    }

    [Fact]
    public async Task Fewer_dimensions_are_a_cut_vector_scaled_to_one()
    {
        using var model = new TinyModel(Vocabulary, Table, normalize: true);
        using IEmbeddingGenerator<string, Embedding<float>> encoder = model.Load();
        var vector = await encoder.GenerateVectorAsync(
            "c", new EmbeddingGenerationOptions { Dimensions = 1 }, Cancelled);
        Assert.Equal([1f], vector.ToArray());
    }

    [Fact]
    public async Task Vectors_are_as_pooled_if_they_are_not_to_be_scaled()
    {
        using var model = new TinyModel(Vocabulary, Table, maxTokens: 4, normalize: true);
        using IEmbeddingGenerator<string, Embedding<float>> encoder = new SentenceEncoder(
            model.Manifest, model.Folder, new EncoderSettings { CacheBytes = 1 << 20 });
        float[] pooled = [1, 2];
        Assert.Equal(pooled, await EmbedAsync("a b", new EncodingOptions { Normalize = false }));
        // The cache keeps the two apart.
        Assert.Equal(2 / Math.Sqrt(5), (await EmbedAsync("a b", new EncodingOptions()))[1], 1e-6);
        Assert.Equal(pooled[..1], await EmbedAsync("a b", new EncodingOptions { Normalize = false, Dimensions = 1 }));
        // Chunks of 4 and 3 tokens: (2, 0) · 4/7 + (0, 8/3) · 3/7.
        var chunks = new EncodingOptions { Normalize = false, Truncation = Truncation.Chunk };
        Assert.Equal(8 / 7.0, (await EmbedAsync("a a b", chunks))[0], 1e-6);
        Assert.Equal(8 / 7.0, (await EmbedAsync("a a b", chunks))[1], 1e-6);

        async Task<float[]> EmbedAsync(string text, EncodingOptions options) =>
            (await encoder.GenerateVectorAsync(text, options, Cancelled)).ToArray();
    }

    [Fact]
    public async Task The_sum_of_tokens_is_bounded()
    {
        using var model = new TinyModel(Vocabulary, Table);
        using IEmbeddingGenerator<string, Embedding<float>> encoder = model.Load();
        var options = new EncodingOptions { MaxTotalTokens = 7 };
        Assert.Equal(2, (await encoder.GenerateAsync(["a b", "a"], options, Cancelled)).Count);
        var exception = await Assert.ThrowsAsync<TooManyTokensException>(
            () => encoder.GenerateAsync(["a b", "a b"], options, Cancelled));
        Assert.Equal((8, 7), (exception.Tokens, exception.MaxTokens));
    }

    [Fact]
    public async Task A_text_that_is_too_long_by_itself_is_told_so_before_the_sum_is()
    {
        using var model = new TinyModel(Vocabulary, Table, maxTokens: 6);
        using IEmbeddingGenerator<string, Embedding<float>> encoder = model.Load();
        var options = new EncodingOptions { MaxTotalTokens = 7, Truncation = Truncation.Reject };
        await Assert.ThrowsAsync<InputTooLongException>(
            () => encoder.GenerateAsync(["a b a b a b a b"], options, Cancelled));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public async Task A_vector_that_is_not_finite_is_never_returned(float value)
    {
        float[] table = [.. Table];
        table[^1] = value;
        using var model = new TinyModel(Vocabulary, table, normalize: true);
        using IEmbeddingGenerator<string, Embedding<float>> encoder = model.Load();
        var exception = await Assert.ThrowsAsync<NonFiniteVectorException>(
            () => encoder.GenerateAsync(["a", "c"], cancellationToken: Cancelled));
        Assert.Equal(1, exception.Index);
    }

    [Fact]
    public async Task Native_token_ids_give_what_their_text_gives()
    {
        using var model = new TinyModel(Vocabulary, Table);
        using var encoder = model.Load();
        var ids = await encoder.GenerateAsync([new ReadOnlyMemory<int>([5, 6])], cancellationToken: Cancelled);
        var text = await encoder.GenerateAsync(["a b"], cancellationToken: Cancelled);
        Assert.Equal(text[0].Vector.ToArray(), ids[0].Vector.ToArray());
        var exception = await Assert.ThrowsAsync<UnknownTokenIdException>(
            () => encoder.GenerateAsync([new ReadOnlyMemory<int>([5, 8])], cancellationToken: Cancelled));
        Assert.Equal((0, 1, 8), (exception.Index, exception.Position, exception.Id));
    }

    [Fact]
    public void Onnx_runtime_is_told_not_to_report_to_its_makers()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads the native environment through libc.");
        using var model = new TinyModel(Vocabulary, Table);
        using var encoder = model.Load();
        Assert.Equal("1", Marshal.PtrToStringUTF8(NativeVariable(OnnxTelemetry.Variable)));
    }

    [DllImport("libc", EntryPoint = "getenv", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint NativeVariable(string name);

    [Theory]
    [InlineData(0)]
    [InlineData(1 << 20)]
    public async Task No_inputs_have_no_vectors(long cacheBytes)
    {
        using var model = new TinyModel(Vocabulary, Table);
        using var encoder = new SentenceEncoder(model.Manifest, model.Folder, new EncoderSettings { CacheBytes = cacheBytes });
        var none = await encoder.GenerateAsync(Array.Empty<string>(), cancellationToken: Cancelled);
        Assert.Empty(none);
        Assert.Equal(0, none.Usage!.InputTokenCount);
    }

    [Fact]
    public async Task A_cancelled_request_ends()
    {
        using var model = new TinyModel(Vocabulary, Table);
        using IEmbeddingGenerator<string, Embedding<float>> encoder = model.Load();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => encoder.GenerateAsync(["a"], cancellationToken: new CancellationToken(true)));
    }
}
