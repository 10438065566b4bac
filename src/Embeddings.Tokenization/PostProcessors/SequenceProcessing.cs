using Embeddings.Tokenization.Reading;

namespace Embeddings.Tokenization.PostProcessors;

/// <summary><c>Sequence</c>: one post-processor after the other, of which one at most adds special tokens.</summary>
internal static class SequenceProcessing
{
    /// <summary>Makes one of several.</summary>
    public static PostProcessing Combine(JsonPart part, IReadOnlyList<PostProcessing> processors)
    {
        var framing = processors.Where(processor => processor.Single != PostProcessing.None.Single).ToList();
        if (framing.Count > 1)
        {
            throw part.Wrong("has more than one post-processor that adds special tokens");
        }

        var combined = framing.FirstOrDefault() ?? PostProcessing.None;
        return combined with { Trims = [.. processors.SelectMany(processor => processor.Trims)] };
    }
}
