using System.Text.Json;
using Embeddings.Api.Errors;

namespace Embeddings.Api.Wire;

/// <summary>Reads vectors: arrays of numbers that a 32-bit float can hold.</summary>
internal static class JsonNumbers
{
    /// <summary>Reads from the first item to the end of the array.</summary>
    /// <param name="reader">On the token behind the opening bracket.</param>
    /// <param name="item">Where the array is in the field: <c>[3]</c>.</param>
    public static float[] Read(ref Utf8JsonReader reader, string item = "")
    {
        // An array and not a list, which would be copied at the end.
        var (numbers, count) = (new float[384], 0);
        for (; reader.TokenType != JsonTokenType.EndArray; reader.Read())
        {
            if (count == numbers.Length)
            {
                Array.Resize(ref numbers, 2 * count);
            }

            numbers[count] = reader.TokenType == JsonTokenType.Number && reader.TryGetSingle(out var number)
                && float.IsFinite(number)
                ? number
                : throw new JsonTypeException(
                    "a number that a 32-bit float can hold", reader.TokenType, $"{item}[{count}]");
            count++;
        }

        return count == numbers.Length ? numbers : numbers[..count];
    }
}
