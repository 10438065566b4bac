using System.Text.Json;

namespace Embeddings.Api.Json;

/// <summary>Reads vectors: arrays of numbers that a 32-bit float can hold.</summary>
internal static class JsonNumbers
{
    /// <summary>Reads from the first item to the end of the array.</summary>
    /// <param name="reader">On the token behind the opening bracket.</param>
    /// <param name="item">Where the array is in the field: <c>[3]</c>.</param>
    public static float[] Read(ref Utf8JsonReader reader, string item = "")
    {
        var numbers = new List<float>(384);
        for (; reader.TokenType != JsonTokenType.EndArray; reader.Read())
        {
            numbers.Add(reader.TokenType == JsonTokenType.Number && reader.TryGetSingle(out var number) && float.IsFinite(number)
                ? number
                : throw new JsonTypeException("a number that a 32-bit float can hold", reader.TokenType, $"{item}[{numbers.Count}]"));
        }

        return [.. numbers];
    }
}
