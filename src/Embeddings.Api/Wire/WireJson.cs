using System.Text.Json;
using System.Text.Json.Serialization;

namespace Embeddings.Api.Wire;

/// <summary>How JSON is read and written on every route.</summary>
internal static class WireJson
{
    public static void Configure(JsonSerializerOptions json)
    {
        json.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        json.PropertyNameCaseInsensitive = false;
        json.NumberHandling = JsonNumberHandling.Strict;
        json.AllowDuplicateProperties = false;
        json.Converters.Add(new TextConverter());
        json.Converters.Add(new IntegerConverter());
        json.Converters.Add(new BooleanConverter());
        json.Converters.Add(new FloatConverter());
    }
}
