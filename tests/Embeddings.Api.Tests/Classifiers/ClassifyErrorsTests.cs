using System.Net;

namespace Embeddings.Api.Tests.Classifiers;

/// <summary>What a wrong request to classify is told: the field, and the item of it.</summary>
public sealed class ClassifyErrorsTests(Server server) : IClassFixture<Server>
{
    [Theory]
    [InlineData("""{}""", "'$.input' is invalid: it is required", "input")]
    [InlineData("""{"input": "a"}""", "'$.labels' is invalid: say by what to classify", "labels")]
    [InlineData("""{"input": [], "labels": ["a", "b"]}""", "'input': it has 0 items", "input")]
    [InlineData("""{"input": "a", "labels": ["a"]}""", "'labels': there is 1 label; a classifier has 2 to 1000", "labels")]
    [InlineData("""{"input": "a", "labels": []}""", "'labels': there are 0 labels", "labels")]
    [InlineData("""{"input": "a", "labels": ["a", "a"]}""", "'labels[1]': the label 'a' is there twice", "labels")]
    [InlineData("""{"input": "a", "labels": ["a", " "]}""", "'labels[1]': a label cannot be empty", "labels")]
    [InlineData("""{"input": "a", "labels": ["a", 3]}""", "'labels[1]': expected a string or an object, but got a number", "labels")]
    [InlineData("""{"input": "a", "labels": ["a", null]}""", "'$.labels[1]' is invalid", "labels")]
    [InlineData("""{"input": "a", "labels": ["a", {"label": "b", "example": []}]}""", "Did you mean 'examples'?", "labels")]
    [InlineData("""{"input": "a", "labels": ["a", {"description": "b"}]}""", "'labels[1].label': it is required", "labels")]
    [InlineData("""{"input": "a", "labels": ["a", {"label": "b", "label": "c"}]}""", "'labels[1].label': this field is there twice", "labels")]
    [InlineData("""{"input": "a", "labels": ["a", {"label": "b", "examples": [1]}]}""", "'labels[1].examples[0]': expected a string", "labels")]
    [InlineData("""{"input": "a", "labels": ["a", {"label": "b", "examples": [""]}]}""", "'$.labels[1].examples[0]' is invalid: an empty string", "labels")]
    [InlineData("""{"input": "a", "examples": [{"text": "a", "label": "b"}]}""", "'examples': there is 1 label", "examples")]
    [InlineData("""{"input": "a", "examples": [{"text": "a"}]}""", "'$.examples[0].label' is invalid: it is required", "examples")]
    [InlineData("""{"input": "a", "examples": [{"label": "a"}]}""", "'$.examples[0].text' is invalid: it is required", "examples")]
    [InlineData("""{"input": "a", "examples": [null]}""", "'$.examples[0]' is invalid", "examples")]
    [InlineData("""{"input": "a", "examples": [{"text": "", "label": "a"}, {"text": "b", "label": "b"}]}""", "'$.examples[0].text' is invalid: an empty string", "examples")]
    [InlineData("""{"input": "a", "examples": [{"text": "a", "label": "b", "tag": 1}]}""", "Unknown field 'examples[0].tag'", "examples")]
    [InlineData("""{"input": "", "labels": ["a", "b"]}""", "'$.input' is invalid: an empty string", "input")]
    [InlineData("""{"input": [[1, 2]], "labels": ["a", "b"]}""", "'input[0]': it has 2 numbers, but vectors here have 384", "input")]
    [InlineData("""{"input": "a", "labels": ["a", "b"], "classifier": "c"}""", "'classifier': the request has 'labels' too", "classifier")]
    [InlineData("""{"input": "a", "classifier": "c", "collection": "d"}""", "'collection': the request has 'classifier' too", "collection")]
    [InlineData("""{"input": "a", "collection": "d"}""", "'$.field' is invalid: it is required with 'collection'", "field")]
    [InlineData("""{"input": "a", "labels": ["a", "b"], "field": "d"}""", "'field': it is for the documents of a 'collection'", "field")]
    [InlineData("""{"input": "a", "labels": ["a", "b"], "k": 3}""", "'k': it is for the documents of a 'collection'", "k")]
    [InlineData("""{"input": "a", "labels": ["a", "b"], "top": 0}""", "'top': 0 is not between 1 and 1000", "top")]
    [InlineData("""{"input": "a", "labels": ["a", "b"], "threshold": 1.5}""", "'threshold': 1.5 is not between 0 and 1", "threshold")]
    [InlineData("""{"input": "a", "labels": ["a", "b"], "multi_label": 1}""", "'multi_label': expected a boolean", "multi_label")]
    [InlineData("""{"input": "a", "label": ["a", "b"]}""", "Unknown field 'label'. Did you mean 'labels'?", "label")]
    public async Task A_wrong_body_is_a_400_that_says_where(string body, string part, string param) =>
        (await server.PostAsync(body, "/classify")).AssertRefused(part, param);

