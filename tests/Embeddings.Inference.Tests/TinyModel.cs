using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Embeddings.Inference.Encoders;

namespace Embeddings.Inference.Tests;

/// <summary>
/// A model small enough to be made by a test: a table of token vectors behind one ONNX Gather, with a vocabulary and a
/// manifest, in a folder of its own that goes with it.
/// </summary>
public sealed class TinyModel : IDisposable
{
    public const string Name = "tiny";

    /// <param name="vocabulary">Tokens, in the order of their ids.</param>
    /// <param name="table">[tokens, dimensions], row-major.</param>
    /// <param name="maxTokens">Longest input, [CLS] and [SEP] included.</param>
    /// <param name="pooling"><c>mean</c> or <c>cls</c>.</param>
    /// <param name="normalize">Whether vectors are scaled to 1.</param>
    /// <param name="tokenizerConfig">tokenizer_config.json, if there is to be one.</param>
    /// <param name="tokenizerJson">tokenizer.json, if there is to be one.</param>
    /// <param name="prompts">Prompts by name, if it is to have some.</param>
    /// <param name="defaultPrompt">The prompt that is used when nobody asks for one.</param>
    /// <param name="similarity">What its vectors are compared by.</param>
    public TinyModel(
        string[] vocabulary, float[] table, int maxTokens = 256, string pooling = "mean", bool normalize = false,
        string? tokenizerConfig = null, string? tokenizerJson = null, Dictionary<string, string>? prompts = null, string? defaultPrompt = null, string? similarity = null)
    {
        Models = Directory.CreateTempSubdirectory("embeddings-").FullName;
        Folder = Directory.CreateDirectory(Path.Combine(Models, Name)).FullName;
        var dimensions = table.Length / vocabulary.Length;
        Write("model.onnx", Onnx(table, vocabulary.Length, dimensions));
        Write("vocab.txt", Encoding.UTF8.GetBytes(string.Join('\n', vocabulary) + "\n"));
        if (tokenizerConfig is not null)
        {
            Write("tokenizer_config.json", Encoding.UTF8.GetBytes(tokenizerConfig));
        }

        if (tokenizerJson is not null)
        {
            Write("tokenizer.json", Encoding.UTF8.GetBytes(tokenizerJson));
        }

        WriteManifest(dimensions, maxTokens, pooling, normalize, prompts, defaultPrompt, similarity);
    }

    /// <summary>The folder that holds the model's folder.</summary>
    public string Models { get; }

    /// <summary>The model's folder.</summary>
    public string Folder { get; }

    public Inference.Models.ModelManifest Manifest =>
        Inference.Models.ModelManifest.Read(Path.Combine(Folder, "model.json"));

    public SentenceEncoder Load() => new(Manifest, Folder);

    public void Dispose() => Directory.Delete(Models, recursive: true);

    private void WriteManifest(
        int dimensions,
        int maxTokens,
        string pooling,
        bool normalize,
        Dictionary<string, string>? prompts,
        string? defaultPrompt,
        string? similarity) =>
        Write("model.json", JsonSerializer.SerializeToUtf8Bytes(new
        {
            id = "tests/" + Name,
            license = "MIT",
            dimensions,
            max_tokens = maxTokens,
            pooling,
            normalize,
            tokenizer = "wordpiece",
            prompts,
            default_prompt = defaultPrompt,
            similarity,
            variants = new { fp32 = "model.onnx" },
            files = Directory.GetFiles(Folder).Order(StringComparer.Ordinal).Select(path => new
            {
                path = Path.GetFileName(path),
                size = new FileInfo(path).Length,
                sha256 = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))),
            }),
        }));

    private void Write(string name, byte[] bytes) => File.WriteAllBytes(Path.Combine(Folder, name), bytes);

    // A ModelProto, field by field (onnx.proto3): Gather(table, input_ids) → last_hidden_state.
    // With a name for external data the table is not in it, but in that file beside it.
    internal static byte[] Onnx(float[] table, int rows, int dimensions, string? externalData = null)
    {
        var node = Message(Text(1, "table"), Text(1, "input_ids"), Text(2, "last_hidden_state"), Text(4, "Gather"));
        var initializer = Message(
            Number(1, rows), Number(1, dimensions), Number(2, 1), Text(8, "table"), externalData is null
                ? Bytes(9, TableBytes(table))
                : Message(Bytes(13, Message(Text(1, "location"), Text(2, externalData))), Number(14, 1)));
        var graph = Message(
            Bytes(1, node), Text(2, "tiny"), Bytes(5, initializer),
            Bytes(11, Tensor("input_ids", 7)), Bytes(11, Tensor("attention_mask", 7)), Bytes(11, Tensor("token_type_ids", 7)),
            Bytes(12, Tensor("last_hidden_state", 1, dimensions)));
        return Message(Number(1, 8), Bytes(7, graph), Bytes(8, Message(Text(1, ""), Number(2, 13))));
    }

    internal static byte[] TableBytes(float[] table) => MemoryMarshal.AsBytes(table.AsSpan()).ToArray();

    private static byte[] Tensor(string name, int elementType, int? dimensions = null)
    {
        var shape = Message(
            Bytes(1, Text(2, "batch")), Bytes(1, Text(2, "tokens")), dimensions is { } d ? Bytes(1, Number(1, d)) : []);
        return Message(Text(1, name), Bytes(2, Bytes(1, Message(Number(1, elementType), Bytes(2, shape)))));
    }

    private static byte[] Message(params byte[][] fields) => [.. fields.SelectMany(field => field)];

    private static byte[] Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    private static byte[] Bytes(int field, byte[] value) =>
        [.. Varint((field << 3) | 2), .. Varint(value.Length), .. value];

    private static byte[] Number(int field, long value) => [.. Varint(field << 3), .. Varint(value)];

    private static IEnumerable<byte> Varint(long value)
    {
        for (; value > 127; value >>= 7)
        {
            yield return (byte)((value & 127) | 128);
        }

        yield return (byte)value;
    }
}
