using Embeddings.Tokenization.Reading;

namespace Embeddings.Tokenization.PostProcessors;

/// <summary><c>RobertaProcessing</c>: &lt;s&gt; A &lt;/s&gt; &lt;/s&gt; B &lt;/s&gt;, all of type 0.</summary>
internal static class RobertaProcessing
{
    /// <summary>Reads the ids of the two special tokens, and how offsets are trimmed.</summary>
    public static PostProcessing Read(JsonPart part)
    {
        var start = new FramePart(FramePart.SpecialToken, BertProcessing.ReadId(part["cls"]), 0);
        var end = new FramePart(FramePart.SpecialToken, BertProcessing.ReadId(part["sep"]), 0);
        var first = new FramePart(FramePart.FirstText, 0, 0);
        var second = new FramePart(FramePart.SecondText, 0, 0);
        return new PostProcessing(
            [start, first, end], [start, first, end, end, second, end], ByteLevelProcessing.ReadTrims(part));
    }
}
