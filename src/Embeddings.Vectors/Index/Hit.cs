namespace Embeddings.Vectors.Index;

/// <summary>A row that a search found.</summary>
/// <param name="Id">The caller's id of the row.</param>
/// <param name="Score">Cosine, dot product, or Euclidean distance (not squared), as the index' metric says.</param>
public readonly record struct Hit(long Id, float Score);
