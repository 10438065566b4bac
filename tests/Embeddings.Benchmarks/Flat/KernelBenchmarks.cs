using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using Embeddings.Vectors;

namespace Embeddings.Benchmarks.Flat;

/// <summary>Our loops against <see cref="TensorPrimitives"/>: one that does not win is to be deleted.</summary>
[CategoriesColumn]
[GroupBenchmarksBy(BenchmarkDotNet.Configs.BenchmarkLogicalGroupRule.ByCategory)]
public class KernelBenchmarks
{
    private const int Rows = 256;
    private const int Queries = 32;

    private float[] _x = [];
    private float[] _y = [];
    private float[] _rows = [];
    private float[] _queries = [];
    private float[] _scores = [];

    /// <summary>Coordinates of a vector.</summary>
    [Params(32, 384, 768)]
    public int Dimensions { get; set; }

    /// <summary>Makes the vectors.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _x = VectorSets.Make("uniform", 1, Dimensions, seed: 1);
        _y = VectorSets.Make("uniform", 1, Dimensions, seed: 2);
        _rows = VectorSets.Make("uniform", Rows, Dimensions, seed: 3);
        _queries = VectorSets.Make("uniform", Queries, Dimensions, seed: 4);
        _scores = new float[Rows * Queries];
    }

    /// <summary>The library's.</summary>
    [Benchmark(Baseline = true)]
    [BenchmarkCategory("dot")]
    public float DotLibrary() => TensorPrimitives.Dot<float>(_x, _y);

    /// <summary>Ours.</summary>
    [Benchmark]
    [BenchmarkCategory("dot")]
    public float Dot() => VectorMath.Dot(_x, _y);

    /// <summary>The library's, as far as it goes: the root of the sum.</summary>
    [Benchmark(Baseline = true)]
    [BenchmarkCategory("distance")]
    public float DistanceLibrary() => TensorPrimitives.Distance<float>(_x, _y);

    /// <summary>Ours, without the root.</summary>
    [Benchmark]
    [BenchmarkCategory("distance")]
    public float Distance() => VectorMath.SquaredDistance(_x, _y);

    /// <summary>The library's.</summary>
    [Benchmark(Baseline = true)]
    [BenchmarkCategory("cosine")]
    public float CosineLibrary() => TensorPrimitives.CosineSimilarity<float>(_x, _y);

    /// <summary>Ours.</summary>
    [Benchmark]
    [BenchmarkCategory("cosine")]
    public float Cosine() => VectorMath.Cosine(_x, _y);

    /// <summary>The library's.</summary>
    [Benchmark(Baseline = true)]
    [BenchmarkCategory("norm")]
    public float NormLibrary() => TensorPrimitives.Norm<float>(_x);

    /// <summary>Ours.</summary>
    [Benchmark]
    [BenchmarkCategory("norm")]
    public float Norm() => VectorMath.Norm(_x);

    /// <summary>The library's, row by row.</summary>
    [Benchmark(Baseline = true)]
    [BenchmarkCategory("one to 256")]
    public void OneToManyLibrary()
    {
        for (var row = 0; row < Rows; row++)
        {
            _scores[row] = TensorPrimitives.Dot<float>(_x, _rows.AsSpan(row * Dimensions, Dimensions));
        }
    }

    /// <summary>Ours.</summary>
    [Benchmark]
    [BenchmarkCategory("one to 256")]
    public void OneToMany() => VectorMath.Scores(Metric.InnerProduct, _x, _rows, _scores.AsSpan(0, Rows));

    /// <summary>The library's, pair by pair.</summary>
    [Benchmark(Baseline = true)]
    [BenchmarkCategory("256 to 32")]
    public void ManyToManyLibrary()
    {
        for (var row = 0; row < Rows; row++)
        {
            for (var query = 0; query < Queries; query++)
            {
                _scores[(row * Queries) + query] = TensorPrimitives.Dot<float>(
                    _rows.AsSpan(row * Dimensions, Dimensions), _queries.AsSpan(query * Dimensions, Dimensions));
            }
        }
    }

    /// <summary>Ours, packing included.</summary>
    [Benchmark]
    [BenchmarkCategory("256 to 32")]
    public void ManyToMany() => VectorMath.ScoreMatrix(Metric.InnerProduct, _rows, _queries, Dimensions, _scores);
}
