using System.Text;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace Embeddings.Api.Telemetry;

/// <summary>
/// Lines of the log, many in one write. A sink that writes each line itself makes requests wait for each other, and all of them for whoever reads
/// the output. Here nobody waits: if the reader is slower than the log for long, the newest lines are lost.
/// </summary>
internal sealed class LogOutput(ITextFormatter formatter, Stream output) : IBatchedLogEventSink, IDisposable
{
    /// <summary>What an output is used with.</summary>
    public static readonly BatchingOptions Batching = new()
    {
        BatchSizeLimit = 1_000,
        BufferingTimeLimit = TimeSpan.FromMilliseconds(100),
        QueueLimit = 50_000,
    };

    private readonly StreamWriter _writer = new(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 1 << 16);

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
