namespace Embeddings.Analysis.Classification;

/// <summary>How a classifier was made.</summary>
public enum ClassifierMethod
{
    /// <summary>From the vectors of the labels' names alone: a score is 20 times the cosine to a name.</summary>
    Names,

    /// <summary>From examples, by multinomial logistic regression; a label's name is one example more.</summary>
    Logistic,
}
