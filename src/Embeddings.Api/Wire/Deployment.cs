namespace Embeddings.Api.Wire;

/// <summary>The model that a path names, as a legacy engine or as an Azure deployment.</summary>
/// <param name="Model">Its name, decoded.</param>
internal sealed record Deployment(string Model);
