using Embeddings.Vectors;

namespace Embeddings.Storage;

/// <summary>What a collection is.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Settings">What it was made with, for good.</param>
/// <param name="Created">When it was made.</param>
public sealed record CollectionInfo(string Name, CollectionSettings Settings, DateTimeOffset Created);

/// <summary>What a collection takes, about.</summary>
/// <param name="MemoryBytes">Bytes of memory: vectors, ids and what filters see.</param>
/// <param name="DiskBytes">Bytes on disk: its documents, without what pages of the file leave empty. Null while it is not loaded.</param>
public sealed record CollectionSize(long MemoryBytes, long? DiskBytes);

/// <summary>What a collection is made with, for good.</summary>
/// <param name="Model">Id of the model whose vectors it holds; null for vectors of nobody's in particular.</param>
/// <param name="Dimensions">Numbers in a vector.</param>
/// <param name="Metric">How vectors are compared.</param>
public sealed record CollectionSettings(string? Model, int Dimensions, Metric Metric);
