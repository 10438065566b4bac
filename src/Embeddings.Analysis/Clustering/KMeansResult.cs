namespace Embeddings.Analysis.Clustering;

/// <summary>Clusters that <see cref="KMeans"/> found.</summary>
/// <param name="Labels">
/// [rows] the cluster of each row, 0 to clusters − 1. With fewer different rows than clusters some clusters are empty.
/// </param>
/// <param name="Centroids">
/// [clusters, dimensions] the mean of each cluster's rows; scaled to length 1 if spherical.
/// </param>
/// <param name="Inertia">Σ of the squared Euclidean distances of rows to their centroids.</param>
/// <param name="Iterations">Iterations of the run that counts.</param>
public sealed record KMeansResult(int[] Labels, float[] Centroids, double Inertia, int Iterations);
