using System.Buffers;
using System.Text;
using static Embeddings.Inference.Tokenization.BertUnicode;

namespace Embeddings.Inference.Tokenization;

/// <summary>
/// What BERT does to a text before it is split: control characters go, white space becomes a space, ideographs stand
/// alone, accents are stripped (by canonical decomposition), letters are lowered. Same result as Hugging Face's
/// <c>BertNormalizer</c>.
/// </summary>
/// <param name="cleanText">Drop controls and make every white space a space.</param>
/// <param name="isolateIdeographs">Put spaces around CJK ideographs (<c>tokenize_chinese_chars</c>).</param>
/// <param name="stripAccents">Decompose and drop nonspacing marks.</param>
/// <param name="lowerCase">Lower each code point by itself.</param>
internal sealed class BertNormalizer(bool cleanText, bool isolateIdeographs, bool stripAccents, bool lowerCase)
{
    /// <summary>Appends the normalized form of <paramref name="text"/>. Lone surrogates count as U+FFFD.</summary>
    public void Normalize(ReadOnlySpan<char> text, ArrayBufferWriter<char> output)
    {
        // Marks that wait for their canonical order. Empty for nearly all text, so it is made when the first comes.
        List<int>? marks = null;
        Span<int> hangul = stackalloc int[3];
        foreach (var rune in text.EnumerateRunes())
        {
            var c = rune.Value;
            var classes = Of(c);
            if (cleanText && (classes & (Classes.Control | Classes.Whitespace)) != 0)
            {
                if ((classes & Classes.Control) != 0)
                {
                    continue;
                }

                c = ' ';
                classes = Classes.Whitespace;
            }

            var alone = isolateIdeographs && (classes & Classes.Ideograph) != 0;
            if (alone)
            {
                Append(' ', ref marks, output);
            }

            if (stripAccents && (classes & Classes.Decomposes) != 0)
            {
                foreach (var part in Decompose(c, hangul))
                {
                    Append(part, ref marks, output);
                }
            }
            else
            {
                Append(c, ref marks, output);
            }

            if (alone)
            {
                Append(' ', ref marks, output);
            }
        }

        Flush(marks, output);
    }

    private void Append(int c, ref List<int>? marks, ArrayBufferWriter<char> output)
    {
        if (!stripAccents)
        {
            Write(c, output);
        }
        else if (Is(c, Classes.Combining))
        {
            (marks ??= []).Add(c);
        }
        else
        {
            Flush(marks, output);
            Write(c, output);
        }
    }

    private void Flush(List<int>? marks, ArrayBufferWriter<char> output)
    {
        if (marks is not { Count: > 0 })
        {
            return;
        }

        // Canonical order: a stable sort by combining class, between two starters.
        foreach (var mark in marks.OrderBy(CombiningClass))
        {
            Write(mark, output);
        }

        marks.Clear();
    }

    private void Write(int c, ArrayBufferWriter<char> output)
    {
        var classes = Of(c);
        if (stripAccents && (classes & Classes.NonspacingMark) != 0)
        {
            return;
        }

        if (lowerCase && (classes & Classes.HasLowerCase) != 0)
        {
            foreach (var lower in LowerCase(c))
            {
                WriteCodePoint(lower, output);
            }
        }
        else
        {
            WriteCodePoint(c, output);
        }
    }

    private static void WriteCodePoint(int c, ArrayBufferWriter<char> output) =>
        output.Advance(new Rune(c).EncodeToUtf16(output.GetSpan(2)));
}
