using System.Text.RegularExpressions;
using Embeddings.Api.Dialects.Tei;
using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Wire;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embeddings.Api.Dialects.HuggingFace;

/// <summary>
/// The paths of Hugging Face's inference, which name a model and a task. The bodies are those of Text Embeddings
/// Inference.
/// </summary>
internal static partial class HuggingFaceEndpoints
{
    private const string Extraction = "feature-extraction";
    private const string Similarity = "sentence-similarity";

    public static void MapHuggingFace(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithMetadata(HuggingFaceErrors.Instance);
        foreach (var path in new[] { "/models/{**rest}", "/hf-inference/models/{**rest}", "/pipeline/{**rest}" })
        {
            group.MapPost(path, Answer);
        }
    }

    internal static async Task<Ok<object>> Answer(
        TeiRequest request, HttpContext context, TeiHandler handler, CancellationToken cancellationToken)
    {
        var (model, task) = NamesIn(context.Features.GetRequiredFeature<SentPath>().Served);
        return await AnswerAsync(request, model, task, handler, cancellationToken).OkAsync(context.Response);
    }

    private static async Task<EmbeddedReply<object>> AnswerAsync(
        TeiRequest request, string model, string? task, TeiHandler handler, CancellationToken cancellationToken)
    {
        var compares = request.Inputs?.Sentences is not null;
        if (task is not (null or Extraction or Similarity) || (task is not null && compares != (task == Similarity)))
        {
            throw new InvalidRequestException(
                $"Invalid task '{task}' for these inputs: '{Extraction}' takes a text or a list of texts, and " +
                $"'{Similarity}' an object with 'source_sentence' and 'sentences'. There are no other tasks here.",
                "inputs");
        }

        if (compares)
        {
            return await handler.CompareAsync(request, model, cancellationToken);
        }

        var (vectors, summary) = await handler.EmbedAsync(request, model, cancellationToken);
        return new(vectors, summary);
    }

    private static (string Model, string? Task) NamesIn(string path)
    {
        var match = Names().Match(path);
        var task = match.Groups["task"];
        return match.Success
            ? (Uri.UnescapeDataString(match.Groups["model"].Value), task.Success ? task.Value : null)
            : throw new InvalidRequestException(
                "The path names no model. It is /models/<model>, or /pipeline/<task>/<model>.");
    }

    [GeneratedRegex(
        "^(?:/hf-inference)?/models/(?<model>.+?)(?:/pipeline/(?<task>[^/]+))?$|^/pipeline/(?<task>[^/]+)/(?<model>.+)$",
        RegexOptions.IgnoreCase)]
    private static partial Regex Names();
}
