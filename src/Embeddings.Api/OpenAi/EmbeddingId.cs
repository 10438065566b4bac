using System.Text.Json;
using System.Text.Json.Serialization;

namespace Embeddings.Api.OpenAi;

/// <summary>The id of a reply: <c>embd-</c> and a UUID. Mistral's clients read no reply without one.</summary>
/// <param name="Value">The UUID.</param>
[JsonConverter(typeof(EmbeddingIdConverter))]
public readonly record struct EmbeddingId(Guid Value);

/// <summary>Writes it without a string, since every reply has one.</summary>
internal sealed class EmbeddingIdConverter : JsonConverter<EmbeddingId>
{
    private const int UuidLength = 36;

    public override EmbeddingId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Ids of replies are only written.");

    public override void Write(Utf8JsonWriter writer, EmbeddingId value, JsonSerializerOptions options)
    {
        var prefix = "embd-"u8;
        Span<byte> id = stackalloc byte[prefix.Length + UuidLength];
        prefix.CopyTo(id);
        value.Value.TryFormat(id[prefix.Length..], out _);
        writer.WriteStringValue(id);
    }
}
