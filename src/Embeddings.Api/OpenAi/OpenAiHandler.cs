using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Limits;
using Embeddings.Api.Telemetry;
using Embeddings.Api.Wire;
using Embeddings.Inference;
using Embeddings.Inference.Models;
using Microsoft.Extensions.Options;
using Serilog;

namespace Embeddings.Api.OpenAi;

/// <summary>Checks an embeddings request, has it embedded, and shapes the reply.</summary>
internal sealed class OpenAiHandler(
    ModelRegistry registry,
    TextEmbedder embedder,
    TokenIdDecoder decoder,
    EmbeddingsMetrics metrics,
    IDiagnosticContext diagnostics,
    TimeProvider time,
    IOptions<InputOptions> input,
    IOptions<LimitsOptions> limits)
{
    // Neither this method nor its endpoint is async, so that the texts can be collected while the request waits for its
    // vectors.
    public Task<EmbeddedReply<EmbeddingResponse>> HandleAsync(
        EmbeddingRequest request, string? deployment, CancellationToken cancellationToken)
    {
        var model = registry.Resolve(deployment ?? request.Model);
        diagnostics.Set("Model", model.Manifest.Id);
        RequestedVectors.CheckOffered(request);
        var inputs = Check(request.Input, request.EmbedsEmptyTexts);
        diagnostics.Set("Inputs", inputs.Count);
        var prompt = PromptOf(request, model.Manifest);
        var dimensions = RequestedVectors.DimensionsOf(request, model.Manifest);
        var (truncation, side) = RequestedVectors.TruncationOf(request, input.Value.Truncation);
        var options = new EncodingOptions
        {
            Dimensions = dimensions,
            Prompt = prompt.Text,
            Task = prompt.Task,
            IsBegun = request.IsBegun,
            MaxInputTokens = request.MaxInputTokens ?? int.MaxValue,
            Truncation = truncation,
            TruncationSide = request.TruncationSide ?? side,
            Normalize = request.Normalized ?? true,
        };
        CheckPrompt(inputs, options.Prompt);
        var output = RequestedVectors.OutputOf(request, model.Manifest, dimensions);
        var work = embedder.EmbedAsync(
            model,
            inputs.Count,
            encoding => inputs.TokenIds is { } ids && (inputs.IsFramed || input.Value.TokenIds == TokenIds.Native)
                ? model.Tokens.GenerateAsync(
                    ids.Select(list => inputs.IsFramed ? model.WithoutFrame(list) : list), encoding, cancellationToken)
                : model.Texts.GenerateAsync(Texts(inputs, cancellationToken), encoding, cancellationToken),
            options,
            inputs.Location);
        return ReplyAsync(model.Manifest.Id, work, output, inputs.TokenIds?.Count ?? 0);
    }

    private async Task<EmbeddedReply<EmbeddingResponse>> ReplyAsync(
        string model, Task<EmbeddedInputs> work, VectorOutput output, int tokenIds)
    {
        var (vectors, summary) = await work;
        metrics.CountTokenIds(model, tokenIds);
        var data = vectors.Select((vector, i) => new EmbeddingItem(
            "embedding", i, new EmbeddingVector(vector, output)));
        var reply = new EmbeddingResponse(
            "list", [.. data], model, summary.Usage, new EmbeddingId(Guid.NewGuid()),
            time.GetUtcNow().ToUnixTimeSeconds());
        return new(reply, summary);
    }

    private EmbeddingInput Check(EmbeddingInput? inputs, bool embedsEmptyTexts)
    {
        if (inputs is null)
        {
            throw Invalid("'$.input' is invalid: it is required and cannot be null.");
        }

        if (inputs.Count == 0)
        {
            throw Invalid("'$.input' is invalid: it cannot be an empty array.", Fault.NoInputs);
        }

        if (inputs.Count > limits.Value.MaxInputs)
        {
            throw Invalid(
                $"Invalid 'input': array too long. Expected an array with maximum length {limits.Value.MaxInputs}, " +
                $"but got an array with length {inputs.Count} instead.",
                Fault.TooManyInputs,
                new(inputs.Count, limits.Value.MaxInputs));
        }

        if (inputs is { TokenIds: not null, IsFramed: false } && input.Value.TokenIds == TokenIds.Reject)
        {
            throw Invalid("'$.input' is invalid: this server takes texts, not token ids.");
        }

        var empty = inputs.Texts is { } texts
            ? input.Value.EmptyText == EmptyText.Reject && !embedsEmptyTexts ? texts.ToList().IndexOf("") : -1
            : inputs.TokenIds!.ToList().FindIndex(ids => ids.Length == 0);
        return empty < 0
            ? inputs
            : throw Invalid(
                $"'$.{inputs.Location(empty)}' is invalid: an empty {(inputs.Texts is null ? "array" : "string")} " +
                "cannot be embedded.",
                Fault.EmptyInput);
    }

    private static TextPrompt PromptOf(EmbeddingRequest request, ModelManifest model)
    {
        if (request.InputType is not null && request.Task is not null)
        {
            throw new InvalidRequestException(
                "Send either 'input_type' or 'task', which mean the same, but not both.", "task");
        }

        var field = request.Task is null ? "input_type" : "task";
        if (request.Prompt is null)
        {
            return Prompts.Asked(model, request.PromptName, request.InputType ?? request.Task, field);
        }

        return request.PromptName is null && request.InputType is null
            ? Prompts.Asked(model, null, request.Task, field) with { Text = request.Prompt }
            : throw new InvalidRequestException(
                "Send either 'prompt', or the name or kind of one of the model's prompts, but not both.", "prompt");
    }

    // Ids of other vocabularies are decoded to texts, and a text can have a prompt.
    private void CheckPrompt(EmbeddingInput inputs, string? prompt)
    {
        if (prompt is { Length: > 0 } && inputs.TokenIds is not null
            && (inputs.IsFramed || input.Value.TokenIds == TokenIds.Native))
        {
            throw Invalid(
                "'$.input' is invalid: a prompt cannot be put before token ids of the model's own vocabulary. Send " +
                "texts, or ids that begin with the prompt's.");
        }
    }

    private IEnumerable<string> Texts(EmbeddingInput inputs, CancellationToken cancellationToken) =>
        inputs.Texts ?? inputs.TokenIds!.Select((ids, i) =>
    {
        cancellationToken.ThrowIfCancellationRequested();
        return decoder.Decode(ids, inputs.Location(i));
    });

    private static InvalidRequestException Invalid(
        string message, Fault fault = Fault.Other, Amount amount = default) =>
        new(message, "input") { Fault = fault, Amount = amount };
}
