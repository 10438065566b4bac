using Embeddings.Analysis.Clustering;
using Embeddings.Analysis.Neighbors;
using Embeddings.Analysis.Numerics;

namespace Embeddings.Analysis.Topics;

/// <summary>
/// What the nearest neighbours of documents say about a division into topics. A neighbour's voice is its cosine, or 0
/// where that is negative.
/// </summary>
internal sealed class NeighborVotes(NeighborTable neighbors, ThreadTeam team)
{
    // A division into many topics loses little to chance: 1 finds too few topics, 4 too many. Tried on titles in 20
    // classes, and on questions in 77 and in 150.
    private const double Resolution = 2.5;

    // What all neighbours together weigh against a cosine; 0.3 to 1 made little difference.
    private const double VoteWeight = 0.5;

    private const int Rounds = 3;

    private const int DocumentsInChunk = 512;

    /// <summary>
    /// How many more neighbours are in the same topic than by chance, as a share: modularity with a resolution
    /// (J. Reichardt and S. Bornholdt, "Statistical mechanics of community detection", 2006).
    /// </summary>
    public double Modularity(int[] topics, int count)
    {
        var (inside, total, voices) = (0.0, 0.0, new double[count]);
        for (var document = 0; document < topics.Length; document++)
        {
            var indices = neighbors.IndicesOf(document);
            var distances = neighbors.DistancesOf(document);
            for (var i = 0; i < indices.Length; i++)
            {
                var (voice, other) = (Voice(distances[i]), topics[indices[i]]);
                total += voice;
                inside += other == topics[document] ? voice : 0;
                voices[topics[document]] += voice / 2;
                voices[other] += voice / 2;
            }
        }

        return total == 0 ? 0 : (inside / total) - (Resolution * voices.Sum(voice => voice / total * (voice / total)));
    }

    /// <summary>
    /// Moves documents to the topic of the largest sum of the cosine to its centroid and of its share of the
    /// neighbours' voices, a few times over.
    /// </summary>
    /// <param name="documents">Of length 1.</param>
    /// <param name="topics">[documents]</param>
    /// <param name="centroids">[topics, dimensions] of length 1.</param>
    public int[] Move(Points documents, int[] topics, float[] centroids)
    {
        for (var round = 0; round < Rounds; round++)
        {
            // Everybody sees the round before: the result must not depend on the order.
            var (before, after) = (topics, new int[topics.Length]);
            team.Ranges(topics.Length, DocumentsInChunk, (from, to) =>
            {
                var shares = new Dictionary<int, double>();
                for (var document = from; document < to; document++)
                {
                    after[document] = Best(document, documents, before, centroids, shares);
                }
            });
            topics = after;
        }

        return topics;
    }

    private int Best(
        int document, Points documents, int[] topics, float[] centroids, Dictionary<int, double> shares)
    {
        shares.Clear();
        shares[topics[document]] = 0;
        var indices = neighbors.IndicesOf(document);
        var distances = neighbors.DistancesOf(document);
        var total = 0.0;
        for (var i = 0; i < indices.Length; i++)
        {
            var topic = topics[indices[i]];
            shares[topic] = shares.GetValueOrDefault(topic) + Voice(distances[i]);
            total += Voice(distances[i]);
        }

        var best = (Topic: topics[document], Score: double.NegativeInfinity);
        foreach (var (topic, share) in shares)
        {
            var centroid = centroids.AsSpan(topic * documents.Dimensions, documents.Dimensions);
            var vote = total == 0 ? 0 : VoteWeight * share / total;
            var score = DoubleMath.Dot(documents.Row(document), centroid) + vote;
            // Of equal ones the first in number, since a dictionary has no order of its own.
            if (score > best.Score || (score == best.Score && topic < best.Topic))
            {
                best = (topic, score);
            }
        }

        return best.Topic;
    }

    private static double Voice(float distance) => Math.Max(0, 1 - (double)distance);
}
