using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Embeddings.Benchmarks.Throughput;

/// <summary>
/// One client's connection, used by one thread. HTTP as far as this benchmark needs it: <see cref="HttpClient"/> takes
/// as much of the processors that are shared with the server as the server's own HTTP does.
/// </summary>
internal sealed class Connection(Uri root) : IDisposable
{
    // Well within the two minutes after which servers close idle connections.
    private static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(60);

    private Socket? _socket;
    private long _lastUsed;
    private byte[] _buffer = new byte[1 << 16];

    /// <summary>Sends a request and reads all of the answer.</summary>
    public Answer Send(byte[] request)
    {
        if (Stopwatch.GetElapsedTime(_lastUsed) > LongestIdle)
        {
            Dispose();
        }

        _socket ??= Connect();
        for (var sent = 0; sent < request.Length;)
        {
            sent += _socket.Send(request.AsSpan(sent));
        }

        var (read, head) = (0, -1);
        while (head < 0)
        {
            read += Receive(read);
            head = _buffer.AsSpan(0, read).IndexOf("\r\n\r\n"u8);
        }

        var fields = _buffer.AsSpan(0, head + 2);
        var answer = new Answer(Number(fields["HTTP/1.1 ".Length..]), Field(fields, "\r\nRetry-After: "u8) > 0);
        var length = Field(fields, "\r\nContent-Length: "u8);
        var closes = fields.IndexOf("\r\nConnection: close"u8) >= 0;
        var start = head + 4;
        while (length >= 0 ? read < start + length : !_buffer.AsSpan(start, read - start).EndsWith("0\r\n\r\n"u8))
        {
            read += Receive(read);
        }

        Body = _buffer.AsMemory(start, read - start);
        _lastUsed = Stopwatch.GetTimestamp();
        if (closes)
        {
            Dispose();
        }

        return answer;
    }

    /// <summary>What the last answer said, framed as it came; until the next is sent.</summary>
    public ReadOnlyMemory<byte> Body { get; private set; }

    public void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }

    private static int Field(ReadOnlySpan<byte> fields, ReadOnlySpan<byte> name) =>
        fields.IndexOf(name) is >= 0 and var at ? Number(fields[(at + name.Length)..]) : -1;

    private static int Number(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out int number, out _)
            ? number
            : throw new InvalidDataException("The server answered no HTTP.");

    private Socket Connect()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Parse(root.Host), root.Port);
        return socket;
    }

    private int Receive(int at)
    {
        if (at == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * at);
        }

        return _socket!.Receive(_buffer.AsSpan(at)) is > 0 and var count
            ? count
            : throw new EndOfStreamException("The server closed the connection in the middle of an answer.");
    }
}

/// <summary>How a request was answered.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="HasRetryAfter">Whether it says when to come again.</param>
internal readonly record struct Answer(int Status, bool HasRetryAfter);
