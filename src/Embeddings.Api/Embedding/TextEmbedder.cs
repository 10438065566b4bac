using Embeddings.Api.Errors;
using Embeddings.Api.Limits;
using Embeddings.Api.Telemetry;
using Embeddings.Inference;
using Embeddings.Tokenization;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using Serilog;

namespace Embeddings.Api.Embedding;

/// <summary>The model gave infinity or not-a-number for an input.</summary>
/// <param name="location">Where the request has it.</param>
internal sealed class NoVectorException(string location) : FailureException(
    FailureKind.Server, $"The model gave no finite vector for '$.{location}'. Nothing was returned.");

/// <summary>What becomes of texts that are too long.</summary>
/// <param name="Truncation">Whether they are cut; null for what the settings say.</param>
/// <param name="Side">Which part of them is cut; null for the end.</param>
internal readonly record struct TextCut(Truncation? Truncation, TruncationSide? Side);

/// <summary>Vectors of inputs, in their order.</summary>
/// <param name="Vectors">One for each, [dimensions].</param>
/// <param name="Summary">What it took.</param>
internal sealed record EmbeddedInputs(IReadOnlyList<ReadOnlyMemory<float>> Vectors, EmbeddingSummary Summary);

/// <summary>
/// Embeds for every route: checks the inputs, asks the model, counts, and tells the log. An error says where the
/// request has the wrong input.
/// </summary>
internal sealed partial class TextEmbedder(
    EmbeddingsMetrics metrics,
    IDiagnosticContext diagnostics,
    IOptions<InputOptions> input,
    IOptions<LimitsOptions> limits,
    ILogger<TextEmbedder> logger)
{
    /// <summary>Embeds texts.</summary>
    /// <param name="model">The model that embeds them.</param>
    /// <param name="texts">None of them empty, unless the settings allow it.</param>
    /// <param name="dimensions">Numbers in a vector; null for the model's own.</param>
    /// <param name="prompt">Put before each text.</param>
    /// <param name="isBegun">Whether other texts of the same request were embedded already. These are then accepted
    /// however many wait.</param>
    /// <param name="location">Where the request has the text of an index: <c>documents[3].text</c>.</param>
    /// <param name="cancellationToken">Ends the wait and the work.</param>
    /// <param name="cut">What becomes of texts that are too long.</param>
    /// <exception cref="InvalidRequestException">A text is empty, or longer than the settings allow.</exception>
    public Task<EmbeddedInputs> EmbedAsync(
        ServedModel model,
        IReadOnlyList<string> texts,
        int? dimensions,
        TextPrompt prompt,
        bool isBegun,
        Func<int, string> location,
        CancellationToken cancellationToken,
        TextCut cut = default)
    {
        for (var i = 0; i < texts.Count; i++)
        {
            if (texts[i].Length == 0 && input.Value.EmptyText == EmptyText.Reject)
            {
                throw new InvalidRequestException(
                    $"'$.{location(i)}' is invalid: an empty string cannot be embedded.", Field(location(i)))
                { Item = i, Fault = Fault.EmptyInput };
            }
        }

        var encoding = new EncodingOptions
        {
            Dimensions = dimensions,
            Prompt = prompt.Text,
            Task = prompt.Task,
            Truncation = cut.Truncation ?? input.Value.Truncation,
            TruncationSide = cut.Side ?? TruncationSide.End,
            IsBegun = isBegun,
        };
        return EmbedAsync(
            model,
            texts.Count,
            options => model.Texts.GenerateAsync(texts, options, cancellationToken),
            encoding,
            location);
    }

    /// <summary>
    /// Embeds whatever a function gives to a model. The function, and the inputs that it holds, are let go of before
    /// the wait for the model; its failures are those of the returned task.
    /// </summary>
    public Task<EmbeddedInputs> EmbedAsync(
        ServedModel model,
        int count,
        Func<EncodingOptions, Task<GeneratedEmbeddings<Embedding<float>>>> generate,
        EncodingOptions options,
        Func<int, string> location)
    {
        options.MaxTotalTokens = limits.Value.MaxTokens;
        return FinishAsync(model, count, generate(options), location);
    }

    private async Task<EmbeddedInputs> FinishAsync(
        ServedModel model, int count, Task<GeneratedEmbeddings<Embedding<float>>> work, Func<int, string> location)
    {
        var (embeddings, summary) = await RunAsync(
            model, count, work, made => (made.Usage!.InputTokenCount!.Value, made.CountTruncated()), location);
        return new EmbeddedInputs([.. embeddings.Select(embedding => embedding.Vector)], summary);
    }

    /// <summary>Waits for a model, counts what it read, and says where the request has an input that is wrong.</summary>
    /// <param name="model">The model that works.</param>
    /// <param name="count">Number of inputs.</param>
    /// <param name="work">What it does.</param>
    /// <param name="counts">The tokens that it read, and how many inputs were cut, of the result.</param>
    /// <param name="location">Where the request has the input of an index.</param>
    /// <exception cref="InvalidRequestException">An input is wrong.</exception>
    public async Task<(T Result, EmbeddingSummary Summary)> RunAsync<T>(
        ServedModel model, int count, Task<T> work, Func<T, (long Tokens, int Truncated)> counts,
        Func<int, string> location)
    {
        try
        {
            var result = await work;
            var (tokens, truncated) = counts(result);
            var summary = new EmbeddingSummary(model.Manifest.Id, tokens, truncated);
            Count(summary, count);
            return (result, summary);
        }
        catch (InputTooLongException exception)
        {
            var at = location(exception.Index);
            throw new InvalidRequestException(
                $"This model's maximum context length is {exception.MaxTokens} tokens, however you requested " +
                $"{exception.Tokens} tokens " +
                $"({exception.Tokens} in your prompt; 0 for the completion). Please reduce your prompt; or " +
                $"completion length. The input is '$.{at}'.",
                Field(at))
            { Item = exception.Index, Fault = Fault.TooLong, Amount = new(exception.Tokens, exception.MaxTokens) };
        }
        catch (QueryTooLongException exception)
        {
            throw new InvalidRequestException(
                $"Invalid 'query': it has more than {exception.MostTokens} tokens. The model reads " +
                $"{exception.MaxTokens} tokens of query and document together, and nothing of a document would be left.",
                "query");
        }
        catch (TooManyTokensException exception)
        {
            var field = Field(location(0));
            throw new InvalidRequestException(
                $"Invalid '{field}': the request has {exception.Tokens} tokens or more, but it may have " +
                $"{exception.MaxTokens}. Send less at a time.",
                field);
        }
        catch (UnknownTokenIdException exception)
        {
            var at = location(exception.Index);
            throw new InvalidRequestException(
                $"Invalid '{at}[{exception.Position}]': {exception.Id} is not a token id of this model.", Field(at));
        }
        catch (NonFiniteVectorException exception)
        {
            throw new NoVectorException(location(exception.Index));
        }
    }

    private void Count(EmbeddingSummary summary, int inputs)
    {
        var (model, tokens, truncated) = summary;
        metrics.Count(model!, inputs, tokens, truncated);
        diagnostics.Set("Tokens", tokens);
        if (truncated > 0)
        {
            diagnostics.Set("Truncated", truncated);
            LogTruncated(truncated, inputs, model!);
        }
    }

    // input[3] → input
    private static string Field(string location) => location.Split('[', '.')[0];

    [LoggerMessage(LogLevel.Warning, "{Truncated} of {Inputs} inputs were longer than {Model} reads: their ends " +
        "were cut off")]
    private partial void LogTruncated(int truncated, int inputs, string model);
}
