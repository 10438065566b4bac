using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Embeddings.Api.Pipeline;

/// <summary>
/// Answers HTTP/2 on ports without TLS (h2c with prior knowledge), beside HTTP/1.1. Kestrel has one protocol for such a port and closes a connection that begins
/// with the other's first bytes, without a reply; so those bytes are looked at first, and left where they are.
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

    // RFC 9113, section 3.4: what a client of HTTP/2 begins with. No request of HTTP/1.1 begins so, and no TLS.
    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Whether the first bytes of a connection are those of HTTP/2. One that sends nothing is left to Kestrel, which ends it.</summary>
    private static async Task<bool> IsHttp2Async(ConnectionContext connection, TimeSpan longest)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(
            connection.ConnectionClosed, connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default);
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
            // Idle too long, told to close, or reset by its client, as a balancer's probe is: Kestrel ends it, and makes no noise of it.
            return false;
        }
    }

    private static byte[] Start(ReadOnlySequence<byte> bytes) => bytes.Slice(0, Math.Min(bytes.Length, Preface.Length)).ToArray();

    // Kestrel asks a connection for its protocols, and has a public way to answer for connections with TLS alone (TlsHandshakeCallbackOptions).
    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    [return: UnsafeAccessorType("Microsoft.AspNetCore.Server.Kestrel.Core.Internal.HttpProtocolsFeature, Microsoft.AspNetCore.Server.Kestrel.Core")]
    private static extern object Protocols(HttpProtocols protocols);
}
