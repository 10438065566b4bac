using System.Globalization;
using Embeddings.Api.Errors;
using Embeddings.Api.Hosting;
using Embeddings.Api.OpenAi;
using Embeddings.Inference;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using Serilog;

namespace Embeddings.Api.Models;

/// <summary>The model gave infinity or not-a-number for an input.</summary>
/// <param name="place">Where the request has it.</param>
internal sealed class NoVectorException(string place) : Exception($"The model gave no finite vector for '$.{place}'. Nothing was returned.");

/// <summary>Embeds for every route: counts, tells the log and the reply's headers, and says of a bad input where the request has it.</summary>
internal sealed partial class TextEmbedder(
    EmbeddingsMetrics metrics,
    IDiagnosticContext diagnostics,
    IHttpContextAccessor http,
    IOptions<InputOptions> input,
    IOptions<LimitsOptions> limits,
    ILogger<TextEmbedder> logger)
{
    /// <summary>Embeds texts.</summary>
    /// <param name="model">With which model.</param>
    /// <param name="texts">None of them empty, unless the settings allow it.</param>
    /// <param name="dimensions">Of the vectors; null for the model's own.</param>
    /// <param name="prompt">Put before each text; null for none.</param>
    /// <param name="isBegun">Whether others of the same request were embedded already: these are then not refused, however many wait.</param>
    /// <param name="place">Where in the request the text of an index is: <c>documents[3].text</c>.</param>
    /// <param name="cancellationToken">Ends the wait and the work.</param>
    /// <exception cref="InvalidRequestException">A text is empty, or longer than the settings allow.</exception>
    public Task<GeneratedEmbeddings<Embedding<float>>> EmbedAsync(
        ServedModel model, IReadOnlyList<string> texts, int? dimensions, string? prompt, bool isBegun, Func<int, string> place, CancellationToken cancellationToken)
    {
        for (var i = 0; i < texts.Count; i++)
        {
            if (texts[i].Length == 0 && input.Value.EmptyText == EmptyText.Reject)
            {
                throw new InvalidRequestException($"'$.{place(i)}' is invalid: an empty string cannot be embedded.", Field(place(i))) { Item = i };
            }
        }

        var encoding = new EncodingOptions { Dimensions = dimensions, Prompt = prompt, Truncation = input.Value.Truncation, IsBegun = isBegun };
        return EmbedAsync(model, texts.Count, options => model.Texts.GenerateAsync(texts, options, cancellationToken), encoding, place);
    }

    /// <summary>Embeds whatever a function gives to a model. The function is let go of before the wait; it fails by its task.</summary>
    public Task<GeneratedEmbeddings<Embedding<float>>> EmbedAsync(
        ServedModel model,
        int count,
        Func<EncodingOptions, Task<GeneratedEmbeddings<Embedding<float>>>> generate,
        EncodingOptions options,
        Func<int, string> place)
    {
        options.MaxTotalTokens = limits.Value.MaxTokens;
        return FinishAsync(model, count, generate(options), place);
    }

    private async Task<GeneratedEmbeddings<Embedding<float>>> FinishAsync(
        ServedModel model, int count, Task<GeneratedEmbeddings<Embedding<float>>> work, Func<int, string> place)
    {
        GeneratedEmbeddings<Embedding<float>> embeddings;
        try
        {
            embeddings = await work;
        }
        catch (InputTooLongException exception)
        {
            throw new InvalidRequestException(
                $"This model's maximum context length is {exception.MaxTokens} tokens, however you requested {exception.Tokens} tokens ({exception.Tokens} in your prompt; " +
                $"0 for the completion). Please reduce your prompt; or completion length. The input is '$.{place(exception.Index)}'.", Field(place(exception.Index)))
            { Item = exception.Index };
        }
        catch (TooManyTokensException exception)
        {
            throw new InvalidRequestException(
                $"Invalid '{Field(place(0))}': the request has {exception.Tokens} tokens or more, but it may have {exception.MaxTokens}. Send less at a time.", Field(place(0)));
        }

        catch (UnknownTokenIdException exception)
        {
            throw new InvalidRequestException(
                $"Invalid '{place(exception.Index)}[{exception.Position}]': {exception.Id} is not a token id of this model.", Field(place(exception.Index)));
        }
        catch (NonFiniteVectorException exception)
        {
            throw new NoVectorException(place(exception.Index));
        }

        Describe(embeddings, model.Manifest.Id, count);
        return embeddings;
    }

    private void Describe(GeneratedEmbeddings<Embedding<float>> embeddings, string model, int count)
    {
        var tokens = embeddings.Usage!.InputTokenCount!.Value;
        var truncated = embeddings.CountTruncated();
        metrics.Count(model, count, tokens, truncated);
        diagnostics.Set("Tokens", tokens);
        if (truncated > 0)
        {
            diagnostics.Set("Truncated", truncated);
            LogTruncated(truncated, count, model);
        }

        // A streamed reply has sent its headers by now.
        if (http.HttpContext is { Response.HasStarted: false } context)
        {
            context.Response.Headers[ReplyHeaders.Model] = model;
            if (truncated > 0)
            {
                var before = int.TryParse(context.Response.Headers[ReplyHeaders.TruncatedInputs], CultureInfo.InvariantCulture, out var value) ? value : 0;
                context.Response.Headers[ReplyHeaders.TruncatedInputs] = (before + truncated).ToString(CultureInfo.InvariantCulture);
            }
        }
    }

    // input[3] → input
    private static string Field(string place) => place.Split('[', '.')[0];

    [LoggerMessage(LogLevel.Warning, "{Truncated} of {Inputs} inputs were longer than {Model} reads: their ends were cut off")]
    private partial void LogTruncated(int truncated, int inputs, string model);
}
