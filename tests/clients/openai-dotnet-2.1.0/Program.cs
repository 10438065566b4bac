// The OpenAI .NET client 2.1.0, and Azure's on top of it.
// Arguments: the server's root URL. Standard input: a JSON array of texts. Output: one JSON line a case.
using System.ClientModel.Primitives;
using System.Text.Json;
using Azure.AI.OpenAI;
using Embeddings.Clients;
using OpenAI;

var root = args[0];
var texts = JsonSerializer.Deserialize<string[]>(Console.OpenStandardInput())!;

await OpenAiCases.Run(new OpenAIClient(OpenAiCases.Key, OpenAiCases.At(root)), texts);

var azure = new AzureOpenAIClient(
    new Uri(root), OpenAiCases.Key, new AzureOpenAIClientOptions { RetryPolicy = new ClientRetryPolicy(maxRetries: 0) });
await OpenAiCases.Embed("Azure", azure.GetEmbeddingClient(OpenAiCases.Model), texts);
await OpenAiCases.Embed("Azure, a name with a slash", azure.GetEmbeddingClient(OpenAiCases.FullId), texts);
await Report.Refusal(
    "Azure, unknown model", () => azure.GetEmbeddingClient(OpenAiCases.UnknownModel).GenerateEmbeddingsAsync(texts));
