using System.ComponentModel.DataAnnotations;
using Embeddings.Api.OpenAi;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Hosting;

/// <summary>Section <c>Cors</c>: which web pages may call.</summary>
internal sealed class BrowserOptions : IValidatableObject
{
    /// <summary>Origins (<c>https://example.com</c>), or <c>*</c> for all.</summary>
    public IList<string> Origins { get; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Origins
        .Where(origin => origin != "*" && !(Uri.TryCreate(origin, UriKind.Absolute, out var uri) && origin.Equals(uri.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase)))
        .Select(origin => new ValidationResult($"Cors:Origins has '{origin}', which no browser sends; an origin is https://host or https://host:port, without a path or a slash at the end, or * for all."));
}

/// <summary>Lets web pages call with any header (keys, OpenAI's, Stainless') and read the headers that matter.</summary>
internal static class Browsers
{
    // As long as Chromium remembers an answer at all.
    private static readonly TimeSpan PreflightAge = TimeSpan.FromHours(2);

    private static readonly string[] Exposed =
    [
        ReplyHeaders.RequestId, ReplyHeaders.ProcessingMilliseconds, ReplyHeaders.Model, ReplyHeaders.TruncatedInputs, "retry-after", "retry-after-ms",
    ];

    public static void AddBrowsers(this IServiceCollection services)
    {
        services.AddCors();
        services.AddOptions<CorsOptions>().Configure<IOptions<BrowserOptions>>((cors, browsers) => cors.AddDefaultPolicy(policy =>
            policy.WithOrigins([.. browsers.Value.Origins]).AllowAnyHeader().AllowAnyMethod().WithExposedHeaders(Exposed).SetPreflightMaxAge(PreflightAge)));
    }
}
