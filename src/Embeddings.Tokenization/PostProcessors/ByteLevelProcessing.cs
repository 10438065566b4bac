using Embeddings.Tokenization.Reading;

namespace Embeddings.Tokenization.PostProcessors;

/// <summary><c>ByteLevel</c>: adds no tokens, but may trim offsets.</summary>
internal static class ByteLevelProcessing
{
    /// <summary>Reads the settings.</summary>
    public static PostProcessing Read(JsonPart part) => PostProcessing.None with { Trims = ReadTrims(part) };

    /// <summary>Reads how offsets are trimmed.</summary>
    public static IReadOnlyList<bool> ReadTrims(JsonPart part) =>
        part["trim_offsets"].AsFlag(true) ? [part["add_prefix_space"].AsFlag(true)] : [];
}
