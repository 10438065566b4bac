using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Embeddings.Api.Errors;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Access;

/// <summary>Section <c>Auth</c>: who may call.</summary>
internal sealed class AuthOptions : IValidatableObject
{
    /// <summary>
    /// Keys that let a request through. Without keys every request is let through, whatever key it carries.
    /// </summary>
    public IList<string> ApiKeys { get; } = [];

    // An empty key is a variable that was not filled in. It must neither open the server nor lock everybody out.
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ApiKeys.Any(string.IsNullOrWhiteSpace))
        {
            yield return new ValidationResult(
                "Auth:ApiKeys has an empty key; give each a value, or leave the setting out.");
        }
    }
}

/// <summary>A request carries no key, or a wrong one.</summary>
internal sealed class MissingApiKeyException(string message) : FailureException(FailureKind.InvalidApiKey, message);

/// <summary>
/// Marks the routes that are open when keys are set. A route without this mark needs a key, so that no route is left
/// open by oversight.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AllowWithoutKeyAttribute : Attribute;

/// <summary>Where the clients of a family send their key, beside the places where every route takes it.</summary>
/// <param name="Header">A header.</param>
/// <param name="Parameter">A parameter of the query; the request log never has queries.</param>
internal sealed record KeyPlaces(string Header, string Parameter);

/// <summary>
/// Lets a request through that carries a key: <c>Authorization: Bearer</c> as OpenAI's clients send it, <c>api-key</c>
/// as Azure's do, or where the <see cref="KeyPlaces"/> of the route say. Swagger's pages and unknown paths are no
/// routes and need no key.
/// </summary>
internal sealed class ApiKeys(RequestDelegate next, IOptions<AuthOptions> options)
{
    private readonly byte[][] _hashes = [.. options.Value.ApiKeys.Select(key => Hash(key.Trim()))];

    public Task InvokeAsync(HttpContext context)
    {
        if (_hashes.Length > 0 && context.GetEndpoint() is { } route
            && route.Metadata.GetMetadata<AllowWithoutKeyAttribute>() is null)
        {
            Check(context.Request, route.Metadata.GetMetadata<KeyPlaces>());
        }

        return next(context);
    }

    private void Check(HttpRequest request, KeyPlaces? more)
    {
        const string scheme = "Bearer ";
        var authorization = request.Headers.Authorization.ToString();
        string[] places =
        [
            authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
                ? authorization[scheme.Length..].Trim()
                : "",
            request.Headers["api-key"].ToString(),
            more is null ? "" : request.Headers[more.Header].ToString(),
            more is null ? "" : request.Query[more.Parameter].ToString(),
        ];
        var key = places.FirstOrDefault(place => place.Length > 0) ?? "";
        if (key.Length == 0)
        {
            throw new MissingApiKeyException(
                "You didn't provide an API key. Send it as 'Authorization: Bearer <key>' or as " +
                $"'{more?.Header ?? "api-key"}: <key>'.");
        }

        // Hashes have one length, so that the comparison takes the same time for every wrong key.
        var hash = Hash(key);
        if (!_hashes.Any(known => CryptographicOperations.FixedTimeEquals(known, hash)))
        {
            throw new MissingApiKeyException("Incorrect API key provided.");
        }
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
