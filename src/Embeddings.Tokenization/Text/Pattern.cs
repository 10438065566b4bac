using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Embeddings.Tokenization.Reading;

namespace Embeddings.Tokenization.Text;

/// <summary>What a tokenizer looks for in a text: a literal or a regular expression. Thread-safe.</summary>
internal sealed partial class Pattern
{
    private readonly string? _literal;
    private readonly Regex? _regex;

    // Whether the expression may be matched on a shadow of the text.
    private readonly bool _hasShadow;

    private Pattern(string? literal, Regex? regex, bool hasShadow) =>
        (_literal, _regex, _hasShadow) = (literal, regex, hasShadow);

    /// <summary>
    /// A pattern as the file has it: <c>{"String": …}</c> or <c>{"Regex": …}</c>, or the literal itself.
    /// </summary>
    /// <exception cref="TokenizerFormatException">The runtime does not know the syntax of the expression.</exception>
    public static Pattern Read(JsonPart part) =>
        part.IsText ? Literal(part.AsText())
        : part["String"].IsText ? Literal(part["String"].AsText())
        : Expression(part["Regex"].AsText(), part);

    /// <summary>Looks for a text as it stands.</summary>
    public static Pattern Literal(string text) => new(text, null, false);

    /// <summary>Looks for a regular expression, written for Oniguruma.</summary>
    public static Pattern Expression(string expression, JsonPart part)
    {
        if (DifferentSyntax().Match(expression) is { Success: true } difference)
        {
            throw part.Wrong($"has '{difference.Value}' in the expression '{expression}', which is not known here");
        }

        try
        {
            // Marks and letter numbers are word characters upstream, but not to the runtime.
            var words = WordClass().Replace(expression, @"\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}");
            var regex = new Regex(words, RegexOptions.Compiled | RegexOptions.CultureInvariant);
            return new Pattern(null, regex, !expression.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'));
        }
        catch (ArgumentException exception)
        {
            throw new TokenizerFormatException(
                $"{part.Path} has the expression '{expression}', which is not known here: {exception.Message}",
                exception);
        }
    }

    /// <summary>Looks for an expression of our own.</summary>
    public static Pattern Of(Regex regex) => new(null, regex, hasShadow: true);

    /// <summary>All matches in a text, from front to back.</summary>
    public MatchEnumerator Matches(ReadOnlySpan<char> text) => new(this, text);

    [GeneratedRegex(@"\[:\^?[a-z]+:\]|&&|\\[hHWRXK]|\\p\{\^")]
    private static partial Regex DifferentSyntax();

    // Within a class. Elsewhere the runtime would need brackets, so the whole class is written.
    [GeneratedRegex(@"(?<=\[[^\]]*)\\w")]
    private static partial Regex WordClass();

    /// <summary>
    /// Goes through matches. The runtime counts UTF-16 units, so its <c>\p{L}</c> never matches beyond the Basic
    /// Multilingual Plane. A text with such characters is matched on a shadow instead, in which each has a stand-in of
    /// the same general category.
    /// </summary>
    public ref struct MatchEnumerator
    {
        private readonly Pattern _pattern;
        private readonly ReadOnlySpan<char> _text;
        private readonly int[]? _positions;
        private readonly char[]? _shadow;
        private Regex.ValueMatchEnumerator _matches;
        private int _position;

        internal MatchEnumerator(Pattern pattern, ReadOnlySpan<char> text)
        {
            _pattern = pattern;
            _text = text;
            if (pattern._regex is null)
            {
                return;
            }

            var shadow = text;
            if (pattern._hasShadow && text.ContainsAnyInRange('\uD800', '\uDFFF'))
            {
                _shadow = ArrayPool<char>.Shared.Rent(text.Length);
                _positions = ArrayPool<int>.Shared.Rent(text.Length + 1);
                var (length, position) = (0, 0);
                foreach (var rune in text.EnumerateRunes())
                {
                    _positions[length] = position;
                    _shadow[length++] = rune.IsBmp ? (char)rune.Value : StandIn(rune);
                    position += rune.Utf16SequenceLength;
                }

                _positions[length] = position;
                shadow = _shadow.AsSpan(0, length);
            }

            _matches = pattern._regex.EnumerateMatches(shadow);
        }

        /// <summary>The match that <see cref="MoveNext"/> found.</summary>
        public TextRange Current { get; private set; }

        public readonly MatchEnumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            if (_pattern._literal is { } literal)
            {
                var offset = literal.Length == 0 ? -1 : _text[_position..].IndexOf(literal, StringComparison.Ordinal);
                if (offset < 0)
                {
                    return false;
                }

                Current = new TextRange(_position + offset, _position + offset + literal.Length);
                _position = Current.End;
                return true;
            }

            if (!_matches.MoveNext())
            {
                return false;
            }

            var (start, end) = (_matches.Current.Index, _matches.Current.Index + _matches.Current.Length);
            Current = _positions is null
                ? new TextRange(start, end)
                : new TextRange(_positions[start], _positions[end]);
            return true;
        }

        public readonly void Dispose()
        {
            if (_shadow is not null)
            {
                ArrayPool<char>.Shared.Return(_shadow);
                ArrayPool<int>.Shared.Return(_positions!);
            }
        }

        private static char StandIn(Rune rune) => Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter => '\uA7B0',
            UnicodeCategory.LowercaseLetter => '\u029E',
            UnicodeCategory.TitlecaseLetter => '\u01C5',
            UnicodeCategory.ModifierLetter => '\u02B0',
            UnicodeCategory.OtherLetter => '\u01BB',
            UnicodeCategory.NonSpacingMark => '\u0300',
            UnicodeCategory.SpacingCombiningMark => '\u0903',
            UnicodeCategory.EnclosingMark => '\u0488',
            UnicodeCategory.DecimalDigitNumber => '\u0660',
            UnicodeCategory.LetterNumber => '\u2167',
            UnicodeCategory.OtherNumber => '\u00B2',
            UnicodeCategory.OtherPunctuation => '\u00A7',
            UnicodeCategory.MathSymbol => '\u00B1',
            UnicodeCategory.CurrencySymbol => '\u00A4',
            UnicodeCategory.Format => '\u00AD',
            UnicodeCategory.OtherNotAssigned => '\u0378',
            UnicodeCategory.PrivateUse => '\uE000',
            _ => '\u00A9',
        };
    }
}
