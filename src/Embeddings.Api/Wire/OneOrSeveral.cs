using System.Text.Json;
using System.Text.Json.Serialization;

namespace Embeddings.Api.Wire;

/// <summary>An answer to one query, or a list of answers to a list of queries.</summary>
/// <param name="Items">The answers.</param>
/// <param name="IsList">Whether to write the list, or its only item.</param>
/// <typeparam name="T">An answer.</typeparam>
[JsonConverter(typeof(OneOrSeveralConverterFactory))]
public sealed record OneOrSeveral<T>(IReadOnlyList<T> Items, bool IsList);

internal sealed class OneOrSeveralConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => true;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(
            typeof(OneOrSeveralConverter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class OneOrSeveralConverter<T> : JsonConverter<OneOrSeveral<T>>
    {
        public override OneOrSeveral<T> Read(
            ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Answers are only written.");

        public override void Write(Utf8JsonWriter writer, OneOrSeveral<T> value, JsonSerializerOptions options)
        {
            if (value.IsList)
            {
                JsonSerializer.Serialize(writer, value.Items, options);
            }
            else
            {
                JsonSerializer.Serialize(writer, value.Items[0], options);
            }
        }
    }
}
