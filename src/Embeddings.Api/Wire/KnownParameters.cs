using System.Reflection;
using Embeddings.Api.Errors;
using Microsoft.AspNetCore.Mvc;

namespace Embeddings.Api.Wire;

/// <summary>Refuses parameters of the query that a route does not have, as fields of a body are.</summary>
internal static class KnownParameters
{
    public static TBuilder RefusesUnknownParameters<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.AddEndpointFilterFactory((route, next) =>
    {
        var known = route.MethodInfo.GetParameters().Where(IsOfQuery).Select(NameOf).ToList();
        return request => request.HttpContext.Request.Query.Keys.FirstOrDefault(key => !known.Contains(key, StringComparer.OrdinalIgnoreCase)) is { } unknown
            ? throw new InvalidRequestException(KnownFields.Unknown("parameter", "", unknown, known), unknown)
            : next(request);
    });

    // Those of the path have no default; what the container gives is no value.
    private static bool IsOfQuery(ParameterInfo parameter) =>
        parameter.HasDefaultValue && ((Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType) is { IsPrimitive: true } || parameter.ParameterType == typeof(string));

    private static string NameOf(ParameterInfo parameter) => parameter.GetCustomAttribute<FromQueryAttribute>()?.Name ?? parameter.Name!;
}
