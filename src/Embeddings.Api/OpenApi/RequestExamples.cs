using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Embeddings.Api.OpenApi;

/// <summary>
/// The bodies that "Try it out" sends, and the replies to them. The page has the order of this table. Sent from top to
/// bottom to a new server, every example succeeds: routes that need documents stand below those that add them, and
/// routes that delete stand last.
/// </summary>
internal sealed class RequestExamples : IOperationFilter
{
    // Operation → the bodies that it offers; empty for an operation without a body. All methods of a path stand where
    // the first of them stands.
    private static readonly OrderedDictionary<string, (string Name, string Body)[]> Bodies = new()
    {
        ["createEmbeddings"] = [
            ("Texts", """{ "input": ["The cat sits outside", "A dog barks loudly"], "model": "text-embedding-3-small" }"""),
            ("A text, in base64", """{ "input": "The cat sits outside", "encoding_format": "base64" }"""),
            ("In 384 bits", """{ "input": "The cat sits outside", "output_dtype": "ubinary" }"""),
        ],
        ["listModels"] = [],
        ["getModel"] = [],
        ["compare"] = [
            ("One with many", """{ "sources": ["The cat sits outside"], "targets": ["A dog barks loudly", "A kitten plays in the garden"] }"""),
            ("Every one with every other", """{ "sources": ["cat", "kitten", "car"] }"""),
            ("Vectors", """{ "sources": [[1, 0], [0, 1]], "targets": [[1, 1]], "metric": "euclidean" }"""),
            ("Hugging Face", """{ "inputs": { "source_sentence": "The cat sits outside", "sentences": ["A dog barks loudly", "A kitten plays in the garden"] } }"""),
        ],
        ["tokenize"] = [("Texts", """{ "input": ["The cat sits outside", "Tokenization"] }""")],
        ["upsertDocuments"] = [("Texts", """
            { "documents": [
              { "id": "cat", "text": "The cat sits outside", "metadata": { "animal": "cat", "year": 2020 } },
              { "id": "dog", "text": "A dog barks loudly", "metadata": { "animal": "dog", "year": 2021 } },
              { "id": "kitten", "text": "A kitten plays in the garden", "metadata": { "animal": "cat", "year": 2022 } },
              { "id": "horse", "text": "The horse is in its stable", "metadata": { "animal": "horse", "year": 1999 } }
            ] }
            """)],
        ["listDocuments"] = [],
        ["importDocuments"] = [("A document a line", """
            {"id": "parrot", "text": "A parrot talks all day", "metadata": {"animal": "bird", "year": 2023}}
            {"id": "goldfish", "text": "The goldfish swims in circles", "metadata": {"animal": "fish", "year": 2024}}

            """)],
        ["queryDocuments"] = [("By filter", """{ "filter": { "animal": "cat" }, "limit": 10 }"""), ("By ids", """{ "ids": ["dog", "cat"] }""")],
        ["countDocuments"] = [("By filter", """{ "filter": { "animal": "cat" } }"""), ("All", "{}")],
        ["exportDocuments"] = [],
        ["getDocument"] = [],
        ["deleteDocument"] = [],
        ["deleteDocuments"] = [("By ids", """{ "ids": ["parrot"] }"""), ("By filter", """{ "filter": { "year": { "$lt": 2000 } } }""")],
        ["search"] = [
            ("In documents of the request", """{ "query": "a young cat", "documents": ["a kitten", "a car", "a tree"], "top_k": 1 }"""),
            ("By text", """{ "query": "Which animal is in the garden?", "top_k": 3 }"""),
            ("With a filter", """{ "query": "young animals", "filter": { "animal": "cat", "year": { "$gte": 2021 } } }"""),
            ("What is like this and unlike that", """{ "positive": ["cat"], "negative": ["dog"], "top_k": 1 }"""),
            ("Several at once", """{ "query": ["cats", "dogs"], "top_k": 1, "include": [] }"""),
            ("In groups", """{ "query": "pets", "group_by": "animal", "group_size": 1 }"""),
        ],
        ["rerank"] = [("With the texts", """{ "query": "Which animal purrs?", "documents": ["A dog barks", "The cat purrs"], "return_documents": true }""")],
        ["predict"] = [("Texts", """{ "input": ["I love this", "I hate this"] }""")],
        ["projectCollection"] = [
            ("With the texts", """{ "method": "pca", "include": ["text"] }"""),
            ("UMAP of some, in three dimensions", """{ "dimensions": 3, "filter": { "year": { "$gte": 2020 } }, "umap": { "neighbors": 3 } }"""),
        ],
        ["project"] = [
            ("Texts", """{ "input": ["cat", "kitten", "car", "lorry"], "method": "pca" }"""),
            ("Vectors", """{ "input": [[0, 0, 0], [4, 0, 0], [2, 1, 0]], "method": "pca", "metric": "euclidean" }"""),
        ],
        ["findTopics"] = [("Two topics, kept as a field", """{ "count": 2, "words": 3, "examples": 1, "write": "subject" }""")],
        ["clusterCollection"] = [("k-means", """{ "k": 2 }"""), ("Near duplicates", """{ "method": "communities", "threshold": 0.9 }""")],
        ["cluster"] = [
            ("Texts", """{ "input": ["cat", "kitten", "car", "lorry"], "k": 2, "include": ["silhouette"] }"""),
            ("Vectors", """{ "input": [[0, 0], [0, 1], [9, 9]], "k": 2, "metric": "euclidean", "include": ["centroids"] }"""),
        ],
        ["listJobs"] = [],
        ["getJob"] = [],
        ["deleteJob"] = [],
        ["addExamples"] = [("Texts", """
            { "examples": [
              { "text": "Where is my parcel?", "label": "delivery" },
              { "text": "I want my money back", "label": "refund" },
              { "text": "I cannot log in", "label": "account" }
            ] }
            """)],
        ["classify"] = [
            ("By names", """{ "input": ["When will it arrive?"], "labels": ["refund", "delivery"] }"""),
            ("By examples", """{ "input": "When will it arrive?", "examples": [{ "text": "Where is my parcel?", "label": "delivery" }, { "text": "I want my money back", "label": "refund" }] }"""),
            ("By a classifier", """{ "input": ["I forgot my password"], "classifier": "topics", "top": 1 }"""),
            ("By the nearest documents", """{ "input": ["a young cat"], "collection": "default", "field": "animal", "k": 3 }"""),
            ("Several labels", """{ "input": ["I cannot log in to see where my parcel is"], "labels": ["account", "delivery", "refund", "praise"], "multi_label": true }"""),
        ],
        ["classifyAsVendors"] = [
            ("Cohere", """{ "inputs": ["When will it arrive?"], "examples": [{ "text": "Where is my parcel?", "label": "delivery" }, { "text": "I want my money back", "label": "refund" }] }"""),
            ("Jina", """{ "input": ["When will it arrive?"], "labels": ["refund", "delivery"] }"""),
        ],
        ["train"] = [("Examples", """{ "input": [{ "text": "Where is my parcel?", "label": "delivery" }, { "text": "I want my money back", "label": "refund" }] }""")],
        ["listClassifiers"] = [],
        ["listAsJina"] = [],
        ["deleteAsJina"] = [],
        ["createClassifier"] = [
            ("From texts", """{ "labels": ["refund", { "label": "delivery", "description": "where a parcel is and when it arrives" }], "examples": [{ "text": "I want my money back", "label": "refund" }] }"""),
            ("From a collection", """{ "collection": "default", "field": "animal" }"""),
        ],
        ["getClassifier"] = [],
        ["deleteClassifier"] = [],
        ["listCollections"] = [],
        ["backup"] = [],
        ["reembedCollection"] = [("To another model", """{ "model": "text-embedding-3-small" }""")],
        ["createCollection"] = [("Defaults", "{}")],
        ["getCollection"] = [],
        ["deleteCollection"] = [],
        ["live"] = [],
        ["ready"] = [],
        ["status"] = [],
    };

