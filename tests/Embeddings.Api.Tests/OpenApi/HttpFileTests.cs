using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Embeddings.Inference.Tests;

namespace Embeddings.Api.Tests.OpenApi;

/// <summary>
/// The <c>.http</c> file beside the API: each of its requests, in its order, gets what its title says.
/// </summary>
public sealed partial class HttpFileTests(Server server) : IClassFixture<Server>
{
    [Fact]
    public async Task Every_request_of_the_file_gets_the_status_of_its_title()
    {
        var file = await File.ReadAllTextAsync(
            Path.Combine(Repository.Folder, "src", "Embeddings.Api", "Embeddings.Api.http"), Server.Cancelled);
        var requests = Requests().Matches(file.ReplaceLineEndings("\n") + "\n");
        Assert.Equal(Regex.Count(file, "^### ", RegexOptions.Multiline), requests.Count);
        foreach (Match request in requests)
        {
            var title = request.Groups["title"].Value;
            using var message = new HttpRequestMessage(new HttpMethod(request.Groups["method"].Value), request.Groups["path"].Value);
            if (request.Groups["body"].Value.Trim() is { Length: > 0 } body)
            {
                message.Content = new StringContent(
                    body,
                    Encoding.UTF8,
                    Regex.Match(request.Groups["headers"].Value, "Content-Type: (.*)").Groups[1].Value);
            }

            var reply = await Server.ReadAsync(await server.Http.SendAsync(message, Server.Cancelled));
            var expected = char.IsDigit(title[0]) ? int.Parse(title[..3], null) : 200;
            Assert.True((int)reply.Status == expected || (expected == 200 && reply.Status is HttpStatusCode.Created or HttpStatusCode.Accepted), $"{title}: {(int)reply.Status} {reply.Text}");
        }
    }

    [GeneratedRegex(@"^### (?<title>.+)\n(?<method>[A-Z]+) \{\{host\}\}(?<path>\S+)\n(?<headers>(?:[\w-]+: .*\n)*)(?<body>(?:(?!###).*\n)*)", RegexOptions.Multiline)]
    private static partial Regex Requests();
}
