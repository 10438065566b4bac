using System.Buffers;
using System.Numerics.Tensors;
using Embeddings.Analysis.Numerics;
using Embeddings.Vectors.Simd;

namespace Embeddings.Analysis.Classification;

/// <summary>
/// The gradient of multinomial logistic regression: Xᵀ·(softmax(X·W + b) − Y) + λ·W. Products are in floats and sums
/// over examples in doubles. Each number is summed in one order, whatever the number of threads and the width of
/// registers. Parameters are [dimensions + 1, width], row-major: a row for each coordinate and a last one for the
/// intercepts; width is the number of classes, rounded up to whole registers. For one thread at a time.
/// </summary>
internal sealed class SoftmaxGradient
{
    // Examples that are summed in floats, so that 3 panels of their residuals stay in the first cache.
    private const int Chunk = 128;

    // Coordinates that one task sums.
    private const int RowsOfTask = 32;

    private readonly ReadOnlyMemory<float> _vectors;
    private readonly int[] _labels;
    private readonly int _count;
    private readonly int _dimensions;
    private readonly int _classes;
    private readonly double _penalty;
    private readonly ThreadTeam _team;
    private readonly int _lanes = BlockKernel.PanelWidth;

    // [chunks, dimensions + 1, Chunk]: the vectors transposed, and a row of ones.
    private readonly float[] _transposed;

    // [chunks, panels, Chunk, lanes]: softmax − Y.
    private readonly float[] _residuals;

    // [panels, dimensions, lanes] and [width].
    private readonly float[] _weights;
    private readonly float[] _intercepts;

    /// <param name="vectors">[examples, dimensions].</param>
    /// <param name="labels">Class of each example.</param>
    /// <param name="dimensions">Numbers in a vector.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="penalty">λ.</param>
    /// <param name="team">The threads.</param>
    public SoftmaxGradient(
        ReadOnlyMemory<float> vectors, int[] labels, int dimensions, int classes, double penalty,
        ThreadTeam team)
    {
        (_vectors, _labels, _count, _dimensions) = (vectors, labels, labels.Length, dimensions);
        (_classes, _penalty, _team) = (classes, penalty, team);
        Width = Softmax.Padded(classes);
        Chunks = (_count + Chunk - 1) / Chunk;
        _transposed = new float[(long)Chunks * (dimensions + 1) * Chunk];
        _residuals = new float[(long)Chunks * Width * Chunk];
        _weights = new float[Width * dimensions];
        _intercepts = new float[Width];
        team.Chunks(Chunks, Transpose);
    }

    /// <summary>Classes, rounded up.</summary>
    public int Width { get; }

    /// <summary>Rows of the parameters.</summary>
    public int Rows => _dimensions + 1;

    /// <summary>Number of examples.</summary>
    public int Count => _count;

    private int Chunks { get; }

    /// <summary>Examples that do not count: from the first to before the second.</summary>
    public (int From, int To) Excluded { get; set; }

    /// <summary>Writes the gradient at a point.</summary>
    public void At(double[] parameters, double[] gradient)
    {
        Pack(parameters);
        _team.Chunks(Chunks, SetResiduals);
        _team.Chunks(
            (Rows + RowsOfTask - 1) / RowsOfTask, task => AddProducts(task * RowsOfTask, parameters, gradient));
    }

    /// <summary>
    /// X̃ᵀ·X̃, [rows, rows], where X̃ are the vectors with a last column of ones; the lower triangle.
    /// </summary>
    public double[] Gram()
    {
        var gram = new double[Rows * Rows];
        _team.Chunks((Rows + RowsOfTask - 1) / RowsOfTask, task =>
        {
            var first = task * RowsOfTask;
            var rows = Math.Min(RowsOfTask, Rows - first);
            var columns = Softmax.Padded(first + rows);
            var (packed, sums) = (new float[columns * Chunk], new float[rows * columns]);
            for (var chunk = 0; chunk < Chunks; chunk++)
            {
                var transposed = _transposed.AsSpan(chunk * Rows * Chunk, Rows * Chunk);
                BlockKernel.Pack(transposed[..((first + rows) * Chunk)], Chunk, packed);
                BlockKernel.Dot(transposed[(first * Chunk)..], Chunk, packed, Chunk, sums);
                for (var i = 0; i < rows; i++)
                {
                    DoubleMath.Add(sums.AsSpan(i * columns, first + rows), gram.AsSpan((first + i) * Rows));
                }
            }
        });
        return gram;
    }

