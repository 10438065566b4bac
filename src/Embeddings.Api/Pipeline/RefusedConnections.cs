using System.Buffers.Text;
using System.IO.Pipelines;
using System.Text.Json;
using Embeddings.Api.Errors;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Embeddings.Api.Pipeline;

/// <summary>
/// Gives OpenAI's envelope to what Kestrel refuses before there is a request: a broken request line, an encoded U+0000
/// in a path, headers that are too large. No middleware of requests sees these, and Kestrel answers them with an empty
/// body, of which clients can show nothing.
/// </summary>
internal static class RefusedConnections
{
    // Most bytes of such a reply: its first line and four headers. Longer replies are left alone.
    private const int Longest = 512;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static void Use(ListenOptions port) => port.Use(next => async connection =>
    {
        var transport = connection.Transport;
        connection.Transport = new Duplex(transport.Input, new Writer(transport.Output));
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
        }
    });

    private static ReadOnlySpan<byte> Version => "HTTP/1.1 "u8;

    private static ReadOnlySpan<byte> NoBody => "\r\nContent-Length: 0\r\n"u8;

    /// <summary>
    /// Writes the envelope into a reply of Kestrel's own that has no body. Every other reply has the id of its request.
    /// </summary>
    /// <param name="room">The reply, and the room behind it.</param>
    /// <param name="length">Bytes of the reply.</param>
    /// <returns>Its bytes now.</returns>
    private static int Fill(Span<byte> room, int length)
    {
        var reply = room[..length];
        if (length > Longest || !reply.StartsWith(Version) || !reply.EndsWith("\r\n\r\n"u8) || reply.IndexOf("x-request-id"u8) >= 0
            || !Utf8Parser.TryParse(reply[Version.Length..], out int status, out _)
                || status < StatusCodes.Status400BadRequest || reply.IndexOf(NoBody) is not (>= 0 and var at))
        {
            return length;
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(OpenAiDialect.Envelope(ErrorTable.OfServer(status)), Json);
        byte[] filled =
        [
            .. reply[..at], .. System.Text.Encoding.ASCII.GetBytes(
                $"\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {body.Length}\r\n"),
            .. reply[(at + NoBody.Length)..], .. body,
        ];
        return filled.AsSpan().TryCopyTo(room) ? filled.Length : length;
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class Writer(PipeWriter inner) : PipeWriter
    {
        private Memory<byte> _memory;

        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override Memory<byte> GetMemory(int sizeHint = 0) => _memory = inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public override void Advance(int bytes) => inner.Advance(Fill(_memory.Span, bytes));

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
            inner.FlushAsync(cancellationToken);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);
    }
}
