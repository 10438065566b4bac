using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Embeddings.Api.Dialects.Rerank;
using Embeddings.Api.Dialects.Tei;
using Embeddings.Api.Errors;

namespace Embeddings.Api.Dialects;

/// <summary>A path that a route of this server and one of a family of clients have in common.</summary>
/// <param name="Path">The path.</param>
/// <param name="Field">A field that requests of the family have.</param>
/// <param name="OwnFields">Fields that this server's own requests have.</param>
/// <param name="Endpoint">Answers the family.</param>
internal sealed record SharedPath(string Path, string Field, string[] OwnFields, Endpoint Endpoint)
{
    public static SharedPath Of(
        string path, string field, string[] ownFields, Delegate handler, IErrorDialect errors,
        IServiceProvider services)
    {
        var options = new RequestDelegateFactoryOptions { ServiceProvider = services, ThrowOnBadRequest = true };
        var answer = RequestDelegateFactory.Create(handler, options).RequestDelegate;
        return new(path, field, ownFields, new Endpoint(answer, new EndpointMetadataCollection(errors), $"{errors} {path}"));
    }
}

/// <summary>
/// Leads requests for paths that several families share to the endpoint of their family, by the names of their fields.
/// The names come first, so that a body whose values are wrong gets its failure in its own form. It comes after
/// everything that may refuse a request, and before its endpoint.
/// </summary>
internal sealed class SharedPaths(RequestDelegate next, IServiceProvider services)
{
    private readonly ILookup<string, SharedPath> _paths =
        TeiEndpoints.Shared(services).Concat(RerankEndpoints.Shared(services)).ToLookup(path => path.Path);

    public async Task InvokeAsync(HttpContext context)
    {
        if (HttpMethods.IsPost(context.Request.Method)
            && context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } route } && _paths.Contains(route))
        {
            var body = context.Request.BodyReader;
            var whole = await ReadAsync(body, context.RequestAborted);
            string[] names = [.. _paths[route].SelectMany(path => path.OwnFields.Append(path.Field)).Distinct()];
            var fields = FieldsOf(whole.Buffer, names);
            // Nothing is consumed: the endpoint reads the same bytes.
            body.AdvanceTo(whole.Buffer.Start, whole.Buffer.End);
            var shared = _paths[route].FirstOrDefault(
                path => fields.Contains(path.Field) && !path.OwnFields.Any(fields.Contains));
            if (shared is not null)
            {
                context.SetEndpoint(shared.Endpoint);
            }
        }

        await next(context);
    }

    private static async Task<ReadResult> ReadAsync(PipeReader body, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            if (read.IsCompleted)
            {
                return read;
            }

            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    // Which of the names the object has, with a value that is not null; of a body that is not JSON, up to where it stops
    // making sense.
    private static HashSet<string> FieldsOf(ReadOnlySequence<byte> body, string[] names)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(body);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1)
                {
                    var name = NameOf(ref reader, names);
                    if (reader.Read() && reader.TokenType != JsonTokenType.Null && name is not null)
                    {
                        found.Add(name);
                    }
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // It is not JSON, or a name has half of a surrogate pair. The endpoint says what is wrong.
        }

        return found;
    }

    private static string? NameOf(ref Utf8JsonReader reader, string[] names)
    {
        foreach (var name in names)
        {
            if (reader.ValueTextEquals(name))
            {
                return name;
            }
        }

        return null;
    }
}
