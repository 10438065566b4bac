// .NET clients that were written for other servers, and those that put a layer over OpenAI's.
// Arguments: the server's root URL. Standard input: a JSON array of texts. Output: one JSON line a case.
using System.Text.Encodings.Web;
using System.Text.Json;
using Azure;
using Azure.AI.Inference;
using Betalgo.Ranul.OpenAI;
using Betalgo.Ranul.OpenAI.Managers;
using Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using OllamaSharp;
using OllamaSharp.Models;

var plain = new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
var texts = JsonSerializer.Deserialize<string[]>(Console.OpenStandardInput())!;
var root = new Uri(args[0]);
const string Model = "all-MiniLM-L6-v2";

using var ollama = new OllamaApiClient(root, "all-minilm");
await ReportAsync("OllamaSharp", async () =>
    (await ollama.EmbedAsync(new EmbedRequest { Model = "all-minilm", Input = [.. texts] })).Embeddings);
await ReportAsync("OllamaSharp, Microsoft.Extensions.AI", async () =>
    Vectors(await ((IEmbeddingGenerator<string, Embedding<float>>)ollama).GenerateAsync(texts)));

var azure = new EmbeddingsClient(root, new AzureKeyCredential("unused"));
await ReportAsync("Azure.AI.Inference", async () =>
{
    var reply = await azure.EmbedAsync(new EmbeddingsOptions(texts) { Model = Model });
    return reply.Value.Data.Select(item => item.Embedding.ToObjectFromJson<float[]>()!);
});

using var betalgo = new OpenAIService(new OpenAIOptions { ApiKey = "unused", BaseDomain = args[0] });
await ReportAsync("Betalgo", async () =>
{
    var reply = await betalgo.Embeddings.CreateEmbedding(
        new EmbeddingCreateRequest { InputAsList = [.. texts], Model = Model, EncodingFormat = "float" });
    return reply.Data.Select(item => item.Embedding.Select(number => (float)number).ToArray());
});

using var http = new HttpClient { BaseAddress = new Uri(root, "v1") };
var kernel = Kernel.CreateBuilder();
#pragma warning disable SKEXP0010 // The connector is marked as experimental.
kernel.AddOpenAIEmbeddingGenerator(Model, "unused", httpClient: http);
#pragma warning restore SKEXP0010
await ReportAsync("Semantic Kernel", async () => Vectors(
    await kernel.Build().GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>().GenerateAsync(texts)));

static IEnumerable<float[]> Vectors(IEnumerable<Embedding<float>> embeddings) =>
    embeddings.Select(embedding => embedding.Vector.ToArray());

async Task ReportAsync(string name, Func<Task<IEnumerable<float[]>>> embed)
{
    try
    {
        await WriteAsync(new { @case = name, vectors = await embed() });
    }
#pragma warning disable CA1031 // The test shows whatever a client throws.
    catch (Exception exception)
#pragma warning restore CA1031
    {
        await WriteAsync(new { @case = name, exception = exception.GetType().Name, message = exception.Message });
    }
}

Task WriteAsync<T>(T line) => Console.Out.WriteLineAsync(JsonSerializer.Serialize(line, plain));
