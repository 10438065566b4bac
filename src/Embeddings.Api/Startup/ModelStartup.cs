using System.Diagnostics.Metrics;
using Embeddings.Api.Embedding;
using Embeddings.Api.Telemetry;
using Embeddings.Inference;

namespace Embeddings.Api.Startup;

/// <summary>
/// The life of the models: they are chosen, and fetched, before the server listens. The service is ready when the
/// default model has embedded its first text.
/// </summary>
internal sealed partial class ModelStartup(
    ModelRegistry registry, ModelChooser chooser, IMeterFactory meters, TimeProvider time,
    ILogger<ModelStartup> logger) : IHostedLifecycleService
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(100);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await chooser.ChooseAsync(registry, cancellationToken);
        EncoderMetrics.Observe(meters, () => registry.States);
    }

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (!await TryAsync(cancellationToken))
        {
            await Task.Delay(BetweenTries, time, cancellationToken);
        }

        registry.SetWarm();
        LogReady(registry.Default.Manifest.Id, time.GetElapsedTime(start).TotalMilliseconds);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // The server listens already: after a restart, many clients may come back at once, so that the first text has to
    // wait.
    private async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            await registry.Default.Texts.GenerateAsync(["Wake up."], cancellationToken: cancellationToken);
            return true;
        }
        catch (EncoderBusyException)
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Information, "Ready: {Model} loaded and warmed up in {Milliseconds:0} ms")]
    private partial void LogReady(string model, double milliseconds);
}
