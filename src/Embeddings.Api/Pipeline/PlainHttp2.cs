using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Embeddings.Api.Pipeline;

/// <summary>
/// Answers HTTP/2 on ports without TLS (h2c with prior knowledge), beside HTTP/1.1. Kestrel has one protocol for such a
/// port and closes connections of the other without a reply. So the first bytes of a connection are looked at, and left
/// unread.
/// </summary>
internal static class PlainHttp2
{
    public static void Use(ListenOptions port) => port.Use(next => async connection =>
    {
        if (await IsHttp2Async(connection, port.KestrelServerOptions.Limits.KeepAliveTimeout))
        {
            var protocols = Protocols(HttpProtocols.Http2);
            connection.Features[protocols.GetType()] = protocols;
        }

        await next(connection);
    });

    // RFC 9113, section 3.4: the first bytes of an HTTP/2 client. No HTTP/1.1 request and no TLS connection begins with
    // them.
    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>
    /// Whether the first bytes of a connection are those of HTTP/2. A connection that sends nothing is ended by
    /// Kestrel.
    /// </summary>
    private static async Task<bool> IsHttp2Async(ConnectionContext connection, TimeSpan longest)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(
            connection.ConnectionClosed,
            connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default);
        end.CancelAfter(longest == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : longest);
        var input = connection.Transport.Input;
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(end.Token);
                var (start, isWhole) = (Start(read.Buffer), read.Buffer.Length >= Preface.Length);
                var isPreface = Preface.StartsWith(start);
                input.AdvanceTo(read.Buffer.Start, isPreface && !isWhole ? read.Buffer.End : read.Buffer.Start);
                if (!isPreface || isWhole || read.IsCompleted)
                {
                    return isPreface && isWhole;
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The connection was idle too long, is told to close, or was reset by its client, as by a load balancer's
            // probe. Kestrel ends it without an error in the log.
            return false;
        }
    }

    private static byte[] Start(ReadOnlySequence<byte> bytes) =>
        bytes.Slice(0, Math.Min(bytes.Length, Preface.Length)).ToArray();

    // Kestrel asks a connection for its protocols, and has a public way to answer for connections with TLS alone
    // (TlsHandshakeCallbackOptions).
    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    [return: UnsafeAccessorType("Microsoft.AspNetCore.Server.Kestrel.Core.Internal.HttpProtocolsFeature, Microsoft.AspNetCore.Server.Kestrel.Core")]
    private static extern object Protocols(HttpProtocols protocols);
}
