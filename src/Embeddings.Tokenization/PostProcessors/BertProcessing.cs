using Embeddings.Tokenization.Models;
using Embeddings.Tokenization.Reading;

namespace Embeddings.Tokenization.PostProcessors;

/// <summary><c>BertProcessing</c>: [CLS] A [SEP] B [SEP], where B and what follows it have type 1.</summary>
internal static class BertProcessing
{
    /// <summary>Reads the ids of the two special tokens.</summary>
    public static PostProcessing Read(JsonPart part)
    {
        var start = new FramePart(FramePart.SpecialToken, ReadId(part["cls"]), 0);
        var end = new FramePart(FramePart.SpecialToken, ReadId(part["sep"]), 0);
        var first = new FramePart(FramePart.FirstText, 0, 0);
        var second = new FramePart(FramePart.SecondText, 0, 1);
        return new PostProcessing([start, first, end], [start, first, end, second, end with { TypeId = 1 }], []);
    }

    /// <summary>Reads the id of a special token, which a file has as token and id.</summary>
    public static int ReadId(JsonPart part) =>
        part.Items().ToArray() is [_, var id] ? Vocabulary.Checked(id) : throw part.Wrong("is not a token and its id");
}
