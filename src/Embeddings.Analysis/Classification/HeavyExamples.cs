using System.Numerics.Tensors;
using Embeddings.Analysis.Numerics;
using Embeddings.Vectors.Simd;

namespace Embeddings.Analysis.Classification;

/// <summary>
/// What a few examples A [examples, rows] add to the inverse of a matrix M, by Woodbury's formula: (M + Aᵀ·A)⁻¹ =
/// M⁻¹ − Bᵀ·(1 + B·Aᵀ)⁻¹·B with B = A·M⁻¹.
/// </summary>
internal sealed class HeavyExamples
{
    private readonly int _rows;
    private readonly int _count;

    // B, [examples, rows], and Cholesky's factor of 1 + B·Aᵀ.
    private readonly float[] _products;
    private readonly double[] _factor;

    /// <param name="examples">A.</param>
    /// <param name="rows">Numbers of an example.</param>
    /// <param name="inverse">M⁻¹, packed for the block kernel.</param>
    public HeavyExamples(float[] examples, int rows, float[] inverse)
    {
        (_rows, _count) = (rows, examples.Length / rows);
        var wide = Dots(examples, inverse);
        _products = new float[examples.Length];
        for (var i = 0; i < _count; i++)
        {
            wide.AsSpan(i * wide.Length / _count, rows).CopyTo(_products.AsSpan(i * rows));
        }

        var lanes = BlockKernel.PanelWidth;
        var packed = new float[(_count + lanes - 1) / lanes * lanes * rows];
        BlockKernel.Pack(examples, rows, packed);
        var square = Dots(_products, packed);
        _factor = new double[_count * _count];
        for (var i = 0; i < _count; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                _factor[(i * _count) + j] = square[(i * square.Length / _count) + j] + (i == j ? 1 : 0);
            }
        }

        PositiveDefinite.Factor(_factor, _count);
    }

    /// <summary>Takes Bᵀ·(1 + B·Aᵀ)⁻¹·B times a column of a matrix from the same column of its product.</summary>
    /// <param name="vectors">[rows, width]</param>
    /// <param name="product">[rows, width]</param>
    /// <param name="column">The column.</param>
    /// <param name="width">Columns.</param>
    public void Correct(double[] vectors, double[] product, int column, int width)
    {
        var vector = new float[_rows];
        for (var i = 0; i < _rows; i++)
        {
            vector[i] = (float)vectors[(i * width) + column];
        }

        var parts = new double[_count];
        for (var i = 0; i < _count; i++)
        {
            parts[i] = TensorPrimitives.Dot<float>(_products.AsSpan(i * _rows, _rows), vector);
        }

        PositiveDefinite.Solve(_factor, _count, parts);
        Array.Clear(vector);
        for (var i = 0; i < _count; i++)
        {
            TensorPrimitives.MultiplyAdd(_products.AsSpan(i * _rows, _rows), (float)parts[i], vector, vector);
        }

        for (var i = 0; i < _rows; i++)
        {
            product[(i * width) + column] -= vector[i];
        }
    }

    private float[] Dots(float[] lines, float[] packed)
    {
        var dots = new float[lines.Length / _rows * (packed.Length / _rows)];
        BlockKernel.Dot(lines, _rows, packed, _rows, dots);
        return dots;
    }
}
