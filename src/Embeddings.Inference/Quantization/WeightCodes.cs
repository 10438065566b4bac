namespace Embeddings.Inference.Quantization;

/// <summary>Weights as 8-bit integers with a scale for each channel: weight ≈ code × scale.</summary>
/// <param name="Codes">In the weights' own order.</param>
/// <param name="Scales">One for each channel.</param>
internal sealed record WeightCodes(sbyte[] Codes, float[] Scales)
{
    private const int MostCode = 127;

    // Processors without VNNI multiply activations of 0 to 255 with codes and add neighbours as 16-bit integers that
    // stop at 32,767. 255 × 128 = 32,640 fits, so two neighbours of one sign may have 128 together; then all processors
    // compute the same.
    private const int MostPair = 128;

    /// <summary>A matrix by column.</summary>
    /// <param name="weights">[rows, columns], row-major. A product's sum runs over rows.</param>
    /// <param name="columns">Columns.</param>
    public static WeightCodes ByColumn(ReadOnlySpan<float> weights, int columns)
    {
        var rows = weights.Length / columns;
        var most = new float[columns];
        var pairs = new float[columns];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var weight = weights[(row * columns) + column];
                var next = row % 2 == 0 && row + 1 < rows ? weights[((row + 1) * columns) + column] : 0;
                most[column] = MathF.Max(most[column], MathF.Abs(weight));
                pairs[column] = MathF.Max(pairs[column], weight * next > 0 ? MathF.Abs(weight + next) : 0);
            }
        }

        // One step less for a pair, because both codes may be rounded up.
        var scales = new float[columns];
        for (var column = 0; column < columns; column++)
        {
            scales[column] = Scale(MathF.Max(most[column] / MostCode, pairs[column] / (MostPair - 1)));
        }

        var codes = new sbyte[weights.Length];
        for (var i = 0; i < codes.Length; i++)
        {
            codes[i] = Code(weights[i], scales[i % columns]);
        }

        return new WeightCodes(codes, scales);
    }

    /// <summary>A table by row.</summary>
    /// <param name="table">[rows, columns], row-major.</param>
    /// <param name="columns">Columns.</param>
    public static WeightCodes ByRow(ReadOnlySpan<float> table, int columns)
    {
        var scales = new float[table.Length / columns];
        var codes = new sbyte[table.Length];
        for (var row = 0; row < scales.Length; row++)
        {
            var values = table.Slice(row * columns, columns);
            var most = 0f;
            foreach (var value in values)
            {
                most = MathF.Max(most, MathF.Abs(value));
            }

            scales[row] = Scale(most / MostCode);
            for (var column = 0; column < columns; column++)
            {
                codes[(row * columns) + column] = Code(values[column], scales[row]);
            }
        }

        return new WeightCodes(codes, scales);
    }

    // Channels of zeros need some scale, too.
    private static float Scale(float scale) => scale > 0 ? scale : 1;

    private static sbyte Code(float weight, float scale) =>
        (sbyte)Math.Clamp(MathF.Round(weight / scale), -MostCode, MostCode);
}
