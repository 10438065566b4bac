using System.Globalization;
using Embeddings.Api.Wire;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embeddings.Api.Embedding;

/// <summary>What it took to embed the texts of a request.</summary>
/// <param name="Model">Id of the model; null when there was no text.</param>
/// <param name="Tokens">Tokens that the model read.</param>
/// <param name="TruncatedInputs">Texts whose ends were cut off, since they were longer than the model reads.</param>
internal sealed record EmbeddingSummary(string? Model, long Tokens, int TruncatedInputs)
{
    public static readonly EmbeddingSummary None = new(null, 0, 0);

    /// <summary>The tokens as replies have them.</summary>
    public EmbeddingUsage Usage => new(Tokens, Tokens);

    /// <summary>This and what came after it in the same request.</summary>
    public EmbeddingSummary And(EmbeddingSummary next) =>
        new(next.Model ?? Model, Tokens + next.Tokens, TruncatedInputs + next.TruncatedInputs);

    /// <summary>Says in the headers of a reply which model has embedded, and how many texts were cut.</summary>
    public void WriteTo(IHeaderDictionary headers)
    {
        if (Model is not null)
        {
            headers[ReplyHeaderNames.Model] = Model;
        }

        if (TruncatedInputs > 0)
        {
            headers[ReplyHeaderNames.TruncatedInputs] = TruncatedInputs.ToString(CultureInfo.InvariantCulture);
        }
    }
}

/// <summary>The reply to a request whose texts were embedded.</summary>
/// <param name="Body">The body.</param>
/// <param name="Summary">What the headers tell.</param>
internal sealed record EmbeddedReply<T>(T Body, EmbeddingSummary Summary);

/// <summary>The last step of every route that embeds.</summary>
internal static class EmbeddedReplies
{
    /// <summary>Writes the headers of a reply, and answers 200 with its body.</summary>
    public static async Task<Ok<T>> OkAsync<T>(this Task<EmbeddedReply<T>> reply, HttpResponse response)
    {
        var (body, summary) = await reply;
        summary.WriteTo(response.Headers);
        return TypedResults.Ok(body);
    }
}
