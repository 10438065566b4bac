using System.Net;

namespace Embeddings.Api.Tests.OpenAi;

/// <summary>What a wrong request is told: the item, the field, and in OpenAI's words where it has some.</summary>
public sealed class EmbeddingErrorsTests(Server server) : IClassFixture<Server>
{
    [Theory]
    [InlineData("""{"input": ""}""", "'$.input' is invalid", "input")]
    [InlineData("""{"input": ["a", ""]}""", "'$.input[1]' is invalid", "input")]
    [InlineData("""{"input": []}""", "empty array", "input")]
    [InlineData("""{"input": [[]]}""", "empty array", "input")]
    [InlineData("""{"input": [[1], []]}""", "'$.input[1]'", "input")]
    [InlineData("""{"input": null}""", "required", "input")]
    [InlineData("""{"model": "text-embedding-3-small"}""", "required", "input")]
    [InlineData("""{"input": 5}""", "'input': expected a string, an array", "input")]
    [InlineData("""{"input": {"a": 1}}""", "got an object", "input")]
    [InlineData("""{"input": true}""", "got a boolean", "input")]
    [InlineData("""{"input": ["a", 3]}""", "'input[1]': expected a string, but got a number", "input")]
    [InlineData("""{"input": ["a", null]}""", "'input[1]'", "input")]
    [InlineData("""{"input": [1, "a"]}""", "'input[1]'", "input")]
    [InlineData("""{"input": [1.5]}""", "'input[0]'", "input")]
    [InlineData("""{"input": [[1, 2], [3, "x"]]}""", "'input[1][1]'", "input")]
    [InlineData("""{"input": [[1], 2]}""", "'input[1]': expected an array", "input")]
    [InlineData("""{"input": [[[1]]]}""", "'input[0][0]'", "input")]
    [InlineData("""{"input": [[15339], [200000]]}""", "'input[1][0]': 200000 is not a token id of cl100k_base", "input")]
    [InlineData("""{"input": [-1]}""", "-1 is not a token id", "input")]
    [InlineData("""{"input": [99999999999]}""", "'input[0]'", "input")]
    [InlineData("""{"input": "a", "dimensions": -42}""", "-42 is less than the minimum of 1 - 'dimensions'", "dimensions")]
    [InlineData("""{"input": "a", "dimensions": 0}""", "0 is less than the minimum of 1 - 'dimensions'", "dimensions")]
    [InlineData("""{"input": "a", "dimensions": 1536}""", "384", "dimensions")]
    [InlineData("""{"input": "a", "dimensions": "4"}""", "'dimensions': expected a whole number", "dimensions")]
    [InlineData("""{"input": "a", "dimensions": 1e99}""", "'dimensions'", "dimensions")]
    [InlineData("""{"input": "a", "encoding_format": "md5"}""", "Invalid value for 'encoding_format' = md5. Supported values: ['float', 'base64'].", "encoding_format")]
    [InlineData("""{"input": "a", "encoding_format": 3}""", "'encoding_format': expected a string", "encoding_format")]
    [InlineData("""{"input": "a", "model": 3}""", "'model': expected a string", "model")]
    [InlineData("""{"input": "a", "user": []}""", "'user': expected a string, but got an array", "user")]
    [InlineData("""{"input": "a", "truncate": "yes"}""", "'truncate': expected a boolean, 'NONE', 'START' or 'END', but got 'yes'", "truncate")]
    [InlineData("""{"input": "a", "truncate": 1}""", "'truncate': expected a boolean", "truncate")]
    [InlineData("""{"input": "a", "truncate": "END", "truncation": false}""", "'truncate' and 'truncation' mean the same", "truncation")]
    [InlineData("""{"input": "a", "output_dimension": 1536}""", "384 - 'output_dimension'", "output_dimension")]
    [InlineData("""{"input": "a", "output_dimension": 0}""", "minimum of 1 - 'output_dimension'", "output_dimension")]
    [InlineData("""{"input": "a", "dimensions": 8, "output_dimension": 9}""", "'dimensions' and 'output_dimension' mean the same", "output_dimension")]
    [InlineData("""{"input": "a", "output_dtype": "int4"}""", "Invalid value for 'output_dtype' = int4. Supported values: ['float', 'int8',", "output_dtype")]
    [InlineData("""{"input": "a", "embedding_type": "x"}""", "Invalid value for 'embedding_type'", "embedding_type")]
    [InlineData("""{"input": "a", "embedding_type": ["int8"]}""", "'embedding_type': expected a string", "embedding_type")]
    [InlineData("""{"input": "a", "encoding_type": "INT8"}""", "Invalid value for 'encoding_type'", "encoding_type")]
    [InlineData("""{"input": "a", "output_dtype": "int8", "embedding_type": "float"}""", "mean the same", "embedding_type")]
    [InlineData("""{"input": "a", "embedding_type": "base64", "encoding_format": "float"}""", "mean the same", "encoding_format")]
    [InlineData("""{"input": "a", "output_dtype": "int8", "normalized": false}""", "'normalized' cannot be false with 'output_dtype' = int8", "normalized")]
    [InlineData("""{"input": "a", "normalized": "no"}""", "'normalized': expected a boolean", "normalized")]
    [InlineData("""{"input": "a", "modality": "image"}""", "This server embeds text alone", "modality")]
    [InlineData("""{"input": "a", "late_chunking": true}""", "'late_chunking' cannot be true", "late_chunking")]
    [InlineData("""{"input": "a", "return_multivector": true}""", "'return_multivector' cannot be true", "return_multivector")]
    [InlineData("""{"input": [{"image": "data:image/png;base64,aGk="}]}""", "'input[0].image': this server embeds text alone.", "input")]
    [InlineData("""{"input": ["a", {"text": "b", "url": "c"}]}""", "'input[1].url'", "input")]
    [InlineData("""{"input": ["a", {"text": 5}]}""", "'input[1].text': expected a string", "input")]
    [InlineData("""{"input": [{"text": "a", "text": "b"}]}""", "'input[0].text': it is there twice", "input")]
    [InlineData("""{"input": [{"words": {"text": "a"}}]}""", "'input[0]': expected a string or an object with 'text'", "input")]
    [InlineData("""{"input": [{"text": ""}]}""", "'$.input[0]' is invalid", "input")]
    [InlineData("""{"input": [{"text": null}]}""", "'input[0].text'", "input")]
    [InlineData("""{"input": "a", "input": "b"}""", "'input' is there twice", "input")]
    [InlineData("""{"input": ["a",]}""", "line 1, byte", "input")]
    [InlineData("""{"input": """, "line 1, byte", "input")]
    [InlineData("{", "line 1, byte", null)]
    [InlineData("", "JSON object", null)]
    [InlineData("null", "JSON object", null)]
    [InlineData("[]", "JSON object", null)]
    [InlineData("\"text\"", "JSON object", null)]
    public async Task A_wrong_body_is_a_400_that_says_where(string body, string part, string? param)
    {
        var reply = (await server.PostAsync(body)).AssertEnvelope(HttpStatusCode.BadRequest);
        Assert.Contains(part, reply.Message, StringComparison.Ordinal);
        Assert.Equal("invalid_request_error", reply.Error["type"]!.GetValue<string>());
        Assert.Equal(param, reply.Error["param"]?.GetValue<string>());
    }

