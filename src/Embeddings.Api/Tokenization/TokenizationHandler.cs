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
        if (texts.Count == 0 || texts.Count > limits.Value.MaxInputs || (request.RefusesEmpty && texts.Contains("")))
        {
            throw new InvalidRequestException(
                $"Invalid 'input': it has {texts.Count} texts; 1 to {limits.Value.MaxInputs} can be cut at a time" +
                (request.RefusesEmpty ? ", none of them empty." : "."),
                "input")
            { Fault = FaultOf(texts.Count), Amount = new(texts.Count, limits.Value.MaxInputs) };
        }

        var model = registry.Resolve(request.Model);
        var prompt = request.PromptName is null ? "" : Prompts.Asked(model.Manifest, request.PromptName, null).Text;
        var left = limits.Value.MaxTokens;
        var data = new List<TextTokens>(texts.Count);
        foreach (var text in texts.Select(text => prompt + text))
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

            var tokens = Objects(text, tokenized);
            data.Add(new TextTokens(
                "tokens", data.Count, tokenized.IsTruncated, tokenized.Read,
                request.AddsSpecialTokens ? tokens : tokens.FindAll(token => !token.Special)));
        }

        return new TokenizeResponse("list", data, model.Manifest.Id, model.Manifest.MaxTokens);
    }

    /// <summary>The texts that ids stand for.</summary>
    /// <exception cref="InvalidRequestException">There are none, or too many.</exception>
    public IReadOnlyList<string> Decode(DecodeWork work, CancellationToken cancellationToken)
    {
        var model = registry.Resolve(work.Model);
        var (count, ids) = (work.Ids.Count, work.Ids.Sum(list => (long)list.Length));
        if (count == 0 || count > limits.Value.MaxInputs || work.Ids.Any(list => list.Length == 0))
        {
            throw new InvalidRequestException(
                $"Invalid '{work.Field}': there are {count} lists; 1 to {limits.Value.MaxInputs} can be decoded at a " +
                "time, none of them empty.",
                work.Field)
            { Fault = FaultOf(count), Amount = new(count, limits.Value.MaxInputs) };
        }

        if (ids > limits.Value.MaxTokens)
        {
            throw new InvalidRequestException(
                $"Invalid '{work.Field}': there are {ids} ids; at most {limits.Value.MaxTokens} can be decoded at a time.",
                work.Field);
        }

        return
        [
            .. work.Ids.Select(list =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                return model.Decode(list, work.SkipsSpecialTokens);
            }),
        ];
    }

    private Fault FaultOf(int count) =>
        count == 0 ? Fault.NoInputs : count > limits.Value.MaxInputs ? Fault.TooManyInputs : Fault.EmptyInput;

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
