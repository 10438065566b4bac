namespace Embeddings.Api.Startup;

/// <summary>
/// <c>health [url]</c>: exit code 0 when the server on this machine is ready. For container images without curl.
/// </summary>
internal static class HealthCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly string[] AnyAddress = ["+", "*", "0.0.0.0", "[::]"];

    public static async Task<int> RunAsync(string[] arguments, TextWriter output)
    {
        var url = arguments is [var given, ..] ? given : Own(Environment.GetEnvironmentVariable) + "/health/ready";
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address)
            || !address.Scheme.StartsWith("http", StringComparison.Ordinal))
        {
            output.WriteLine($"'{url}' is no http address. usage: health [http://localhost:8080/health/ready]");
            return 2;
        }

        try
        {
            using var client = new HttpClient { Timeout = Patience };
            using var response = await client.GetAsync(address);
            output.WriteLine($"{url}: {(int)response.StatusCode}");
            return response.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            output.WriteLine($"{url}: {exception.Message}");
            return 1;
        }
    }

    // The address on which a server with the same environment listens.
    private static string Own(Func<string, string?> variable)
    {
        if (variable("ASPNETCORE_URLS") is { Length: > 0 } urls)
        {
            var first = urls.Split(';')[0].TrimEnd('/');
            return AnyAddress.Aggregate(
                first, (url, any) => url.Replace($"//{any}", "//127.0.0.1", StringComparison.Ordinal));
        }

        var port = variable("ASPNETCORE_HTTP_PORTS") is { Length: > 0 } ports ? ports.Split(';')[0] : "8080";
        return $"http://127.0.0.1:{port}";
    }
}