    [Theory]
    [InlineData("""{}""", "'$.input' is invalid: it is required: 'inputs' and 'examples' as Cohere has them", "input")]
    [InlineData("""{"inputs": ["a"], "input": ["a"]}""", "but not both", "inputs")]
    [InlineData("""{"inputs": ["a"]}""", "'$.examples' is invalid: it is required, unless 'preset'", "examples")]
    [InlineData("""{"inputs": [], "examples": []}""", "'inputs': it has 0 items", "inputs")]
    [InlineData("""{"inputs": ["a", null], "examples": []}""", "'$.inputs[1]'", "inputs")]
    [InlineData("""{"inputs": ["a"], "examples": [{"text": "a", "label": "b"}]}""", "'examples': there is 1 label", "examples")]
    [InlineData("""{"input": ["a"]}""", "'$.labels' is invalid: it is required, unless 'classifier_id'", "labels")]
    [InlineData("""{"input": ["a"], "labels": ["a", "b"], "classifier_id": "c"}""", "'classifier_id': the request has 'labels' too", "classifier_id")]
    [InlineData("""{"input": [{"image": "x"}], "labels": ["a", "b"]}""", "'input[0].image': only a 'text'", "input")]
    public async Task A_wrong_body_in_the_shape_of_a_vendor_is_one_too(string body, string part, string param) =>
        (await server.PostAsync(body, "/v1/classify")).AssertRefused(part, param);

    [Theory]
    [InlineData("""{}""", "send 'examples', 'labels', or 'collection' and 'field'", "examples")]
    [InlineData("""{"collection": "c"}""", "'$.field' is invalid", "field")]
    [InlineData("""{"field": "c", "labels": ["a", "b"]}""", "'field': it is for the documents of a 'collection'", "field")]
    [InlineData("""{"collection": "c", "field": "f", "labels": ["a", "b"]}""", "'collection': its documents are the examples", "collection")]
    [InlineData("""{"labels": ["a", "b"], "regularization": 0}""", "'regularization': 0 is not between 0.001 and 100000", "regularization")]
    [InlineData("""{"labels": ["a"]}""", "'labels': there is 1 label", "labels")]
    public async Task No_classifier_is_made_of_a_wrong_body(string body, string part, string param)
    {
        (await server.PutAsync("/classifiers/wrong", body)).AssertRefused(part, param);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("/classifiers/wrong")).Status);
    }

    [Fact]
    public async Task A_name_that_cannot_stand_in_a_path_is_refused() =>
        (await server.PutAsync("/classifiers/-a", """{"labels": ["a", "b"]}""")).AssertRefused("Invalid classifier name '-a'", "name");

    [Theory]
    [InlineData("/classify", """{"input": "a", "classifier": "nobody"}""", "classifier", "classifier_not_found")]
    [InlineData("/classify", """{"input": "a", "collection": "nobody", "field": "f"}""", "collection", "collection_not_found")]
    [InlineData("/classify", """{"input": "a", "labels": ["a", "b"], "model": "nobody"}""", "model", "model_not_found")]
    [InlineData("/v1/classify", """{"input": ["a"], "classifier_id": "nobody"}""", "classifier_id", "classifier_not_found")]
    [InlineData("/v1/train", """{"input": [{"text": "a", "label": "b"}], "classifier_id": "nobody"}""", "classifier_id", "classifier_not_found")]
    public async Task What_is_not_there_is_a_404_that_names_it(string path, string body, string param, string code)
    {
        var reply = (await server.PostAsync(body, path)).AssertEnvelope(HttpStatusCode.NotFound);
        Assert.Equal((param, code), (reply.Error["param"]!.GetValue<string>(), reply.Error["code"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Too_many_labels_or_examples_are_refused_before_anything_is_embedded()
    {
        var labels = Enumerable.Range(0, 1001).Select(i => $"label {i}");
        (await server.PostAsync(new { input = "a", labels }, "/classify")).AssertRefused("there are 1001 labels; a classifier has 2 to 1000", "labels");
        var examples = Enumerable.Range(0, 10_001).Select(i => new { text = $"{i}", label = $"{i % 2}" });
        (await server.PostAsync(new { input = "a", examples }, "/classify")).AssertRefused("there are 10001 examples", "examples");
    }
}
