namespace Embeddings.Analysis.Projection;

/// <summary>
/// A quadtree or octree over positions (Barnes and Hut 1986): positions in the order of their Morton codes, and cells
/// in depth-first order, so that a search needs no stack: the cell after a cell's whole subtree is at Skip.
/// </summary>
internal sealed class BarnesHutTree
{
    // Positions of a cell that is not divided: they are then compared one by one.
    private const int LeafSize = 8;

    private const int RadixBits = 11;
    private const int Passes = 3;

    private readonly int _dimensions;
    private readonly int _levels;
    private readonly float _perTheta;
    private readonly uint[] _codes;
    private readonly uint[] _otherCodes;
    private readonly int[] _otherOrder;

    /// <param name="count">Positions.</param>
    /// <param name="dimensions">2 or 3.</param>
    /// <param name="theta">A cell is far enough if its width is less than this part of its distance.</param>
    public BarnesHutTree(int count, int dimensions, double theta)
    {
        _dimensions = dimensions;
        _levels = 32 / dimensions;
        _perTheta = (float)(1 / (theta * theta));
        (_codes, _otherCodes) = (new uint[count], new uint[count]);
        (Order, _otherOrder) = (new int[count], new int[count]);
        Sorted = [.. Enumerable.Range(0, dimensions).Select(_ => new float[count])];
        Cells = new Cell[count + 1];
    }

    /// <summary>One cell.</summary>
    internal struct Cell
    {
        /// <summary>The mean of its positions; Z is 0 in two dimensions.</summary>
        public float X, Y, Z;

        /// <summary>How many positions it has.</summary>
        public float Mass;

        /// <summary>The square of the distance from which it is far enough.</summary>
        public float FarFrom;

        /// <summary>The next cell outside of it.</summary>
        public int Skip;

        /// <summary>Its positions, in sorted order.</summary>
        public int From, To;

        /// <summary>Whether it has no cells within.</summary>
        public bool IsLeaf;
    }

    /// <summary>The cells in depth-first order, <see cref="CellCount"/> of them.</summary>
    public Cell[] Cells { get; private set; }

    public int CellCount { get; private set; }

    /// <summary>[count], which position stands at each place.</summary>
    public int[] Order { get; }

    /// <summary>[dimensions][count], the positions in that order.</summary>
    public float[][] Sorted { get; }

    /// <summary>Makes the tree of positions [dimensions][count].</summary>
    public void Build(float[][] positions)
    {
        var (least, width) = Bounds(positions);
        Encode(positions, least, width);
        Sort();
        for (var d = 0; d < _dimensions; d++)
        {
            for (var place = 0; place < Order.Length; place++)
            {
                Sorted[d][place] = positions[d][Order[place]];
            }
        }

        CellCount = 0;
        Divide(0, Order.Length, 0, width);
    }

    private (float[] Least, float Width) Bounds(float[][] positions)
    {
        var least = new float[_dimensions];
        var width = float.Epsilon;
        for (var d = 0; d < _dimensions; d++)
        {
            least[d] = positions[d].Min();
            width = Math.Max(width, positions[d].Max() - least[d]);
        }

        // The largest coordinate must fall into the last cell, not beyond it.
        return (least, width * 1.0001f);
    }

    private void Encode(float[][] positions, float[] least, float width)
    {
        var (scale, last) = ((float)(1 << _levels) / width, (uint)(1 << _levels) - 1);
        for (var i = 0; i < _codes.Length; i++)
        {
            var code = 0u;
            for (var d = 0; d < _dimensions; d++)
            {
                var cell = Math.Min(last, (uint)((positions[d][i] - least[d]) * scale));
                code |= (_dimensions == 2 ? Spread2(cell) : Spread3(cell)) << d;
            }

            (_codes[i], Order[i]) = (code, i);
        }
    }

    // Bits 0, 1, 2 … to 0, 2, 4 …
    private static uint Spread2(uint bits)
    {
        bits = (bits | (bits << 8)) & 0x00FF00FF;
        bits = (bits | (bits << 4)) & 0x0F0F0F0F;
        bits = (bits | (bits << 2)) & 0x33333333;
        return (bits | (bits << 1)) & 0x55555555;
    }

    // Bits 0, 1, 2 … to 0, 3, 6 …
    private static uint Spread3(uint bits)
    {
        bits = (bits | (bits << 16)) & 0x030000FF;
        bits = (bits | (bits << 8)) & 0x0300F00F;
        bits = (bits | (bits << 4)) & 0x030C30C3;
        return (bits | (bits << 2)) & 0x09249249;
    }

    // By code, equal codes as they were: a radix sort.
    private void Sort()
    {
        var (codes, order, otherCodes, otherOrder) = (_codes, Order, _otherCodes, _otherOrder);
        Span<int> starts = stackalloc int[1 << RadixBits];
        for (var pass = 0; pass < Passes; pass++)
        {
            var shift = pass * RadixBits;
            starts.Clear();
            foreach (var code in codes)
            {
                starts[(int)(code >> shift) & ((1 << RadixBits) - 1)]++;
            }

            var sum = 0;
            foreach (ref var start in starts)
            {
                (start, sum) = (sum, sum + start);
            }

            for (var i = 0; i < codes.Length; i++)
            {
                var place = starts[(int)(codes[i] >> shift) & ((1 << RadixBits) - 1)]++;
                (otherCodes[place], otherOrder[place]) = (codes[i], order[i]);
            }

            (codes, order, otherCodes, otherOrder) = (otherCodes, otherOrder, codes, order);
        }

        // Three passes leave the result in the other arrays.
        codes.CopyTo(_codes, 0);
        order.CopyTo(Order, 0);
    }

    private void Divide(int from, int to, int level, float width)
    {
        var index = CellCount++;
        if (index == Cells.Length)
        {
            var larger = Cells;
            Array.Resize(ref larger, 2 * larger.Length);
            Cells = larger;
        }

        var leaf = to - from <= LeafSize || level == _levels;
        if (!leaf)
        {
            var shift = _dimensions * (_levels - level - 1);
            var first = from;
            while (first < to)
            {
                var (digit, end) = (_codes[first] >> shift, first + 1);
                while (end < to && _codes[end] >> shift == digit)
                {
                    end++;
                }

                Divide(first, end, level + 1, width / 2);
                first = end;
            }
        }

        Cells[index] = Summary(index, from, to, leaf, width);
    }

    private Cell Summary(int index, int from, int to, bool leaf, float width)
    {
        var (x, y, z) = (0f, 0f, 0f);
        if (leaf)
        {
            for (var place = from; place < to; place++)
            {
                (x, y) = (x + Sorted[0][place], y + Sorted[1][place]);
                z += _dimensions == 3 ? Sorted[2][place] : 0;
            }
        }
        else
        {
            for (var child = index + 1; child < CellCount; child = Cells[child].Skip)
            {
                ref var cell = ref Cells[child];
                (x, y, z) = (x + (cell.X * cell.Mass), y + (cell.Y * cell.Mass), z + (cell.Z * cell.Mass));
            }
        }

        float mass = to - from;
        return new Cell
        {
            X = x / mass,
            Y = y / mass,
            Z = z / mass,
            Mass = mass,
            FarFrom = width * width * _perTheta,
            Skip = CellCount,
            From = from,
            To = to,
            IsLeaf = leaf,
        };
    }
}
