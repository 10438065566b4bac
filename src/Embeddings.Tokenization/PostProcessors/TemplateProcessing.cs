using Embeddings.Tokenization.Models;
using Embeddings.Tokenization.Reading;

namespace Embeddings.Tokenization.PostProcessors;

/// <summary><c>TemplateProcessing</c>: the file says what stands where.</summary>
internal static class TemplateProcessing
{
    /// <summary>Reads the templates of one text and of two.</summary>
    public static PostProcessing Read(JsonPart part)
    {
        var special = part["special_tokens"];
        var pair = ReadParts(part["pair"], special);
        return new[] { FramePart.FirstText, FramePart.SecondText }.All(text => pair.Any(item => item.Source == text))
            ? new PostProcessing(ReadParts(part["single"], special), pair, [])
            : throw part["pair"].Wrong("does not have both texts");
    }

    private static List<FramePart> ReadParts(JsonPart template, JsonPart special)
    {
        var parts = new List<FramePart>();
        foreach (var item in template.Items())
        {
            if (item["Sequence"] is { IsObject: true } sequence)
            {
                var source = sequence["id"].AsText() == "A" ? FramePart.FirstText : FramePart.SecondText;
                parts.Add(new FramePart(source, 0, sequence["type_id"].AsCount()));
                continue;
            }

            var token = item["SpecialToken"];
            var type = token["type_id"].AsCount();
            foreach (var id in special[token["id"].AsText()]["ids"].Items())
            {
                parts.Add(new FramePart(FramePart.SpecialToken, Vocabulary.Checked(id), type));
            }
        }

        return parts;
    }
}
