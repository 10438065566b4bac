using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Embeddings.Tokenization.Tests.Reference;

/// <summary>
/// Real tokenizers, and what Hugging Face's library made of some thousand texts. They are not ours to keep, so they lie
/// in a folder <c>shared</c> beside the checkout, or where <c>EMBEDDINGS_TEST_DATA</c> says. Tests that need them skip
/// without them, and fail without them where <c>EMBEDDINGS_TEST_DATA</c> is set.
/// </summary>
internal static class ReferenceData
{
    /// <summary>The tokenizers.</summary>
    public static readonly string[] Kinds =
    [
        "albert", "bgem3", "claude", "clip", "gemma3", "llama2", "llama3_1", "minilm", "mistral", "olmo", "phi2", "qwen3",
        "roberta", "t5", "whisper", "xlmr", "xlmrnew",
    ];

    /// <summary>The checkout that the tests run from.</summary>
    public static string Checkout { get; } = FindCheckout();

    /// <summary>One of the tokenizers.</summary>
    public static Tokenizer Tokenizer(string kind) => Tokenization.Tokenizer.Read(Encoding.UTF8.GetBytes(Json(kind)));

    /// <summary>The file of one of the tokenizers.</summary>
    public static string Json(string kind)
    {
        using var reader = new StreamReader(Open($"{kind}.tokenizer.json.gz"));
        return reader.ReadToEnd();
    }

    /// <summary>The texts.</summary>
    public static IReadOnlyList<string> Texts() => [.. Lines<TextLine>("texts.jsonl.gz").Select(line => line.Text)];

    /// <summary>The lines of a file.</summary>
    public static IEnumerable<T> Lines<T>(string file)
    {
        using var reader = new StreamReader(Open(file));
        while (reader.ReadLine() is { } line)
        {
            yield return JsonSerializer.Deserialize<T>(line, JsonSerializerOptions.Web)!;
        }
    }

    private static GZipStream Open(string file)
    {
        var named = Environment.GetEnvironmentVariable("EMBEDDINGS_TEST_DATA");
        var path = Path.Combine(named ?? Path.Combine(Checkout, "..", "shared"), "tokenizers", file);
        if (!File.Exists(path))
        {
            Assert.SkipWhen(
                named is null, $"tokenizers/{file} is not here; set EMBEDDINGS_TEST_DATA to the folder that holds it.");
            Assert.Fail($"{path} does not exist.");
        }

        return new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
    }

    private static string FindCheckout()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Embeddings.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run from inside the repository.");
    }

    private sealed record TextLine(string Text);
}
