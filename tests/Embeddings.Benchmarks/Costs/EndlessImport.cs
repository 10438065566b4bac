using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Embeddings.Benchmarks.Costs;

/// <summary>
/// An import whose first line never ends, over a bare socket: a client of HTTP that is still sending when its answer
/// comes loses it.
/// </summary>
internal sealed class EndlessImport
{
    private readonly Socket _socket;

    private EndlessImport(Socket socket) => _socket = socket;

    /// <summary>Sends so many bytes, as far as they are taken, and stays.</summary>
    public static async Task<EndlessImport> SendAsync(Uri server, string collection, int bytes, CountdownEvent sent)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var import = new EndlessImport(socket);
        await socket.ConnectAsync(server.Host, server.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"POST /collections/{collection}/import HTTP/1.1\r\nHost: {server.Authority}\r\nContent-Type: " +
            $"application/x-ndjson\r\nContent-Length: {2L * bytes}\r\n\r\n"));
        var part = Encoding.ASCII.GetBytes(new string('a', 1 << 16));
        try
        {
            for (var i = 0; i < bytes / part.Length && socket.Available == 0; i++)
            {
                await socket.SendAsync(part);
            }
        }
        catch (SocketException)
        {
            // Refused: the answer may be there all the same.
        }

        sent.Signal();
        return import;
    }

    /// <summary>Leaves.</summary>
    /// <returns>The status that it had been answered with; 0 where there was no answer.</returns>
    public int End()
    {
        using (_socket)
        {
            var line = new byte["HTTP/1.1 429".Length];
            return _socket.Available >= line.Length && _socket.Receive(line) == line.Length
                ? int.Parse(Encoding.ASCII.GetString(line)[^3..], CultureInfo.InvariantCulture)
                : 0;
        }
    }
}
