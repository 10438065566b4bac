using System.Net;

namespace Embeddings.Api.Tests.Classifiers;

/// <summary><c>/v1/classify</c>, <c>/v1/train</c> and <c>/v1/classifiers</c>, after the documentation of Cohere's v1 and of Jina.</summary>
public sealed class VendorTests(Server server) : IClassFixture<Server>
{
    private const string Examples = """
        [{"text": "Where is my parcel?", "label": "delivery"}, {"text": "When will my order arrive?", "label": "delivery"},
         {"text": "I want my money back", "label": "refund"}, {"text": "Please return the amount I paid", "label": "refund"}]
        """;

    [Fact]
    public async Task Coheres_body_gets_coheres_shape()
    {
        var reply = await server.PostAsync($$"""{"inputs": ["Where is my parcel?"], "examples": {{Examples}}, "truncate": "END"}""", "/v1/classify");
        Assert.Equal(["id", "classifications", "meta"], reply.Json.AsObject().Select(field => field.Key));
        var answer = reply.Json["classifications"]![0]!.AsObject();
        Assert.Equal(
            ["id", "input", "prediction", "predictions", "confidence", "confidences", "labels", "classification_type"], answer.Select(field => field.Key));
        Assert.Equal(("Where is my parcel?", "delivery", "single-label"), (answer["input"]!.GetValue<string>(), answer["prediction"]!.GetValue<string>(), answer["classification_type"]!.GetValue<string>()));
        Assert.Equal(answer["confidence"]!.GetValue<float>(), answer["labels"]!["delivery"]!["confidence"]!.GetValue<float>());
        Assert.Equal(1, answer["labels"]!.AsObject().Sum(label => label.Value!["confidence"]!.GetValue<double>()), 1e-5);
    }

    [Fact]
    public async Task Jinas_body_gets_jinas_shape()
    {
        var reply = await server.PostAsync("""{"input": ["a cat", {"text": "a dog"}], "labels": ["cat", "dog"]}""", "/v1/classify");
        Assert.Equal(["usage", "data"], reply.Json.AsObject().Select(field => field.Key));
        Assert.Equal(["object", "index", "prediction", "score", "predictions"], reply.Json["data"]![1]!.AsObject().Select(field => field.Key));
        Assert.Equal(["cat", "dog"], reply.Json["data"]!.AsArray().Select(item => item!["prediction"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Jinas_classifiers_learn_answer_are_listed_and_go()
    {
        var made = await server.PostAsync($$"""{"input": {{Examples}}, "access": "private", "num_iters": 10}""", "/v1/train");
        var id = made.Json["classifier_id"]!.GetValue<string>();
        Assert.Equal(4, made.Json["num_samples"]!.GetValue<int>());
        var more = await server.PostAsync($$"""{"input": [{"text": "I cannot log in", "label": "account"}], "classifier_id": "{{id}}"}""", "/v1/train");
        Assert.Equal((id, 1), (more.Json["classifier_id"]!.GetValue<string>(), more.Json["num_samples"]!.GetValue<int>()));
        var answer = await server.PostAsync($$"""{"input": ["I cannot log in"], "classifier_id": "{{id}}"}""", "/v1/classify");
        Assert.Equal("account", answer.Json["data"]![0]!["prediction"]!.GetValue<string>());
        var listed = Assert.Single((await server.GetAsync("/v1/classifiers")).Json.AsArray(), item => item!["classifier_id"]!.GetValue<string>() == id)!;
        Assert.Equal(["account", "delivery", "refund"], listed["labels"]!.AsArray().Select(label => label!.GetValue<string>()));
        Assert.Equal(id, (await server.DeleteAsync($"/v1/classifiers/{id}")).Json["classifier_id"]!.GetValue<string>());
        (await server.DeleteAsync($"/v1/classifiers/{id}")).AssertEnvelope(HttpStatusCode.NotFound);
    }
}
