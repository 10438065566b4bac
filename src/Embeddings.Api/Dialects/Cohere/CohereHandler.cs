using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.OpenAi;
using Embeddings.Api.Tokenization;
using Embeddings.Api.Wire;

namespace Embeddings.Api.Dialects.Cohere;

/// <summary>Cohere's requests for vectors and tokens, by <see cref="OpenAiHandler"/> and
/// <see cref="TokenizationHandler"/>.</summary>
internal sealed class CohereHandler(OpenAiHandler embeddings, TokenizationHandler tokens, ModelRegistry registry)
{
    private static readonly Meta Version1 = new(new ApiVersion("1"));

    /// <param name="request">The request.</param>
    /// <param name="version"><c>1</c> or <c>2</c>; version 1 gives a plain list if no type is asked for.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<EmbeddedReply<EmbedResponse>> EmbedAsync(
        EmbedRequest request, string version, CancellationToken cancellationToken)
    {
        var (field, texts) = TextsOf(request);
        var outputs = OutputsOf(request, version);
        var (body, summary) = await embeddings.HandleAsync(
            new EmbeddingRequest
            {
                Model = request.Model,
                Input = new EmbeddingInput { Texts = texts, IsList = true },
                InputType = request.InputType,
                Dimensions = request.OutputDimension,
                MaxInputTokens = request.MaxTokens is { } most ? Math.Max(most, 0) : null,
                Truncate = request.Truncate,
            },
            null,
            cancellationToken);
        var vectors = body.Data.Select(item => item.Embedding.Values).ToList();
        var response = new EmbedResponse(
            $"{Guid.NewGuid()}",
            field == "texts" ? texts : null,
            outputs is null ? vectors : outputs.ToDictionary(
                output => output.Key, output => vectors.Select(vector => new EmbeddingVector(vector, output.Value))),
            new Meta(new ApiVersion(version), new BilledUnits(summary.Tokens)),
            outputs is null ? "embeddings_floats" : "embeddings_by_type");
        return new(response, summary);
    }

    public TokenizeTextResponse Tokenize(TokenizeTextRequest request, CancellationToken cancellationToken)
    {
        var text = request.Text ?? throw Invalid("text", "it is required and cannot be null.");
        var cut = tokens.Handle(new TokenizeRequest { Input = [text], Model = request.Model }, cancellationToken);
        var own = cut.Data[0].Tokens.Where(token => !token.Special).ToList();
        return new([.. own.Select(token => token.Id)], [.. own.Select(token => token.Text)], Version1);
    }

    public DetokenizeResponse Detokenize(DetokenizeRequest request, CancellationToken cancellationToken)
    {
        var ids = request.Tokens ?? throw Invalid("tokens", "it is required and cannot be null.");
        var work = new DecodeWork([[.. ids]], SkipsSpecialTokens: true, request.Model) { Field = "tokens" };
        return new(tokens.Decode(work, cancellationToken)[0], Version1);
    }

    private static (string Field, IReadOnlyList<string> Texts) TextsOf(EmbedRequest request) => request switch
    {
        { Images: not null } => throw Invalid("images", "no model here reads images; send 'texts'."),
        { Texts: not null, Inputs: not null } => throw Invalid("inputs", "send either 'texts' or 'inputs', not both."),
        { Texts: { } texts } => ("texts",
            [.. texts.Select((text, i) => text ?? throw Invalid($"texts[{i}]", "a text cannot be null."))]),
        { Inputs: { } inputs } => ("inputs", [.. inputs.Select(TextOf)]),
        _ => throw Invalid("texts", "it is required and cannot be null."),
    };

    private static string TextOf(EmbedInput? input, int index) => input?.Content is { Count: > 0 } parts
        ? string.Join('\n', parts.Select((part, i) => part is { Type: "text" or null, Text: { } text }
            ? text
            : throw Invalid(
                $"inputs[{index}].content[{i}]",
                part?.Type is "image_url" or "image" ? "no model here reads images." : "it must be of type 'text'.")))
        : throw Invalid($"inputs[{index}].content", "it must have at least one part.");

    // The forms by their names; null for the plain list.
    private Dictionary<string, VectorOutput>? OutputsOf(EmbedRequest request, string version)
    {
        if (request.EmbeddingTypes is not { Count: > 0 } names)
        {
            return version == "1" ? null : new() { ["float"] = default };
        }

        var model = registry.Resolve(request.Model).Manifest;
        return names.Select(name => name ?? throw Invalid("embedding_types", "a type cannot be null.")).Distinct()
            .ToDictionary(
                name => name, name => VectorOutputs.Of(name, "embedding_types", model, request.OutputDimension));
    }

    private static InvalidRequestException Invalid(string location, string problem) =>
        new($"'$.{location}' is invalid: {problem}", location.Split('[', '.')[0]);
}
