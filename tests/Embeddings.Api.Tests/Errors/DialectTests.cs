using System.Net;
using System.Text.Json.Nodes;
using Embeddings.Api.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Embeddings.Api.Tests.Errors;

/// <summary>The same failure in the words of two protocols.</summary>
public sealed class DialectTests
{
    [Theory]
    [InlineData("/other", """{"kind":400,"field":"input","text":"It is empty."}""")]
    [InlineData("/none", """{"error":{"message":"It is empty.","type":"invalid_request_error","param":"input","code":null}}""")]
    public async Task An_endpoint_chooses_how_its_failures_are_written(string path, string body)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseTestServer();
        builder.Services.AddSingleton<IProblemDetailsWriter, FailureWriter>();
        builder.Services.AddProblemDetails();
        await using var app = builder.Build();
        app.UseExceptionHandler();
        app.UseRouting();
        app.MapGet("/other", Fail).WithMetadata(new OtherDialect());
        app.MapGet("/none", Fail);
        await app.StartAsync(Server.Cancelled);

        using var reply = await app.GetTestClient().GetAsync(path, Server.Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, reply.StatusCode);
        var text = await reply.Content.ReadAsStringAsync(Server.Cancelled);
        Assert.Equal(JsonNode.Parse(body)!.ToJsonString(), JsonNode.Parse(text)!.ToJsonString());
    }

    private static IResult Fail() => throw new InvalidRequestException("It is empty.", "input");

    private sealed class OtherDialect : IErrorDialect
    {
        public object Body(Failure failure) =>
            new { kind = failure.Status, field = failure.Field, text = failure.Message };
    }
}
