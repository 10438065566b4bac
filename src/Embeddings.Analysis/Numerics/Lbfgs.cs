using System.Numerics.Tensors;

namespace Embeddings.Analysis.Numerics;

/// <summary>
/// Minimises a smooth, strictly convex function of which only the gradient is known: L-BFGS (Nocedal and Wright 2006,
/// algorithm 7.5) with a preconditioner as its first matrix. A step is judged by the slope at its end, as in the
/// approximate Wolfe conditions of Hager and Zhang (2005): near the minimum, rounding hides that the value of the
/// function has become smaller, while the slope still shows it. What it has learnt of the curvature serves the next
/// function, too, so a function of nearly the same curvature takes few steps.
/// </summary>
/// <param name="preconditioner">Of the Hessian; called once before each step.</param>
internal sealed class Lbfgs(Lbfgs.Preconditioner preconditioner)
{
    // Pairs of steps and changes of the gradient that are kept; scipy's default.
    private const int History = 10;

    // A step is too long if the slope at its end is positive and above this part of the slope at its start.
    private const double MostSlope = 0.8;
    private const int MostTrials = 20;

    private readonly Queue<Pair> _pairs = new(History);

    /// <summary>Writes the gradient at a point.</summary>
    public delegate void Gradient(double[] point, double[] gradient);

    /// <summary>Multiplies by a positive definite approximation of the inverse Hessian.</summary>
    public delegate void Preconditioner(double[] vector, double[] product);

    /// <summary>Minimises a function.</summary>
    /// <param name="gradient">Of the function.</param>
    /// <param name="point">Where to start; the minimum afterwards.</param>
    /// <param name="tolerance">
    /// It ends when −g·d, about twice what is left to gain, is at most this; g is the gradient and d the next step.
    /// </param>
    /// <param name="mostSteps">It ends after as many steps at the latest.</param>
    /// <param name="progress">Told −g·d before each step.</param>
    /// <returns>Steps taken.</returns>
    public int Minimize(
        Gradient gradient, double[] point, double tolerance, int mostSteps, Action<double> progress)
    {
        var length = point.Length;
        var (current, next) = (new double[length], new double[length]);
        var (direction, work, trial) = (new double[length], new double[length], new double[length]);
        gradient(point, current);
        for (var steps = 0; steps < mostSteps; steps++)
        {
            SetDirection(current, work, direction);
            var slope = DoubleMath.Dot(current, direction);
            progress(-slope);
            if (!(-slope > tolerance))
            {
                return steps;
            }

            Search(gradient, point, direction, slope, trial, next);
            Learn(point, trial, current, next);
            trial.CopyTo(point, 0);
            (current, next) = (next, current);
        }

        return mostSteps;
    }

    private void Learn(double[] from, double[] to, double[] gradientFrom, double[] gradientTo)
    {
        var pair = _pairs.Count == History
            ? _pairs.Dequeue()
            : new Pair(new double[from.Length], new double[from.Length]);
        TensorPrimitives.Subtract(to, from, pair.Step);
        TensorPrimitives.Subtract(gradientTo, gradientFrom, pair.Change);
        pair.Product = DoubleMath.Dot(pair.Step, pair.Change);
        // Of a strictly convex function it is positive, unless rounding has eaten the change.
        if (pair.Product > 0)
        {
            _pairs.Enqueue(pair);
        }
    }

    // The two loops of the algorithm: direction = −H·gradient.
    private void SetDirection(double[] gradient, double[] work, double[] direction)
    {
        gradient.CopyTo(work, 0);
        foreach (var pair in _pairs.Reverse())
        {
            pair.Weight = DoubleMath.Dot(pair.Step, work) / pair.Product;
            DoubleMath.AddScaled(-pair.Weight, pair.Change, work);
        }

        preconditioner(work, direction);
        foreach (var pair in _pairs)
        {
            var weight = pair.Weight - (DoubleMath.Dot(pair.Change, direction) / pair.Product);
            DoubleMath.AddScaled(weight, pair.Step, direction);
        }

        TensorPrimitives.Negate(direction, direction);
    }

    // Writes the end of the step and the gradient there.
    private static void Search(
        Gradient gradient, double[] point, double[] direction, double slope, double[] trial, double[] next)
    {
        var length = 1.0;
        for (var trials = 1; ; trials++)
        {
            point.CopyTo(trial, 0);
            DoubleMath.AddScaled(length, direction, trial);
            gradient(trial, next);
            var slopeThere = DoubleMath.Dot(next, direction);
            if (slopeThere <= -MostSlope * slope || trials == MostTrials)
            {
                return;
            }

            // The slope of a convex function rises along the line: its zero by linear interpolation.
            length *= Math.Clamp(slope / (slope - slopeThere), 0.1, 0.5);
        }
    }

    private sealed record Pair(double[] Step, double[] Change)
    {
        public double Product { get; set; }

        public double Weight { get; set; }
    }
}
