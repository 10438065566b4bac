using System.Text;
using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Limits;
using Embeddings.Inference;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Tokenization;

/// <summary>Cuts texts into the tokens that a model reads. The model does not run.</summary>
internal sealed class TokenizationHandler(ModelRegistry registry, IOptions<LimitsOptions> limits)
{
    public TokenizeResponse Handle(TokenizeRequest request, CancellationToken cancellationToken)
    {
        var texts = request.Input
            ?? throw new InvalidRequestException("'$.input' is invalid: it is required and cannot be null.", "input");
        if (texts.Count == 0 || texts.Count > limits.Value.MaxInputs)
        {
            throw new InvalidRequestException(
                $"Invalid 'input': it has {texts.Count} texts; 1 to {limits.Value.MaxInputs} can be cut at a time.",
                "input");
        }

        var model = registry.Resolve(request.Model);
        var left = limits.Value.MaxTokens;
        var data = new List<TextTokens>(texts.Count);
        foreach (var text in texts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var tokenized = model.Tokenize(text, left + 1);
            left -= tokenized.Tokens.Count;
            if (left < 0)
            {
                throw new InvalidRequestException(
                    $"Invalid 'input': the request has more than {limits.Value.MaxTokens} tokens. Send less at a time.",
                    "input");
            }

            data.Add(new TextTokens("tokens", data.Count, tokenized.IsTruncated, tokenized.Read, Objects(text, tokenized)));
        }

        return new TokenizeResponse("list", data, model.Manifest.Id, model.Manifest.MaxTokens);
    }

    /// <summary>The text that ids of a model's vocabulary stand for.</summary>
    /// <param name="ids">The ids. Those that the vocabulary does not have are left out.</param>
    /// <param name="name">Name of the model; null for the default one.</param>
    /// <param name="skipsSpecialTokens">Whether special tokens are left out.</param>
    public string Decode(ReadOnlySpan<int> ids, string? name, bool skipsSpecialTokens) =>
        registry.Resolve(name).Decode(ids, skipsSpecialTokens);

    // Tokens come in the order of the text, so the bytes before each are counted once.
    private static List<TokenObject> Objects(string text, TokenizedText tokenized)
    {
        var (units, bytes) = (0, 0);
        return [.. tokenized.Tokens.Select(token => new TokenObject(
            token.Id, token.Text, token.IsSpecial, BytesBefore(token.Start), BytesBefore(token.Stop)))];

        int? BytesBefore(int? unit)
        {
            if (unit is null)
            {
                return null;
            }

            // Two tokens may share a code point whose normal form has several characters.
            if (unit < units)
            {
                (units, bytes) = (0, 0);
            }

            bytes += Encoding.UTF8.GetByteCount(text.AsSpan(units, unit.Value - units));
            units = unit.Value;
            return bytes;
        }
    }
}
