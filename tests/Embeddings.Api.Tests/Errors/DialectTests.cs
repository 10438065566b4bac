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
    private const string OpenAi =
        """{"error":{"message":"It is empty.","type":"invalid_request_error","param":"input","code":null}}""";

    private const string Other = """{"kind":400,"field":"input","text":"It is empty."}""";

    [Theory]
    [InlineData("GET /other", 400, "application/json", Other)]
    [InlineData("GET /shared", 400, "application/json", Other)]
    [InlineData("GET /plain/x", 422, "text/plain", "Wrong: It is empty.")]
    [InlineData(
        "PUT /plain/x", 405, "text/plain",
        "Wrong: Not allowed: PUT /plain/x. The Allow header lists the methods of this route.")]
    [InlineData("GET /silent", 400, null, "")]
    [InlineData("GET /none", 400, "application/json", OpenAi)]
    public async Task An_endpoint_or_its_request_chooses_how_its_failures_are_written(
        string request, int status, string? type, string body)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseTestServer();
        builder.Services.AddSingleton<IProblemDetailsWriter, FailureWriter>();
        builder.Services.AddProblemDetails();
        await using var app = builder.Build();
        app.UseExceptionHandler();
        app.UseRouting();
        app.UseStatusCodePages();
        app.MapGet("/other", Fail).WithMetadata(new OtherDialect());
        app.MapGet("/plain/{name}", Fail).WithMetadata(new PlainDialect());
        app.MapGet("/silent", Fail).WithMetadata(new SilentDialect());
        app.MapGet("/shared", FailInOther);
        app.MapGet("/none", Fail);
        await app.StartAsync(Server.Cancelled);

        using var message = new HttpRequestMessage(new HttpMethod(request.Split(' ')[0]), request.Split(' ')[1]);
        using var reply = await app.GetTestClient().SendAsync(message, Server.Cancelled);

        Assert.Equal(status, (int)reply.StatusCode);
        Assert.Equal(body, await reply.Content.ReadAsStringAsync(Server.Cancelled));
        Assert.Equal(type, reply.Content.Headers.ContentType?.MediaType);
    }

    private static IResult FailInOther(HttpContext context)
    {
        context.Use(new OtherDialect());
        return Fail();
    }

    private static IResult Fail() => throw new InvalidRequestException("It is empty.", "input");

    private sealed class OtherDialect : IErrorDialect
    {
        public object? Body(Failure failure) =>
            new { kind = failure.Status, field = failure.Field, text = failure.Message };
    }

    private sealed class PlainDialect : IErrorDialect
    {
        public int Status(Failure failure) => failure.Status == 400 ? 422 : failure.Status;

        public object? Body(Failure failure) => $"Wrong: {failure.Message}";
    }

    private sealed class SilentDialect : IErrorDialect
    {
        public object? Body(Failure failure) => null;
    }
}
