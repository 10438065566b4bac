namespace Embeddings.Storage;

/// <summary>A classifier as it is kept. What is in its parts is the caller's own matter.</summary>
/// <param name="Name">Its name, unique among classifiers.</param>
/// <param name="Model">Id of the model whose vectors it judges.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Description">What it is, as a text.</param>
/// <param name="Content">The classifier itself.</param>
public sealed record StoredClassifier(
    string Name, string Model, DateTimeOffset Created, string Description, ReadOnlyMemory<byte> Content);
