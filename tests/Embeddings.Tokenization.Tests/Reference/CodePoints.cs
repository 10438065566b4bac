namespace Embeddings.Tokenization.Tests.Reference;

/// <summary>Upstream counts code points where .NET counts UTF-16 code units.</summary>
internal static class CodePoints
{
    /// <summary>How many code points are before each code unit of a text, and before its end.</summary>
    public static int[] Positions(string text)
    {
        var positions = new int[text.Length + 1];
        for (var i = 0; i < text.Length; i++)
        {
            var isSecondHalf = char.IsLowSurrogate(text[i]) && i > 0 && char.IsHighSurrogate(text[i - 1]);
            positions[i + 1] = positions[i] + (isSecondHalf ? 0 : 1);
        }

        return positions;
    }
}
