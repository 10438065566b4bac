namespace Embeddings.Api.Wire;

/// <summary>A version of Cohere's API.</summary>
/// <param name="Version"><c>1</c> or <c>2</c>.</param>
public sealed record CohereApiVersion(string Version);
