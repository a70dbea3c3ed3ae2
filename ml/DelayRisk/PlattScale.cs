namespace EcomIntel.Ml.DelayRisk;

/// <summary>
/// Makes a probability of a score, by Platt's method with the past rate beside it: 1 / (1 + exp(-(slope x score + rate slope x odds + intercept))). Where the
/// score tells little of later data, the past rate speaks.
/// </summary>
internal sealed record PlattScale(double Slope, double RateSlope, double Intercept)
{
    /// <summary>Draws the slopes to 1 and 0, as if by some rows: on few rows they say little.</summary>
    private const double Ridge = 2;

    /// <param name="odds">Logarithm of the odds of the past rate.</param>
    public double Probability(double score, double odds) => 1 / (1 + Math.Exp(-(Slope * score + RateSlope * odds + Intercept)));

    /// <summary>Newton's steps on scores that the model was not grown on; the two targets are drawn a little to the middle, as Platt has them.</summary>
    public static PlattScale Fit(IReadOnlyList<(double Score, double Odds, bool Label)> seen)
    {
        var positives = seen.Count(each => each.Label);
        var (high, low) = ((positives + 1.0) / (positives + 2.0), 1.0 / (seen.Count - positives + 2.0));
        double[] weights = [0, 0, Math.Log((positives + 1.0) / (seen.Count - positives + 1.0))];
        for (var (step, loss) = (0, Loss(weights)); step < 50; step++)
        {
            double[] gradient = [Ridge * (weights[0] - 1), Ridge * weights[1], 0];
            var curve = new double[3, 3];
            (curve[0, 0], curve[1, 1], curve[2, 2]) = (Ridge, Ridge, 1e-9);
            foreach (var (score, odds, label) in seen)
            {
                var probability = new PlattScale(weights[0], weights[1], weights[2]).Probability(score, odds);
                var (error, weight) = (probability - (label ? high : low), Math.Max(1e-9, probability * (1 - probability)));
                ReadOnlySpan<double> inputs = [score, odds, 1];
                for (var row = 0; row < 3; row++)
                {
                    gradient[row] += error * inputs[row];
                    for (var column = 0; column < 3; column++)
                        curve[row, column] += weight * inputs[row] * inputs[column];
                }
            }
            // Where curvature is slight a whole step goes too far.
            var change = Solve(curve, gradient);
            var (next, better) = (weights, double.PositiveInfinity);
            for (var part = 1.0; part > 1e-6 && !(better < loss); part /= 2)
            {
                next = [.. weights.Zip(change, (weight, by) => weight - part * by)];
                better = Loss(next);
            }
            if (!(better < loss - 1e-9))
                break;
            (weights, loss) = (next, better);
        }
        // Neither speaks against what it says: where it seems to, it is left out.
        return weights[0] < 0 ? Fit([.. seen.Select(each => (0.0, each.Odds, each.Label))]) with { Slope = 0 }
            : weights[1] < 0 ? Fit([.. seen.Select(each => (each.Score, 0.0, each.Label))]) with { RateSlope = 0 }
            : new(weights[0], weights[1], weights[2]);

        double Loss(double[] at)
        {
            var scale = new PlattScale(at[0], at[1], at[2]);
            var loss = Ridge / 2 * (Math.Pow(at[0] - 1, 2) + Math.Pow(at[1], 2));
            foreach (var (score, odds, label) in seen)
            {
                var (probability, target) = (Math.Clamp(scale.Probability(score, odds), 1e-12, 1 - 1e-12), label ? high : low);
                loss -= target * Math.Log(probability) + (1 - target) * Math.Log(1 - probability);
            }
            return loss;
        }
    }

    /// <summary>Gauss' elimination; the matrix is positive definite.</summary>
    private static double[] Solve(double[,] matrix, double[] right)
    {
        var size = right.Length;
        for (var pivot = 0; pivot < size; pivot++)
            for (var row = pivot + 1; row < size; row++)
            {
                var factor = matrix[row, pivot] / matrix[pivot, pivot];
                for (var column = pivot; column < size; column++)
                    matrix[row, column] -= factor * matrix[pivot, column];
                right[row] -= factor * right[pivot];
            }
        var solved = new double[size];
        for (var row = size - 1; row >= 0; row--)
        {
            solved[row] = right[row];
            for (var column = row + 1; column < size; column++)
                solved[row] -= matrix[row, column] * solved[column];
            solved[row] /= matrix[row, row];
        }
        return solved;
    }
}
