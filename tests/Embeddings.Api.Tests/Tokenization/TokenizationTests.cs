using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Embeddings.Api.Tests.Tokenization;

/// <summary><c>POST /tokenize</c> with the real vocabulary of all-MiniLM-L6-v2.</summary>
public sealed class TokenizationTests(TokenizationTests.RealModel model) : IClassFixture<TokenizationTests.RealModel>
{
    private const int MaxTokens = 256;

    // Ids as transformers' AutoTokenizer gives them, texts and bytes as its offsets have them.
    [Fact]
    public async Task Tokens_have_the_ids_texts_and_bytes_of_hugging_faces_tokenizer()
    {
        var reply = (await PostAsync(new { input = "Tokenization isn’t naïve 日本" })).Json;
        var tokens = reply["data"]![0]!["tokens"]!.AsArray();
        Assert.Equal([101, 19204, 3989, 3475, 1521, 1056, 15743, 1864, 1876, 102], tokens.Select(token => token!["id"]!.GetValue<int>()));
        Assert.Equal(["[CLS]", "Token", "ization", "isn", "’", "t", "naïve", "日", "本", "[SEP]"], tokens.Select(token => token!["text"]!.GetValue<string>()));
        Assert.Equal([null, 0, 5, 13, 16, 19, 21, 28, 31, null], tokens.Select(token => token!["start"]?.GetValue<int>()));
        Assert.Equal([null, 5, 12, 16, 19, 20, 27, 31, 34, null], tokens.Select(token => token!["stop"]?.GetValue<int>()));
        Assert.Equal([0, 9], tokens.Index().Where(token => token.Item!["special"]!.GetValue<bool>()).Select(token => token.Index));
        Assert.Equal((MaxTokens, "sentence-transformers/all-MiniLM-L6-v2"), (reply["max_tokens"]!.GetValue<int>(), reply["model"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("I ❤ 🎉 e\u0323\u0301 İstanbul ﬁne ½ [MASK]x \uAC00\uAC01 …!? ")]
    [InlineData("\ud83d half a pair")]
    [InlineData("\u0000\u200b")]
    [InlineData("")]
    public async Task A_token_is_the_part_of_the_text_at_its_bytes(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var tokens = await TokensAsync(text);
        Assert.All(tokens[1..^1], token =>
        {
            var (start, stop) = (token["start"]!.GetValue<int>(), token["stop"]!.GetValue<int>());
            Assert.Equal(Encoding.UTF8.GetString(bytes[start..stop]), token["text"]!.GetValue<string>());
        });
    }

    [Fact]
    public async Task Usage_counts_the_same_tokens()
    {
        const string text = "Grüße aus Köln, 東京 & São Paulo: 3.14 naïve façade";
        var usage = (await model.Server.PostAsync(new { input = text })).Json["usage"]!["prompt_tokens"]!.GetValue<int>();
        Assert.Equal(usage, (await TokensAsync(text)).Length);
    }

    [Theory]
    [InlineData(MaxTokens - 2, false)]
    [InlineData(MaxTokens - 1, true)]
    [InlineData(1000, true)]
    public async Task A_text_is_listed_whole_with_the_place_where_the_model_stops(int words, bool isCut)
    {
        var item = (await PostAsync(new { input = string.Join(' ', Enumerable.Repeat("word", words)) })).Json["data"]![0]!;
        Assert.Equal((words + 2, isCut), (item["tokens"]!.AsArray().Count, item["truncated"]!.GetValue<bool>()));
        // Of a text that is cut, the last of the model's tokens is [SEP].
        Assert.Equal(isCut ? MaxTokens - 1 : words + 2, item["read"]!.GetValue<int>());
    }

    [Fact]
    public async Task Several_texts_are_answered_in_their_order()
    {
        var data = (await PostAsync(new { input = new[] { "one", "two words" } })).Json["data"]!.AsArray();
        Assert.Equal([(0, 3), (1, 4)], data.Select(item => (item!["index"]!.GetValue<int>(), item["tokens"]!.AsArray().Count)));
    }

    [Theory]
    [InlineData("""{}""", "'$.input' is invalid: it is required", "input")]
    [InlineData("""{"input": []}""", "'input': it has 0 texts", "input")]
    [InlineData("""{"input": 3}""", "'input': expected a string or an array of strings, but got a number", "input")]
    [InlineData("""{"input": ["a", 3]}""", "'input[1]': expected a string, but got a number", "input")]
    [InlineData("""{"input": "a", "inputs": "a"}""", "Unknown field 'inputs'. Did you mean 'input'?", "inputs")]
    public async Task A_wrong_request_is_told_what_is_wrong(string body, string part, string param) =>
        (await model.Server.PostAsync(body, "/tokenize")).AssertRefused(part, param);

    [Fact]
    public async Task More_tokens_than_a_request_may_have_are_refused()
    {
        await using var server = new Server(new() { ["Limits:MaxTokens"] = "100" });
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(new { input = string.Join(' ', Enumerable.Repeat("a", 98)) }, "/tokenize")).Status);
        (await server.PostAsync(new { input = string.Join(' ', Enumerable.Repeat("a", 99)) }, "/tokenize")).AssertRefused("more than 100 tokens", "input");
        (await server.PostAsync(new { input = Enumerable.Repeat("a", 40) }, "/tokenize")).AssertRefused("more than 100 tokens", "input");
    }

    [Fact]
    public async Task An_unknown_model_is_not_found() =>
        (await PostAsync(new { input = "a", model = "nobody" })).AssertEnvelope(HttpStatusCode.NotFound);

    private Task<Reply> PostAsync(object body) => model.Server.PostAsync(body, "/tokenize");

    private async Task<JsonNode[]> TokensAsync(string text) =>
        [.. (await PostAsync(new { input = text })).Json["data"]![0]!["tokens"]!.AsArray().Select(token => token!)];

    /// <summary>A server with the model that is the default for everybody.</summary>
    public sealed class RealModel : IAsyncDisposable
    {
        internal Server Server { get; } = new(new() { ["Models:Default"] = "all-MiniLM-L6-v2" });

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
