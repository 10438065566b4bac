using System.Globalization;

namespace Embeddings.Api.Hosting;

/// <summary><c>health [url]</c>: exit code 0 when the server beside it is ready. For images that have no curl.</summary>
internal static class HealthCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(string[] arguments, TextWriter output)
    {
        var port = Environment.GetEnvironmentVariable("ASPNETCORE_HTTP_PORTS")?.Split(';')[0] ?? 8080.ToString(CultureInfo.InvariantCulture);
        var url = arguments is [var given] ? given : $"http://127.0.0.1:{port}/health/ready";
        try
        {
            using var client = new HttpClient { Timeout = Patience };
            using var response = await client.GetAsync(url);
            output.WriteLine($"{url}: {(int)response.StatusCode}");
            return response.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException or InvalidOperationException or UriFormatException)
        {
            output.WriteLine($"{url}: {exception.Message}");
            return 1;
        }
    }
}
