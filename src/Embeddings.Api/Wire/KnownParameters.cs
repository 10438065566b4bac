using System.Reflection;
using Embeddings.Api.Errors;
using Microsoft.AspNetCore.Mvc;

namespace Embeddings.Api.Wire;

/// <summary>Refuses query parameters that a route does not have, as unknown fields of a body are refused.</summary>
internal static class KnownParameters
{
    public static TBuilder RefusesUnknownParameters<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.AddEndpointFilterFactory((route, next) =>
    {
        var known = route.MethodInfo.GetParameters().Where(IsOfQuery).Select(NameOf).ToList();
        return request => request.HttpContext.Request.Query.Keys.FirstOrDefault(
            key => !known.Contains(key, StringComparer.OrdinalIgnoreCase)) is { } unknown
            ? throw new InvalidRequestException(KnownFields.Unknown("parameter", "", unknown, known), unknown)
            : next(request);
    });

    // Parameters of the path have no default, and services of the container are neither primitive nor strings.
    private static bool IsOfQuery(ParameterInfo parameter) =>
        parameter.HasDefaultValue
            && ((Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType) is { IsPrimitive: true } || parameter.ParameterType == typeof(string));

    private static string NameOf(ParameterInfo parameter) =>
        parameter.GetCustomAttribute<FromQueryAttribute>()?.Name ?? parameter.Name!;
}
