// The newest OpenAI .NET client, and Microsoft.Extensions.AI on top of it.
// Arguments: the server's root URL. Standard input: a JSON array of texts. Output: one JSON line a case.
using System.Text.Json;
using Embeddings.Clients;
using Microsoft.Extensions.AI;
using OpenAI;

var texts = JsonSerializer.Deserialize<string[]>(Console.OpenStandardInput())!;
var client = new OpenAIClient(OpenAiCases.Key, OpenAiCases.At(args[0]));

await OpenAiCases.Run(client, texts);

using var generator = client.GetEmbeddingClient(OpenAiCases.Model).AsIEmbeddingGenerator();
var generated = await generator.GenerateAsync(texts);
await Report.Vectors(
    "Microsoft.Extensions.AI", generated.Select(item => item.Vector), generated[0].ModelId, generated.Usage?.InputTokenCount);

using var unknown = client.GetEmbeddingClient(OpenAiCases.UnknownModel).AsIEmbeddingGenerator();
await Report.Refusal("Microsoft.Extensions.AI, unknown model", () => unknown.GenerateAsync(texts));
