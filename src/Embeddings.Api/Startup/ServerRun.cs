using System.Runtime;

namespace Embeddings.Api.Startup;

/// <summary>One run of the program: a command that needs settings, or the server until it is told to stop.</summary>
internal static class ServerRun
{
    /// <summary>Runs a command or the server.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="build">Builds the application.</param>
    /// <param name="map">Adds its middlewares and routes; not called for a command.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments, Func<WebApplication> build, Action<WebApplication> map)
    {
        WebApplication? app = null;
        try
        {
            app = build();
            if (CommandOf(arguments, app.Services) is { } command)
            {
                await using var commands = app;
                return await command;
            }

            app.CheckSettings(arguments);
            map(app);
            // Old memory is collected beside the requests. Otherwise the runtime compacts it now and then, and all requests wait.
            GCSettings.LatencyMode = GCLatencyMode.SustainedLowLatency;
            await app.StartAsync();
        }
        catch (OperationCanceledException) when (app?.Lifetime.ApplicationStopping.IsCancellationRequested == true)
        {
            // The process was told to stop before it served, perhaps in the middle of a download. That is no fault.
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
    }

    private static Task<int>? CommandOf(string[] arguments, IServiceProvider services) => arguments switch
    {
        ["models", ..] =>
            ActivatorUtilities.CreateInstance<ModelCommands>(services, Console.Out)
                .RunAsync(arguments[1..], CancellationToken.None),
        ["restore", ..] =>
            ActivatorUtilities.CreateInstance<RestoreCommand>(services, Console.Out)
                .RunAsync(arguments[1..], CancellationToken.None),
        _ => null,
    };
}