    /// <summary>p(1 − p) of each example for a class, at the point of the last gradient.</summary>
    public void CopyWeights(int label, Span<float> weights)
    {
        var (panel, lane) = (label / _lanes, label % _lanes);
        for (var i = 0; i < _count; i++)
        {
            // The residual is p, or p − 1.
            var residual = Math.Abs(_residuals[PlaceOf(i / Chunk, panel, i % Chunk) + lane]);
            weights[i] = residual * (1 - residual);
        }
    }

    /// <summary>Examples times the roots of weights, [examples, rows].</summary>
    public float[] Weighted(int[] examples, float[] weights)
    {
        var rows = new float[examples.Length * Rows];
        for (var i = 0; i < examples.Length; i++)
        {
            var row = rows.AsSpan(i * Rows, Rows);
            var root = MathF.Sqrt(weights[i]);
            var vector = _vectors.Span.Slice(examples[i] * _dimensions, _dimensions);
            TensorPrimitives.Multiply(vector, root, row[.._dimensions]);
            row[_dimensions] = root;
        }

        return rows;
    }

    private int PlaceOf(int chunk, int panel, int row) =>
        ((((chunk * (Width / _lanes)) + panel) * Chunk) + row) * _lanes;

    private void Transpose(int chunk)
    {
        var first = chunk * Chunk;
        var count = Math.Min(Chunk, _count - first);
        var vectors = _vectors.Span.Slice(first * _dimensions, count * _dimensions);
        var target = _transposed.AsSpan(chunk * Rows * Chunk, Rows * Chunk);
        for (var i = 0; i < count; i++)
        {
            for (var (j, at) = (i * _dimensions, i); j < (i + 1) * _dimensions; j++, at += Chunk)
            {
                target[at] = vectors[j];
            }
        }

        target.Slice(_dimensions * Chunk, count).Fill(1);
    }

    private void Pack(double[] parameters)
    {
        for (var i = 0; i < _dimensions; i++)
        {
            for (var panel = 0; panel < Width / _lanes; panel++)
            {
                TensorPrimitives.ConvertTruncating<double, float>(
                    parameters.AsSpan((i * Width) + (panel * _lanes), _lanes),
                    _weights.AsSpan(((panel * _dimensions) + i) * _lanes, _lanes));
            }
        }

        _intercepts.AsSpan().Fill(Softmax.Never);
        for (var k = 0; k < _classes; k++)
        {
            _intercepts[k] = (float)parameters[(_dimensions * Width) + k];
        }
    }

    private void SetResiduals(int chunk)
    {
        var logits = ArrayPool<float>.Shared.Rent(Chunk * Width);
        if (IsExcluded(chunk))
        {
            return;
        }

        var first = chunk * Chunk;
        var count = Math.Min(Chunk, _count - first);
        BlockKernel.Dot(
            _vectors.Span.Slice(first * _dimensions, count * _dimensions), _dimensions, _weights, _dimensions,
            logits.AsSpan(0, count * Width));
        for (var i = 0; i < count; i++)
        {
            var row = logits.AsSpan(i * Width, Width);
            TensorPrimitives.Add(row, _intercepts, row);
            Softmax.InPlace(row);
            row[_labels[first + i]] -= 1;
            if (first + i >= Excluded.From && first + i < Excluded.To)
            {
                row.Clear();
            }

            for (var panel = 0; panel < Width / _lanes; panel++)
            {
                row.Slice(panel * _lanes, _lanes)
                    .CopyTo(_residuals.AsSpan(PlaceOf(chunk, panel, i)));
            }
        }

        ArrayPool<float>.Shared.Return(logits);
    }

    private bool IsExcluded(int chunk) =>
        chunk * Chunk >= Excluded.From && Math.Min((chunk + 1) * Chunk, _count) <= Excluded.To;

    private void AddProducts(int first, double[] parameters, double[] gradient)
    {
        var pooled = ArrayPool<float>.Shared.Rent(RowsOfTask * Width);
        var rows = Math.Min(RowsOfTask, Rows - first);
        var sums = pooled.AsSpan(0, rows * Width);
        var target = gradient.AsSpan(first * Width, rows * Width);
        var penalised = Math.Min(rows, _dimensions - first) * Width;
        target.Clear();
        TensorPrimitives.Multiply(parameters.AsSpan(first * Width, penalised), _penalty, target);
        for (var chunk = 0; chunk < Chunks; chunk++)
        {
            if (IsExcluded(chunk))
            {
                continue;
            }

            BlockKernel.Dot(
                _transposed.AsSpan(((chunk * Rows) + first) * Chunk, rows * Chunk), Chunk,
                _residuals.AsSpan(chunk * Width * Chunk, Width * Chunk), Chunk, sums);
            DoubleMath.Add(sums, target);
        }

        ArrayPool<float>.Shared.Return(pooled);
    }
}
