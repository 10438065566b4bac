using System.Text;
using System.Text.Json.Nodes;
using Embeddings.Api.Telemetry;
using Embeddings.Api.Tests.Startup;
using Serilog;
using Serilog.Formatting.Compact;

namespace Embeddings.Api.Tests.Telemetry;

public sealed class LogOutputTests
{
    [Fact]
    public void Every_line_is_there_in_order_when_the_log_is_closed()
    {
        using var written = new MemoryStream();
        using (var logger = To(written))
        {
            for (var i = 0; i < 5_000; i++)
            {
                logger.Information("Line {Number}", i);
            }
        }

        var lines = Encoding.UTF8.GetString(written.ToArray()).TrimEnd().Split('\n').Select(
            line => (int)JsonNode.Parse(line)!["Number"]!);
        Assert.Equal(Enumerable.Range(0, 5_000), lines);
    }

    [Fact]
    public async Task Nobody_waits_for_an_output_that_is_not_read()
    {
        using var read = new ManualResetEventSlim();
        await using var output = new UnreadStream(read);
        using var logger = To(output);

        // More than any buffer holds.
        await Task.Run(
            () =>
            {
                for (var i = 0; i < 2 * LogOutput.Batching.QueueLimit; i++)
                {
                    logger.Information("Line {Number}", i);
                }
            },
            Server.Cancelled).WaitAsync(TimeSpan.FromMinutes(1), Server.Cancelled);

        read.Set();
    }

    [Fact]
    public async Task A_server_that_is_told_to_stop_has_logged_its_requests()
    {
        var data = Directory.CreateTempSubdirectory("embeddings-");
        try
        {
            using var child = new ChildServer(
                ["--urls", "http://127.0.0.1:0", "--Storage:Path", Path.Combine(data.FullName, "a.db")]);
            using (var http = await child.ConnectAsync())
            {
                using var reply = await http.GetAsync(new Uri("/v1/models", UriKind.Relative), Server.Cancelled);
            }

            Assert.Equal(0, await child.StopAsync());
            Assert.Contains("\"RequestPath\":\"/v1/models\"", child.Output, StringComparison.Ordinal);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static Serilog.Core.Logger To(Stream output) =>
        new LoggerConfiguration().WriteTo.Sink(new LogOutput(new RenderedCompactJsonFormatter(), output), LogOutput.Batching).CreateLogger();

    private sealed class UnreadStream(ManualResetEventSlim read) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => read.Wait(Server.Cancelled);

        public override void Write(byte[] buffer, int offset, int count) => read.Wait(Server.Cancelled);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            read.Wait(cancellationToken);
            return ValueTask.CompletedTask;
        }
    }
}
