namespace Embeddings.Analysis.Clustering;

/// <summary>An edge of a minimum spanning tree of rows under mutual reachability.</summary>
/// <param name="From">A row.</param>
/// <param name="To">Another row.</param>
/// <param name="Distance">
/// Their mutual reachability distance: the largest of their Euclidean distance and both rows' core distances. A core
/// distance is that to the row's neighbour of a given number.
/// </param>
internal readonly record struct SpanningEdge(int From, int To, double Distance);
