namespace Embeddings.Api.Wire;

/// <summary>The model that a path names: a legacy engine, or an Azure deployment.</summary>
/// <param name="Model">Its name, decoded.</param>
internal sealed record Deployment(string Model);
