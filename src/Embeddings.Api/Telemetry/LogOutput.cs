using System.Text;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace Embeddings.Api.Telemetry;

/// <summary>
/// Writes the lines of the log, many at a time. A sink that writes each line by itself makes requests wait for each
/// other, and all of them for the reader of the output. Here no request waits: if the reader stays slower than the log,
/// the newest lines are lost.
/// </summary>
internal sealed class LogOutput(ITextFormatter formatter, Stream output) : IBatchedLogEventSink, IDisposable
{
    /// <summary>The batching that this sink is made for.</summary>
    public static readonly BatchingOptions Batching = new()
    {
        BatchSizeLimit = 1_000,
        BufferingTimeLimit = TimeSpan.FromMilliseconds(100),
        QueueLimit = 50_000,
    };

    private readonly StreamWriter _writer = new(
        output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 1 << 16);

    public Task EmitBatchAsync(IReadOnlyCollection<LogEvent> batch)
    {
        foreach (var line in batch)
        {
            formatter.Format(line, _writer);
        }

        return _writer.FlushAsync();
    }

    public void Dispose() => _writer.Dispose();
}
