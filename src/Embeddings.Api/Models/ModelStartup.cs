using System.Diagnostics.Metrics;
using Embeddings.Inference;

namespace Embeddings.Api.Models;

/// <summary>
/// Holds the models once they are chosen, and readiness: models are chosen (and fetched) before the server listens, and the service is
/// ready when the default model has embedded its first text.
/// </summary>
internal sealed partial class ModelStartup(ModelChooser chooser, IMeterFactory meters, TimeProvider time, ILogger<ModelStartup> logger) : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(100);

    private ServedModels? _models;
    private volatile bool _ready;

    /// <summary>The models, once the host has started.</summary>
    public ServedModels Models => _models ?? throw new InvalidOperationException("The models are chosen when the host starts.");

    /// <summary>Whether the default model has embedded a text, and can go on.</summary>
    public bool IsReady => _ready && Models.Default.IsHealthy;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        _models = await chooser.ChooseAsync(cancellationToken);
        EncoderMetrics.Observe(meters, _models);
    }

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (!await TryAsync(cancellationToken))
        {
            await Task.Delay(BetweenTries, time, cancellationToken);
        }

        _ready = true;
        LogReady(Models.Default.Manifest.Id, time.GetElapsedTime(start).TotalMilliseconds);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _models?.Dispose();

    // The server listens already: after a restart, those who were turned away may all have come at once.
    private async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Models.Default.Texts.GenerateAsync(["Wake up."], cancellationToken: cancellationToken);
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
