using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Embeddings.Api.Swagger;

/// <summary>
/// Bodies that "Try it out" offers, since one made of all fields at once would be refused: a search has a query or examples, not both. Tried in
/// the order of this table on a new server, all of them work.
/// </summary>
internal sealed class RequestExamples : IOperationFilter
{
    private static readonly Dictionary<string, (string Name, string Body)[]> Bodies = new()
    {
        ["createEmbeddings"] = [
            ("Texts", """{ "input": ["The cat sits outside", "A dog barks loudly"], "model": "text-embedding-3-small" }"""),
            ("A text, in base64", """{ "input": "The cat sits outside", "encoding_format": "base64" }"""),
        ],
        ["compare"] = [
            ("One with many", """{ "sources": ["The cat sits outside"], "targets": ["A dog barks loudly", "A kitten plays in the garden"] }"""),
            ("Every one with every other", """{ "sources": ["cat", "kitten", "car"] }"""),
            ("Vectors", """{ "sources": [[1, 0], [0, 1]], "targets": [[1, 1]], "metric": "euclidean" }"""),
            ("Hugging Face", """{ "inputs": { "source_sentence": "The cat sits outside", "sentences": ["A dog barks loudly", "A kitten plays in the garden"] } }"""),
        ],
        ["createCollection"] = [("Defaults", "{}")],
        ["reembedCollection"] = [("To another model", """{ "model": "text-embedding-3-small" }""")],
        ["upsertDocuments"] = [("Texts", """
            { "documents": [
              { "id": "cat", "text": "The cat sits outside", "metadata": { "animal": "cat", "year": 2020 } },
              { "id": "dog", "text": "A dog barks loudly", "metadata": { "animal": "dog", "year": 2021 } },
              { "id": "kitten", "text": "A kitten plays in the garden", "metadata": { "animal": "cat", "year": 2022 } }
            ] }
            """)],
        ["importDocuments"] = [("A document a line", """{ "id": "parrot", "text": "A parrot talks all day", "metadata": { "animal": "bird" } }""")],
        ["search"] = [
            ("By text", """{ "query": "Which animal is in the garden?", "top_k": 3 }"""),
            ("With a filter", """{ "query": "young animals", "filter": { "animal": "cat", "year": { "$gte": 2021 } } }"""),
            ("What is like this and unlike that", """{ "positive": ["cat"], "negative": ["dog"], "top_k": 1 }"""),
            ("Several at once", """{ "query": ["cats", "dogs"], "top_k": 1, "include": [] }"""),
            ("In groups", """{ "query": "pets", "group_by": "animal", "group_size": 1 }"""),
            ("In documents of the request", """{ "query": "a young cat", "documents": ["a kitten", "a car", "a tree"], "top_k": 1 }"""),
        ],
        ["queryDocuments"] = [("By filter", """{ "filter": { "animal": "cat" }, "limit": 10 }"""), ("By ids", """{ "ids": ["dog", "cat"] }""")],
        ["countDocuments"] = [("By filter", """{ "filter": { "animal": "cat" } }""")],
        ["deleteDocuments"] = [("By ids", """{ "ids": ["dog"] }"""), ("By filter", """{ "filter": { "year": { "$lt": 2000 } } }""")],
    };

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (operation.OperationId is null || !Bodies.TryGetValue(operation.OperationId, out var bodies))
        {
            return;
        }

        foreach (var content in operation.RequestBody?.Content?.Values ?? [])
        {
            if (content is OpenApiMediaType target)
            {
                target.Examples = bodies.ToDictionary(body => body.Name, IOpenApiExample (body) => new OpenApiExample { Value = JsonNode.Parse(body.Body) });
            }
        }
    }
}
