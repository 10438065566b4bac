using Embeddings.Api.Hosting;
using Embeddings.Api.Models;
using Embeddings.Api.OpenAi;
using Embeddings.Inference.Models;
using Microsoft.Extensions.Options;

if (args is ["health", ..])
{
    return await HealthCommand.RunAsync(args[1..], Console.Out);
}

try
{
    // Beside the program and not in the current folder: it starts the same from anywhere.
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddRequestLog();
    builder.AddInference();
    builder.AddApi();
    await using var app = builder.Build();
    if (args is ["models", ..])
    {
        return await ActivatorUtilities.CreateInstance<ModelCommands>(app.Services, Console.Out).RunAsync(args[1..], CancellationToken.None);
    }

    app.UseApi();
    app.MapHome();
    app.MapHealth();
    app.MapOpenAi();
    await app.RunAsync();
    return 0;
}
catch (Exception exception) when (exception is ModelException or OptionsValidationException or InvalidOperationException or ArgumentException or IOException)
{
    // What an operator can mend is a sentence, not a stack trace.
    Console.Error.WriteLine($"Embeddings cannot start: {exception.Message}");
    return 1;
}
