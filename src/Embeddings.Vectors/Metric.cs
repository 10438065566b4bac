namespace Embeddings.Vectors;

/// <summary>How two vectors are compared.</summary>
public enum Metric
{
    /// <summary>Cosine of the angle, −1 to 1, larger is nearer. A zero vector has cosine 0 with everything.</summary>
    Cosine,

    /// <summary>Dot product, larger is nearer. FAISS: <c>METRIC_INNER_PRODUCT</c>.</summary>
    InnerProduct,

    /// <summary>
    /// Euclidean distance √Σ(x − y)², not squared; smaller is nearer. FAISS: <c>METRIC_L2</c>, whose scores are the
    /// squared distance. Scores here are not squared because the squares of distances below 1e-23 are all zero in a
    /// float.
    /// </summary>
    Euclidean,
}