    private static readonly Dictionary<string, OpenApiMediaType> NoContent = [];

    // Recorded by OpenApiExamplesTests: operation → name of the example → what the server answered.
    private static readonly Lazy<JsonObject> Replies = new(ReadReplies);

    /// <summary>
    /// Position of an operation on the page; the last one for an operation that the table does not have.
    /// </summary>
    public static int PositionOf(string operation) =>
        Bodies.IndexOf(operation) is >= 0 and var position ? position : Bodies.Count;

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (operation.OperationId is null || !Bodies.TryGetValue(operation.OperationId, out var bodies))
        {
            return;
        }

        foreach (var (type, content) in operation.RequestBody?.Content ?? NoContent)
        {
            content.Examples = bodies.ToDictionary(
                body => body.Name,
                IOpenApiExample (body) => Example(
                    type == WireTypes.PlainText ? JsonValue.Create(body.Body) : JsonNode.Parse(body.Body)));
        }

        var replies = Replies.Value[operation.OperationId] as JsonObject ?? [];
        foreach (var (type, content) in (operation.Responses ?? []).Where(reply => reply.Key[0] == '2').SelectMany(reply => reply.Value.Content ?? NoContent))
        {
            // An index file is no text.
            if (type != WireTypes.Binary)
            {
                content.Examples = replies.ToDictionary(
                    reply => reply.Key, IOpenApiExample (reply) => Example(reply.Value!.DeepClone()));
            }
        }
    }

    private static OpenApiExample Example(JsonNode? value) => new OpenApiExample { Value = value };

    private static JsonObject ReadReplies()
    {
        using var stream = typeof(RequestExamples).Assembly.GetManifestResourceStream(
            typeof(RequestExamples), "replies.json")!;
        return JsonNode.Parse(stream)!.AsObject();
    }
}
