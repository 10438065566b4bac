namespace Embeddings.Inference.Models;

/// <summary>
/// How the Hugging Face hub is reached. Its environment variables are those of <c>huggingface_hub</c>.
/// </summary>
public sealed record HubOptions
{
    /// <summary>
    /// The hub, or a mirror that speaks <c>/{repository}/resolve/{revision}/{file}</c> (<c>HF_ENDPOINT</c>).
    /// </summary>
    public Uri Endpoint { get; init; } = new("https://huggingface.co/");

    /// <summary>A token for private repositories (<c>HF_TOKEN</c>).</summary>
    public string? Token { get; init; }

    /// <summary>Never to touch the network (<c>HF_HUB_OFFLINE</c>).</summary>
    public bool Offline { get; init; }

    /// <summary>
    /// The cache that other programs fill (<c>HF_HUB_CACHE</c>, or <c>hub</c> below <c>HF_HOME</c>); read, never
    /// written.
    /// </summary>
    public required string CacheDirectory { get; init; }

    /// <summary>Within this a hub that cannot be reached, or that says nothing, is noticed.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A download from which nothing comes for so long is begun again.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Pause before the first retry; each further one doubles it.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Tries that bring nothing before giving up.</summary>
    public int Attempts { get; init; } = 6;

    /// <summary>Reads the environment.</summary>
    /// <param name="variable">Value of a variable, or <see langword="null"/>.</param>
    /// <exception cref="ModelException">HF_ENDPOINT is not an address.</exception>
    public static HubOptions FromEnvironment(Func<string, string?> variable)
    {
        var endpoint = Value("HF_ENDPOINT") ?? "https://huggingface.co";
        if (!Uri.TryCreate(endpoint.TrimEnd('/') + "/", UriKind.Absolute, out var uri)
            || uri.Scheme is not ("http" or "https"))
        {
            throw new ModelException(
                $"HF_ENDPOINT is '{endpoint}'; it must be an address that begins with http:// or https://.");
        }

        var home = Value("HF_HOME") ?? Path.Combine(Value("XDG_CACHE_HOME") ?? Path.Combine(Value("HOME") ?? ".", ".cache"), "huggingface");
        return new HubOptions
        {
            Endpoint = uri,
            Token = Value("HF_TOKEN"),
            Offline = Value("HF_HUB_OFFLINE")?.ToUpperInvariant() is "1" or "TRUE" or "YES" or "ON",
            CacheDirectory = Value("HF_HUB_CACHE") ?? Path.Combine(home, "hub"),
        };

        // A token that was read from a file ends with a newline, which a header must not contain.
        string? Value(string name) => variable(name)?.Trim() is { Length: > 0 } value ? value : null;
    }
}
