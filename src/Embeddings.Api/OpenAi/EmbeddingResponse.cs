namespace Embeddings.Api.OpenAi;

/// <summary>One vector for each input, in the order of the inputs.</summary>
/// <param name="Object">Always <c>list</c>.</param>
/// <param name="Data">The vectors.</param>
/// <param name="Model">Id of the model that made them.</param>
/// <param name="Usage">The tokens it read.</param>
public sealed record EmbeddingResponse(string Object, IReadOnlyList<EmbeddingItem> Data, string Model, EmbeddingUsage Usage);

/// <summary>The vector of one input.</summary>
/// <param name="Object">Always <c>embedding</c>.</param>
/// <param name="Index">Which input, from 0.</param>
/// <param name="Embedding">Its vector, of Euclidean length 1.</param>
public sealed record EmbeddingItem(string Object, int Index, EmbeddingVector Embedding);

/// <summary>Tokens read by the model, [CLS] and [SEP] included, after cutting.</summary>
/// <param name="PromptTokens">Tokens of all inputs; a repeated input counts each time.</param>
/// <param name="TotalTokens">The same: embeddings have no completion.</param>
public sealed record EmbeddingUsage(long PromptTokens, long TotalTokens);
