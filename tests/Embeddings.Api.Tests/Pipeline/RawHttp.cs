using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Embeddings.Api.Tests.Pipeline;

/// <summary>Requests byte for byte: .NET's client tidies paths before it sends them.</summary>
internal static class RawHttp
{
    /// <summary>
    /// Sends a request whose target is as it stands, save that {host} is the server's, and a body or the beginning of
    /// one, and reads the reply.
    /// </summary>
    public static async Task<Reply> SendAsync(
        Server server, string method, string target, string headers = "", string body = "")
    {
        var address = server.Http.BaseAddress!;
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, Server.Cancelled);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes($"{method} {target.Replace("{host}", address.Authority, StringComparison.Ordinal)} HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: close\r\n{headers}\r\n{body}"), Server.Cancelled);
        var (head, received) = (await ReadAsync(stream)).Split("\r\n\r\n", 2) switch { var parts => (parts[0].Split("\r\n"), parts[1]) };
        var response = new HttpResponseMessage((HttpStatusCode)int.Parse(head[0].Split(' ')[1], null)) { Content = new StringContent(Unchunked(head, received)) };
        foreach (var header in head[1..].Select(line => line.Split(": ", 2)))
        {
            if (!response.Headers.TryAddWithoutValidation(header[0], header[1]))
            {
                response.Content.Headers.Remove(header[0]);
                response.Content.Headers.TryAddWithoutValidation(header[0], header[1]);
            }
        }

        return new Reply(response, await response.Content.ReadAsStringAsync(Server.Cancelled));
    }

    // A server that does not read the rest of a body may reset the connection after its reply.
    private static async Task<string> ReadAsync(NetworkStream stream)
    {
        using var bytes = new MemoryStream();
        try
        {
            await stream.CopyToAsync(bytes, Server.Cancelled);
        }
        catch (IOException) when (bytes.Length > 0)
        {
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    // Replies to these requests have one chunk, or none.
    private static string Unchunked(string[] head, string body) =>
        head.Contains("Transfer-Encoding: chunked") ? string.Concat(body.Split("\r\n").Where((_, i) => i % 2 == 1)) : body;
}
