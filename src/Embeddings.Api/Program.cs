using Embeddings.Api.Classifiers;
using Embeddings.Api.Collections;
using Embeddings.Api.OpenAi;
using Embeddings.Api.Pipeline;
using Embeddings.Api.Retrieval;
using Embeddings.Api.Similarity;
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
    app.MapHome();
    app.MapHealth();
    app.MapOpenAi();
    app.MapSimilarity();
    app.MapSearch();
    app.MapClassifiers();
    app.MapCollections();
    app.MapBackup();
}
