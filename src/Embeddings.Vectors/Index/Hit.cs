namespace Embeddings.Vectors.Index;

/// <summary>A hit of a search: one of the k nearest rows.</summary>
/// <param name="Id">The caller's id of the row.</param>
/// <param name="Score">Cosine, dot product, or Euclidean distance (not squared), as the index' metric says.</param>
public readonly record struct Hit(long Id, float Score);