    [Fact]
    public async Task One_input_too_many_is_a_400_that_names_both_numbers()
    {
        var reply = (await server.PostAsync(new { input = Enumerable.Repeat("a", 2049) })).AssertEnvelope(
            HttpStatusCode.BadRequest);
        Assert.Contains(
            "maximum length 2048, but got an array with length 2049", reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_array_may_be_longer_than_the_number_of_inputs()
    {
        var reply = await server.PostAsync(new { input = Enumerable.Repeat(15339, 5000) });
        Assert.Equal(HttpStatusCode.OK, reply.Status);
    }

    [Fact]
    public async Task Too_many_tokens_together_are_a_400_that_names_the_total()
    {
        var text = string.Join(' ', Enumerable.Repeat("word", 500));
        var reply = (await server.PostAsync(new { input = Enumerable.Repeat(text, 600) })).AssertEnvelope(
            HttpStatusCode.BadRequest);
        Assert.Contains("300000", reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_model_is_a_404_with_a_code()
    {
        var reply = (await server.PostAsync(new { input = "a", model = "gpt-4" })).AssertEnvelope(
            HttpStatusCode.NotFound);
        Assert.Equal("model_not_found", reply.Error["code"]!.GetValue<string>());
        Assert.Equal("model", reply.Error["param"]!.GetValue<string>());
        Assert.Contains("'gpt-4' does not exist", reply.Message, StringComparison.Ordinal);
    }

    // Clients of Jina and Voyage, and tools such as Chroma and Dify, show this field.
    [Theory]
    [InlineData("POST", "/v1/embeddings", "{}", HttpStatusCode.BadRequest)]
    [InlineData("POST", "/v1/embeddings", """{"input": "a", "model": "gpt-4"}""", HttpStatusCode.NotFound)]
    [InlineData("PUT", "/embeddings", "{}", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/v1/models/gpt-4", null, HttpStatusCode.NotFound)]
    public async Task The_message_is_also_the_detail(string method, string path, string? body, HttpStatusCode status)
    {
        var reply = (await server.SendAsync(new HttpMethod(method), path, body)).AssertEnvelope(status);
        Assert.Equal(reply.Message, reply.Json["detail"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("POST", "/v1/embedding", HttpStatusCode.NotFound)]
    [InlineData("GET", "/nowhere", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/embeddings", HttpStatusCode.MethodNotAllowed)]
    [InlineData("DELETE", "/v1/models/static-en-384", HttpStatusCode.MethodNotAllowed)]
    [InlineData("PUT", "/v1/embeddings", HttpStatusCode.MethodNotAllowed)]
    public async Task The_frameworks_own_refusals_wear_the_envelope(string method, string path, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        var reply = (await Server.ReadAsync(await server.Http.SendAsync(request, Server.Cancelled))).AssertEnvelope(
            status);
        Assert.Contains($"{method} {path}", reply.Message, StringComparison.Ordinal);
        if (status == HttpStatusCode.MethodNotAllowed)
        {
            Assert.NotEmpty(reply.Response.Content.Headers.Allow);
        }
    }
}
