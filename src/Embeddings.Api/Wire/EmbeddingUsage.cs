namespace Embeddings.Api.Wire;

/// <summary>Tokens read by the model, [CLS] and [SEP] included, after cutting.</summary>
/// <param name="PromptTokens">Tokens of all inputs; a repeated input counts each time.</param>
/// <param name="TotalTokens">The same: embeddings have no completion.</param>
public sealed record EmbeddingUsage(long PromptTokens, long TotalTokens);
