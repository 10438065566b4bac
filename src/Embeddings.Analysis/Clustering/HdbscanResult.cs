namespace Embeddings.Analysis.Clustering;

/// <summary>Clusters that <see cref="Hdbscan"/> found.</summary>
/// <param name="Labels">[rows] the cluster of each row, from 0; −1 for noise.</param>
/// <param name="Probabilities">
/// [rows] how dense a row's place is, as a share of its cluster's densest place: 0 to 1; 0 for noise.
/// </param>
/// <param name="Clusters">Number of clusters, 0 where all is noise.</param>
public sealed record HdbscanResult(int[] Labels, double[] Probabilities, int Clusters);
