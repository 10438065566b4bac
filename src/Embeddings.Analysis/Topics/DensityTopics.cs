using Embeddings.Analysis.Clustering;

namespace Embeddings.Analysis.Topics;

/// <summary>
/// Finds topics as dense places of a map. HDBSCAN's least cluster size decides how many there are, and no size fits all
/// collections: so a range of sizes is tried, with both ways to select clusters. The division counts in which most
/// neighbours share a topic, compared with chance, and documents belong to their topics most clearly.
/// </summary>
internal sealed class DensityTopics(Points documents, Points map, NeighborVotes votes)
{
    // More neighbours smooth the density more; 5 to 20 made little difference.
    private const int MinSamples = 10;

    private const int SmallestSize = 10;

    // Up to so many topics are looked for, since each can have as few as one in so many documents.
    private const int MostTopics = 500;

    // A topic of more than one in so many documents is not looked for: it would be found by a smaller size as well.
    private const int LargestShare = 8;

    private const double SizeStep = 1.26;

    // Neighbours alone find too few topics of many small ones; 0.25 to 1 made little difference.
    private const double StrengthWeight = 0.5;

    // Steps from the map to the vectors themselves, to see how clear the topics are there; 4 made little difference.
    private const int Steps = 2;

    /// <summary>The best division; one topic where nothing is denser than the rest.</summary>
    /// <param name="minSize">Documents that a topic must have to be found; null for a range of sizes.</param>
    public Division Find(int? minSize)
    {
        var hierarchy = new SingleLinkage(Hdbscan.SpanningTree(map, MinSamples, progress: null));
        var best = (Division: Division.One(documents.Count), Score: double.NegativeInfinity);
        var tried = new HashSet<(int Clusters, int Noise)>();
        foreach (var size in minSize is { } given ? [given] : Sizes())
        {
            var tree = new CondensedTree(hierarchy, size);
            foreach (var selection in new[] { ClusterSelection.ExcessOfMass, ClusterSelection.Leaf })
            {
                var found = Hdbscan.Select(tree, selection);
                // Neighbouring sizes often give the same clusters.
                if (found.Clusters > 1 && tried.Add((found.Clusters, found.Labels.Count(label => label < 0))))
                {
                    var division = Complete(found);
                    var score = Score(division);
                    best = score > best.Score ? (division, score) : best;
                }
            }
        }

        return best.Division;
    }

    private IEnumerable<int> Sizes()
    {
        var largest = Math.Max(documents.Count / LargestShare, 2);
        double size = Math.Clamp(documents.Count / MostTopics, Math.Min(SmallestSize, largest), largest);
        for (; size <= largest; size *= SizeStep)
        {
            yield return (int)Math.Round(size);
        }
    }

    // Documents in thin places go to the nearest centroid of the map.
    private Division Complete(HdbscanResult found)
    {
        var isThin = found.Labels.Select(label => label < 0).ToArray();
        int[] dense = [.. Enumerable.Range(0, isThin.Length).Where(document => !isThin[document])];
        var centroids = new float[found.Clusters * map.Dimensions];
        new ClusterMeans(map.Take(dense), found.Clusters, isSpherical: false)
            .Update([.. dense.Select(document => found.Labels[document])], centroids);
        var nearest = new int[isThin.Length];
        new NearestCentroids(map, map.Mean()).Find(centroids, nearest);
        int[] topics = [.. found.Labels.Select((label, document) => label < 0 ? nearest[document] : label)];
        return new(topics, isThin, found.Clusters);
    }

    private double Score(Division division)
    {
        var (topics, strengths, _) = division.ByVectors(documents, Steps);
        return votes.Modularity(topics, division.Count) + (StrengthWeight * strengths.Average());
    }
}
