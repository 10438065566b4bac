using Embeddings.Api.Errors;
using Microsoft.Extensions.Options;
using Microsoft.ML.Tokenizers;

namespace Embeddings.Api.Embedding;

/// <summary>
/// Token ids of OpenAI's vocabularies → the text they stand for. LangChain sends such ids by default. Given to a BERT
/// model unchanged they would give vectors of other words, since the same ids mean other words there.
/// </summary>
internal sealed class TokenIdDecoder(IOptions<InputOptions> options)
{
    // More than any of the vocabularies has.
    private const int KnownIds = 1 << 18;

    // Ids that are known to exist. Asking the library takes two allocations for each id, and a body may have millions.
    private readonly bool[] _isKnown = new bool[KnownIds];

    private readonly Lazy<TiktokenTokenizer> _tokenizer = new(() =>
        TiktokenTokenizer.CreateForEncoding(options.Value.TokenIds == TokenIds.O200k ? "o200k_base" : "cl100k_base"));

    /// <summary>The text of one input's ids.</summary>
    /// <exception cref="InvalidRequestException">An id is not in the vocabulary.</exception>
    public string Decode(int[] ids, string item)
    {
        for (var i = 0; i < ids.Length; i++)
        {
            if ((uint)ids[i] < KnownIds && _isKnown[ids[i]])
            {
                continue;
            }

            // The library leaves out ids that it does not have. Every id that it has stands for at least one byte.
            if (_tokenizer.Value.Decode([ids[i]]) is not { Length: > 0 })
            {
                throw NotAToken(item, i, ids[i]);
            }

            if (ids[i] < KnownIds)
            {
                _isKnown[ids[i]] = true;
            }
        }

        return _tokenizer.Value.Decode(ids);
    }

    private InvalidRequestException NotAToken(string item, int position, int id) => new(
        $"Invalid '{item}[{position}]': {id} is not a token id of " +
        $"{(options.Value.TokenIds == TokenIds.O200k ? "o200k_base" : "cl100k_base")}.", "input");
}
