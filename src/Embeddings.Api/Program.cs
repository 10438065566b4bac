using Embeddings.Api.Pipeline;
using Embeddings.Api.Startup;
using Embeddings.Api.Telemetry;

if (await CommandLine.AnswerAsync(args) is { } exitCode)
{
    return exitCode;
}

return await ServerRun.RunAsync(args, Build, Map);

WebApplication Build()
{
    // Beside the program and not in the current folder, so that the server starts the same from anywhere.
    var builder = WebApplication.CreateBuilder(
        new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddRequestLog();
    builder.AddInference();
    builder.AddStorage();
    builder.AddApi();
    return builder.Build();
}

static void Map(WebApplication app)
{
    app.UsePipeline();
    app.MapRoutes();
}
