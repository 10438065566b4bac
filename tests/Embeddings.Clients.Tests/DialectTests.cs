using System.Net.Http.Json;
using System.Text.Json;

namespace Embeddings.Clients.Tests;

/// <summary>
/// Clients of other servers, unmodified: what they rank, and what they say of a failure. Their vectors are compared by
/// <see cref="ClientTests"/>.
/// </summary>
public sealed class DialectTests(RunningServer server, ClientAnswers answers) : IClassFixture<ClientAnswers>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("cohere-ai v1")]
    [InlineData("cohere-ai v2")]
    [InlineData("@ai-sdk/cohere")]
    [InlineData("@langchain/cohere")]
    [InlineData("voyageai")]
    [InlineData("@pinecone-database/pinecone")]
    public async Task A_client_reads_the_order_of_plain_http(string client)
    {
        var answer = await AnswerAsync($"{client}, rerank");

        var request = new { query = Texts.All.Values.First(), documents = Texts.All.Values };
        using var response = await server.Http.PostAsJsonAsync("/rerank", request, Cancelled);
        var plain = await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        Assert.Equal(
            plain.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("index").ToString()),
            answer.Ids);
    }

    [Theory]
    [InlineData("ollama", "ResponseError")]
    [InlineData("cohere-ai v1", "NotFoundError")]
    [InlineData("cohere-ai v2", "NotFoundError")]
    [InlineData("@ai-sdk/cohere", "APICallError")]
    [InlineData("voyageai", "VoyageAIError")]
    [InlineData("@mistralai/mistralai", "SDKError")]
    [InlineData("@google/genai", "ApiError")]
    // Pinecone's shows only the status.
    [InlineData("@pinecone-database/pinecone", "PineconeNotFoundError", "404")]
    public async Task A_client_throws_its_own_exception_that_names_the_unknown_model(
        string client, string exception, string words = "no-such-model")
    {
        var answer = await AnswerAsync($"{client}, unknown model");

        Assert.Equal(exception, answer.Exception);
        Assert.Contains(words, answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ollama, unknown model")]
    [InlineData("ollama, unknown model shown")]
    public async Task Ollamas_python_client_raises_its_error_with_ollamas_words(string @case)
    {
        var answer = await AnswerAsync(@case, ClientPrograms.OtherPython);

        Assert.Equal(("ResponseError", 404), (answer.Exception, answer.Status));
        Assert.Equal("model 'no-such-model' not found", answer.Message);
    }

    [Fact]
    public async Task Ollamas_python_client_lists_every_name_with_its_tag()
    {
        var answer = await AnswerAsync("ollama, models", ClientPrograms.OtherPython);

        Assert.Contains("all-minilm:latest", answer.Ids!);
        Assert.All(answer.Ids!, name => Assert.Contains(':', name));
    }

    [Fact]
    public async Task Hugging_faces_python_client_finds_a_text_most_similar_to_itself()
    {
        var answer = await AnswerAsync("sentence_similarity", ClientPrograms.OtherPython);

        Assert.Equal("0", answer.Ids![0]);
        Assert.Equal(Texts.All.Count, answer.Ids.Distinct().Count());
    }

    private async Task<ClientAnswer> AnswerAsync(string @case, string name = ClientPrograms.OtherJavaScript)
    {
        var client = ClientPrograms.All.Single(program => program.Name == name);
        // ClientTests fails for a client that is missing where all are required.
        Assert.SkipUnless((await ClientPrograms.Installed()).Contains(client), client.Install);
        return await answers.Of(client, @case);
    }
}
