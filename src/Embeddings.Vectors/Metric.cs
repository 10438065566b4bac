namespace Embeddings.Vectors;

/// <summary>How two vectors are compared.</summary>
public enum Metric
{
    /// <summary>Cosine of the angle, −1 to 1, larger is nearer. A zero vector has cosine 0 with everything.</summary>
    Cosine,

    /// <summary>Dot product, larger is nearer. FAISS: <c>METRIC_INNER_PRODUCT</c>.</summary>
    InnerProduct,

    /// <summary>Euclidean distance, smaller is nearer. FAISS: <c>METRIC_L2</c>, whose scores are its squares; as floats, squares of distances below 1e-23 are all zero.</summary>
    Euclidean,
}
