using Embeddings.Inference.Encoders;

namespace Embeddings.Inference.Tests.Encoders;

/// <summary>Pairs and labels, with scores that can be worked out.</summary>
public sealed class CrossEncoderTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scores_come_in_the_order_of_the_documents_and_the_two_texts_are_told_apart()
    {
        using var model = TestReranker.Overlap();
        using var encoder = new CrossEncoder(model.Manifest, model.Folder);
        string[] documents = ["blue", "red red", "green red", "", "white black white black white black"];
        var made = await encoder.ScoreAsync("red green red", documents, isRaw: true, cancellationToken: Cancelled);
        // Times in the query · times in the document, less 1. A document that saw itself would have more.
        Assert.Equal([-1f, 3f, 2f, -1f, -1f], made.Scores);
        // [CLS] 3 [SEP] n [SEP].
        Assert.Equal((6 * 5) + 1 + 2 + 2 + 0 + 6, made.TokenCount);
        Assert.Equal(0, made.TruncatedDocuments);
        var scaled = await encoder.ScoreAsync("red green red", documents, cancellationToken: Cancelled);
        Assert.Equal(1 / (1 + Math.Exp(-3)), scaled.Scores[1], 1e-6);
    }

    [Fact]
    public async Task A_document_is_cut_and_the_query_never()
    {
        using var model = TestReranker.Overlap();
        using var encoder = new CrossEncoder(model.Manifest, model.Folder);
        // 16 tokens: [CLS], 10 of the query, [SEP], 3 of the document, [SEP].
        var query = string.Join(' ', Enumerable.Repeat("red", 9).Append("green"));
        var made = await encoder.ScoreAsync(
            query, ["blue blue green green green", "green"], isRaw: true, cancellationToken: Cancelled);
        Assert.Equal([0f, 0f], made.Scores);
        Assert.Equal((16 + 14, 1), (made.TokenCount, made.TruncatedDocuments));
        var refused = await Assert.ThrowsAsync<InputTooLongException>(() => encoder.ScoreAsync(
            query,
            ["blue", "blue blue green green green"],
            new EncodingOptions { Truncation = Truncation.Reject },
            cancellationToken: Cancelled));
        Assert.Equal((1, 18, 16), (refused.Index, refused.Tokens, refused.MaxTokens));
        var tooLong = await Assert.ThrowsAsync<QueryTooLongException>(() => encoder.ScoreAsync(
            string.Join(' ', Enumerable.Repeat("red", 13)), ["blue"], cancellationToken: Cancelled));
        Assert.Equal((12, 16), (tooLong.MostTokens, tooLong.MaxTokens));
    }

    [Fact]
    public async Task Equal_documents_have_equal_scores_and_count_each_time()
    {
        using var model = TestReranker.Overlap();
        using var encoder = new CrossEncoder(model.Manifest, model.Folder);
        var once = await encoder.ScoreAsync("red", ["red blue"], cancellationToken: Cancelled);
        string[] documents = [.. Enumerable.Repeat("red blue", 300)];
        var many = await encoder.ScoreAsync("red", documents, cancellationToken: Cancelled);
        Assert.Equal([once.Scores[0]], many.Scores.Distinct());
        Assert.Equal(300 * once.TokenCount, many.TokenCount);
        await Assert.ThrowsAsync<TooManyTokensException>(() => encoder.ScoreAsync(
            "red", documents, new EncodingOptions { MaxTotalTokens = 1000 }, cancellationToken: Cancelled));
    }

    [Theory]
    [InlineData("{}", 0.7310585786300049)]
    [InlineData("""{"activation": "sigmoid"}""", 0.8807970779778823)]
    public async Task Labels_have_the_softmax_or_each_the_sigmoid(string facts, double warm)
    {
        using var model = TestReranker.Colours(facts);
        using var encoder = new CrossEncoder(model.Manifest, model.Folder);
        string[] texts = ["red green", "blue blue blue", "white"];
        var raw = await encoder.PredictAsync(texts, isRaw: true, cancellationToken: Cancelled);
        Assert.Equal(["warm", "cold"], raw.Labels);
        Assert.Equal([[2, 1], [0, 3], [0, 0]], raw.Scores);
        var made = await encoder.PredictAsync(texts, cancellationToken: Cancelled);
        Assert.Equal(warm, made.Scores[0][0], 1e-6);
        Assert.Equal(0.5, made.Scores[2][1], 1e-6);
        Assert.Equal(4 + 5 + 3, made.TokenCount);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => encoder.ScoreAsync("red", ["green"], cancellationToken: Cancelled));
    }

    [Fact]
    public async Task A_pair_is_read_together_and_beside_single_texts()
    {
        using var model = TestReranker.Overlap();
        using var encoder = new CrossEncoder(model.Manifest, model.Folder);
        TextPair[] texts = [new("red green red", "red red"), new("red red"), new("red", "")];
        var made = await encoder.PredictAsync(texts, isRaw: true, cancellationToken: Cancelled);
        // A single text has no second, so no word is in both.
        Assert.Equal([[3f], [-1f], [-1f]], made.Scores);
        Assert.Equal((3 + 5) + 4 + (3 + 1), made.TokenCount);
    }

    [Theory]
    // 16 tokens are 13 of the texts. Red counts in the first times in the second, less 1.
    [InlineData(2, 20, 2 * 11)]
    [InlineData(20, 2, 11 * 2)]
    [InlineData(10, 10, 6 * 7)]
    [InlineData(7, 6, 7 * 6)]
    public async Task Of_a_pair_that_is_too_long_the_longer_text_is_cut(int first, int second, int product)
    {
        using var model = TestReranker.Overlap();
        using var encoder = new CrossEncoder(model.Manifest, model.Folder);
        TextPair[] texts = [new("red", "red"), new(Reds(first), Reds(second))];
        var made = await encoder.PredictAsync(texts, isRaw: true, cancellationToken: Cancelled);
        Assert.Equal(product - 1, made.Scores[1][0]);
        Assert.Equal((5 + 16, first + second > 13 ? 1 : 0), (made.TokenCount, made.TruncatedTexts));
        if (first + second > 13)
        {
            var reject = new EncodingOptions { Truncation = Truncation.Reject };
            var refused = await Assert.ThrowsAsync<InputTooLongException>(
                () => encoder.PredictAsync(texts, reject, cancellationToken: Cancelled));
            Assert.Equal((1, first + second + 3, 16), (refused.Index, refused.Tokens, refused.MaxTokens));
        }

        static string Reds(int count) => string.Join(' ', Enumerable.Repeat("red", count));
    }

    [Fact]
    public async Task A_request_with_more_tokens_than_may_wait_is_refused_and_leaves_nothing()
    {
        using var model = TestReranker.Overlap();
        var settings = new EncoderSettings { Workers = 1, MaxQueuedTokens = 20 };
        using var encoder = new CrossEncoder(model.Manifest, model.Folder, settings);
        await Assert.ThrowsAsync<TooManyTokensException>(() => encoder.ScoreAsync(
            "red", ["red", "green", "blue", "white", "black"], cancellationToken: Cancelled));
        Assert.Equal(0, encoder.State.QueuedTokens);
        Assert.True(encoder.IsHealthy);
    }
}
