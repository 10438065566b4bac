using Embeddings.Api.Collections;
using Embeddings.Api.Hosting;
using Embeddings.Api.Models;
using Embeddings.Api.OpenAi;
using Embeddings.Api.Search;
using Embeddings.Api.Similarity;

if (await CommandLine.AnswerAsync(args) is { } exitCode)
{
    return exitCode;
}

WebApplication? app = null;
try
{
    // Beside the program and not in the current folder: it starts the same from anywhere.
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddRequestLog();
    builder.AddInference();
    builder.AddStorage();
    builder.AddApi();
    app = builder.Build();
    if (args is ["models", ..])
    {
        await using var commands = app;
        return await ActivatorUtilities.CreateInstance<ModelCommands>(app.Services, Console.Out).RunAsync(args[1..], CancellationToken.None);
    }

    if (args is ["restore", ..])
    {
        await using var commands = app;
        return await ActivatorUtilities.CreateInstance<RestoreCommand>(app.Services, Console.Out).RunAsync(args[1..], CancellationToken.None);
    }

    app.CheckSettings(args);
    app.UseApi();
    app.MapHome();
    app.MapHealth();
    app.MapOpenAi();
    app.MapSimilarity();
    app.MapSearch();
    app.MapCollections();
    app.MapBackup();
    await app.StartAsync();
}
catch (OperationCanceledException) when (app?.Lifetime.ApplicationStopping.IsCancellationRequested == true)
{
    // Told to stop before it served, in the middle of a download perhaps: no fault.
    await app.DisposeAsync();
    return 0;
}
catch (Exception exception) when (StartFailure.Explain(exception) is { } sentence)
{
    if (app is not null)
    {
        await app.DisposeAsync();
    }

    Console.Error.WriteLine($"Embeddings cannot start: {sentence}");
    return 1;
}

await using (app)
{
    await app.WaitForShutdownAsync();
}

return 0;
