using Embeddings.Api.Collections;
using Embeddings.Api.Explorer;
using Embeddings.Api.OpenAi;
using Embeddings.Api.Pipeline;
using Embeddings.Api.Retrieval;
using Embeddings.Api.Similarity;
using Embeddings.Api.Startup;
using Embeddings.Api.Status;
using Embeddings.Api.Telemetry;
using Embeddings.Api.Tokenization;

if (await CommandLine.AnswerAsync(args) is { } exitCode)
{
    return exitCode;
}

return await ServerRun.RunAsync(args, Build, Map);

WebApplication Build()
{
    // Beside the program and not in the current folder, so that the server starts the same from anywhere.
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddRequestLog();
    builder.AddInference();
    builder.AddStorage();
    builder.AddApi();
    return builder.Build();
}

static void Map(WebApplication app)
{
    app.UsePipeline();
    app.MapExplorer();
    app.MapHealth();
    app.MapOpenAi();
    app.MapSimilarity();
    app.MapTokenization();
    app.MapSearch();
    app.MapCollections();
    app.MapBackup();
    app.MapStatus();
}
