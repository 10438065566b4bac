namespace Embeddings.Clients.Tests;

/// <summary>
/// Texts that a client, its JSON writer or its line-break habits might change on the way, by what they try.
/// </summary>
internal static class Texts
{
    public static readonly IReadOnlyDictionary<string, string> All = new Dictionary<string, string>
    {
        ["plain English"] = "The quick brown fox jumps over the lazy dog.",
        ["line breaks and tabs"] = "first line\nsecond line\r\nthird\tline, after a tab",
        ["emoji"] = "Ship it 🚀🎉 family 👨‍👩‍👧‍👦 flag 🇨🇭",
        ["CJK"] = "東京は日本の首都です。 北京是中国的首都。 서울은 한국의 수도이다.",
        ["accents"] = "Café déjà vu: naïve Zürich, São Paulo, Łódź, Ærøskøbing",
        ["combining marks"] = "Cafe\u0301 de\u0301ja\u0300 vu, n\u0303, a\u030A",
        ["300 words"] = string.Join(' ', Enumerable.Range(0, 300).Select(i => Words[i * 7 % Words.Length])),
        ["code with symbols"] = "if (a[i] != b->c && x <= ~y ^ 0x1F) { s += \"\\n<&'>\" + `${k}`; } // 100 % | $5 + €3",
    };

    private static string[] Words =>
        ["river", "engine", "market", "cloud", "teacher", "winter", "bridge", "music", "doctor", "forest", "silver", "planet", "garden"];
}
