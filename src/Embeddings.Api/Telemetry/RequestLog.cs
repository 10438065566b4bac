using System.Text;
using Serilog;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Compact;

namespace Embeddings.Api.Telemetry;

/// <summary>Marks the routes that orchestrators ask every few seconds. Their successes are logged at Debug.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ProbeAttribute : Attribute;

/// <summary>
/// One line a request: method, path, status, milliseconds, request id, and what the handler adds (model, inputs,
/// tokens). It never has the text of a request.
/// </summary>
internal static class RequestLog
{
    private const string ForPeople = "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj} {Properties:j}{NewLine}{Exception}";

    public static void AddRequestLog(this WebApplicationBuilder builder) =>
        builder.Services.AddSerilog((services, logger) =>
        {
            logger.ReadFrom.Configuration(builder.Configuration).Enrich.FromLogContext();
            if (builder.Environment.IsDevelopment())
            {
                logger.Enrich.With(new ForPeopleEnricher());
                logger.WriteTo.Console(
                    outputTemplate: ForPeople, formatProvider: System.Globalization.CultureInfo.InvariantCulture);
            }
            else
            {
                logger.WriteTo.Sink(
                    new LogOutput(new RenderedCompactJsonFormatter(), Console.OpenStandardOutput()),
                    LogOutput.Batching);
            }
        });

    public static void UseRequestLog(this WebApplication app)
    {
        // The host's own scope has the id that Kestrel gave, not the one in x-request-id.
        app.Use(async (context, next) =>
        {
            using (app.Logger.BeginScope(new KeyValuePair<string, object>[] { new("RequestId", context.TraceIdentifier) }))
            {
                await next(context);
            }
        });
        app.UseSerilogRequestLogging(Configure);
    }

    private static void Configure(Serilog.AspNetCore.RequestLoggingOptions options)
    {
        options.MessageTemplate = "{RequestMethod} {RequestPath} {StatusCode} in {Elapsed:0.0} ms";
        options.EnrichDiagnosticContext = (diagnostics, context) => diagnostics.Set(
            "RequestId", context.TraceIdentifier);
        options.GetLevel = (context, _, exception) => context.Response.StatusCode switch
        {
            _ when exception is not null => LogEventLevel.Error,
            StatusCodes.Status503ServiceUnavailable => LogEventLevel.Warning,
            >= 500 => LogEventLevel.Error,
            < 400 when context.GetEndpoint()?.Metadata.GetMetadata<ProbeAttribute>() is not null => LogEventLevel.Debug,
            _ => LogEventLevel.Information,
        };
    }

    // Removes properties that a program needs in every line, and a person at a terminal does not.
    private sealed class ForPeopleEnricher : ILogEventEnricher
    {
        public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
        {
            foreach (var name in new[] { "EventId", "SourceContext", "ConnectionId" })
            {
                logEvent.RemovePropertyIfPresent(name);
            }
        }
    }
}

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
