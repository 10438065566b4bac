using System.Net.Http.Json;
using System.Text.Json;

namespace Embeddings.Clients.Tests;

/// <summary>Official clients, unmodified, against the running server.</summary>
public sealed class ClientTests(RunningServer server, ClientAnswers answers) : IClassFixture<ClientAnswers>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Set in CI: a client that is not installed fails there, and is only passed over at home.</summary>
    private static readonly bool Required = Environment.GetEnvironmentVariable("EMBEDDINGS_TEST_CLIENTS") == "required";

    public static TheoryData<string> Clients() => [.. from client in ClientPrograms.All select client.Name];

    public static async Task<TheoryData<string, string, string>> EmbeddingsOfEveryText() =>
    [
        .. from client in await ClientPrograms.Installed()
           from @case in client.Embeds.Keys
           from text in Texts.All.Keys
           select (client.Name, @case, text),
    ];

    public static async Task<TheoryData<string, string>> Embeddings() =>
        [.. from client in await ClientPrograms.Installed() from @case in client.Embeds.Keys select (client.Name, @case)];

    public static async Task<TheoryData<string, string>> Refusals() =>
        [.. from client in await ClientPrograms.Installed() from @case in client.Refused.Keys select (client.Name, @case)];

    public static async Task<TheoryData<string>> ModelLists() =>
        [.. from client in await ClientPrograms.Installed() where client.ListsModels select client.Name];

    /// <summary>
    /// The cases of the tests below are those of the clients that are here, so a missing client is one line, and this
    /// one.
    /// </summary>
    [Theory]
    [MemberData(nameof(Clients))]
    public async Task A_client_is_installed(string client)
    {
        if (!(await ClientPrograms.Installed()).Contains(Named(client)))
        {
            var reason = $"{client} is not installed. {Named(client).Install}";
            Assert.SkipUnless(Required, reason);
            Assert.Fail(reason);
        }
    }

    [Theory]
    [MemberData(nameof(EmbeddingsOfEveryText))]
    public async Task A_client_reads_the_same_vector_as_plain_http(string client, string @case, string text)
    {
        var program = Named(client);
        var answer = await answers.Of(program, @case);
        var position = Texts.All.Keys.Index().Single(key => key.Item == text).Index;

        Assert.Equal(Texts.All.Count, answer.Vectors!.Length);
        var expected = await server.Embed(Texts.All[text], program.Embeds[@case], Cancelled);
        SameVector.Check(expected, answer.Vectors[position]);
    }

    [Theory]
    [MemberData(nameof(Embeddings))]
    public async Task A_client_reads_the_model_that_served_and_the_tokens(string client, string @case)
    {
        var answer = await answers.Of(Named(client), @case);

        // A client that does not show them reports null.
        if (answer.Model is not null) Assert.Equal(RunningServer.FullId, answer.Model);
        if (answer.PromptTokens is not null) Assert.Equal(
            await server.CountTokens(Texts.All.Values, Cancelled), answer.PromptTokens);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_client_throws_its_own_not_found_exception_with_the_servers_words(string client, string @case)
    {
        var program = Named(client);
        var answer = await answers.Of(program, @case);

        Assert.Equal(program.Refused[@case], answer.Exception);
        Assert.Equal(404, answer.Status);
        Assert.Equal("model_not_found", answer.Code);
        Assert.Contains(await RefusalByPlainHttp(@case), answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(ModelLists))]
    public async Task A_client_lists_the_models_and_finds_each_by_its_id(string client)
    {
        var answer = await answers.Of(Named(client), "models");

        // An id with a slash: some clients leave it as it is in the path, and some write %2F.
        var list = await server.Http.GetFromJsonAsync<JsonElement>("/v1/models", Cancelled);
        var expected = list.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()!);
        Assert.Equal(expected, answer.Ids);
        Assert.Contains(RunningServer.FullId, answer.Ids!);
    }

    /// <summary>Without this the comparisons above would prove little.</summary>
    [Fact]
    public async Task Every_text_has_a_vector_of_its_own()
    {
        var vectors = new List<string>();
        foreach (var text in Texts.All.Values) vectors.Add(
            string.Join(' ', await server.Embed(text, dimensions: 384, Cancelled)));

        Assert.Distinct(vectors);
    }

    private static ClientProgram Named(string client) => ClientPrograms.All.Single(program => program.Name == client);

    private async Task<string> RefusalByPlainHttp(string @case)
    {
        using var response = @case.EndsWith("by id", StringComparison.Ordinal)
            ? await server.Http.GetAsync("/v1/models/no-such-model", Cancelled)
            : await server.Http.PostAsJsonAsync("/v1/embeddings", new { model = "no-such-model", input = "text" }, Cancelled);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        return body.GetProperty("error").GetProperty("message").GetString()!;
    }
}
