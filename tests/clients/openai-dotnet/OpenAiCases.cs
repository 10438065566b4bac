using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI;
using OpenAI.Embeddings;
using OpenAI.Models;

namespace Embeddings.Clients;

/// <summary>
/// The official client, which always asks for base64; compiled against the oldest release that we promise, too.
/// </summary>
internal static class OpenAiCases
{
    public const string Model = "all-MiniLM-L6-v2";

    /// <summary>Its full id, with a slash as ids from the hub have.</summary>
    public const string FullId = "sentence-transformers/all-MiniLM-L6-v2";

    public const string UnknownModel = "no-such-model";

    public static readonly ApiKeyCredential Key = new("unused");

    public static async Task Run(OpenAIClient client, IReadOnlyList<string> texts)
    {
        await Embed("many texts", client.GetEmbeddingClient(Model), texts);
        await EmbedOneByOne("one text", client.GetEmbeddingClient(Model), texts);
        await Embed(
            "64 dimensions",
            client.GetEmbeddingClient(Model),
            texts,
            new EmbeddingGenerationOptions { Dimensions = 64 });
        await ListModels("models", client.GetOpenAIModelClient());
        await Report.Refusal(
            "unknown model", () => client.GetEmbeddingClient(UnknownModel).GenerateEmbeddingsAsync(texts));
        await Report.Refusal("unknown model by id", () => client.GetOpenAIModelClient().GetModelAsync(UnknownModel));
    }

    public static async Task Embed(
        string name, EmbeddingClient client, IReadOnlyList<string> texts, EmbeddingGenerationOptions? options = null)
    {
        OpenAIEmbeddingCollection reply = await client.GenerateEmbeddingsAsync(texts, options);
        await Report.Vectors(name, reply.Select(item => item.ToFloats()), reply.Model, reply.Usage.InputTokenCount);
    }

    public static OpenAIClientOptions At(string root) =>
        new() { Endpoint = new Uri($"{root}/v1"), RetryPolicy = new ClientRetryPolicy(maxRetries: 0) };

    private static async Task EmbedOneByOne(string name, EmbeddingClient client, IReadOnlyList<string> texts)
    {
        var vectors = new List<ReadOnlyMemory<float>>();
        foreach (var text in texts)
        {
            OpenAIEmbedding reply = await client.GenerateEmbeddingAsync(text);
            vectors.Add(reply.ToFloats());
        }

        await Report.Vectors(name, vectors, model: null, promptTokens: null);
    }

    private static async Task ListModels(string name, OpenAIModelClient client)
    {
        var ids = new List<string>();
        OpenAIModelCollection listed = await client.GetModelsAsync();
        foreach (var model in listed)
        {
            OpenAIModel retrieved = await client.GetModelAsync(model.Id);
            ids.Add(retrieved.Id);
        }

        await Report.Models(name, ids);
    }
}
