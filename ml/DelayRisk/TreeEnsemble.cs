using Microsoft.ML.Trainers.FastTree;

namespace EcomIntel.Ml.DelayRisk;

/// <summary>
/// Boosted trees as plain data: scored and explained without the library that grew them, and the same bytes wherever they are kept. A child below zero is the
/// leaf ~child.
/// </summary>
/// <param name="Trees">The score is the sum of one leaf of each.</param>
internal sealed record TreeEnsemble(IReadOnlyList<TreeEnsemble.Tree> Trees)
{
    /// <param name="Feature">By node; empty: a single leaf.</param>
    /// <param name="Threshold">At most so much goes left.</param>
    /// <param name="Means">By node, the mean of its leaves over the rows it was grown on: how the score stands before the node asks.</param>
    internal sealed record Tree(int[] Feature, double[] Threshold, int[] Left, int[] Right, double[] Leaves, double[] Means);

    /// <param name="rows">It was grown on.</param>
    public static TreeEnsemble Of(FastTreeBinaryModelParameters grown, IReadOnlyList<float[]> rows)
    {
        var ensemble = grown.TrainedTreeEnsemble;
        return new([.. ensemble.Trees.Zip(ensemble.TreeWeights, (tree, weight) => WithMeans(Plain(tree, weight), rows))]);
    }

    public double Score(ReadOnlySpan<float> features)
    {
        var score = 0.0;
        foreach (var tree in Trees)
            score += tree.Leaves[Leaf(tree, features)];
        return score;
    }

    /// <summary>How much each feature moved the score from the mean of all rows: the mean and these add up to the score.</summary>
    /// <param name="effects">By feature; added to.</param>
    public void Explain(ReadOnlySpan<float> features, Span<double> effects)
    {
        foreach (var tree in Trees)
            for (var node = 0; tree.Feature.Length > 0 && node >= 0;)
            {
                var child = features[tree.Feature[node]] <= tree.Threshold[node] ? tree.Left[node] : tree.Right[node];
                effects[tree.Feature[node]] += (child >= 0 ? tree.Means[child] : tree.Leaves[~child]) - tree.Means[node];
                node = child;
            }
    }

    private static int Leaf(Tree tree, ReadOnlySpan<float> features)
    {
        if (tree.Feature.Length == 0)
            return 0;
        var node = 0;
        while (node >= 0)
            node = features[tree.Feature[node]] <= tree.Threshold[node] ? tree.Left[node] : tree.Right[node];
        return ~node;
    }

    private static Tree Plain(RegressionTree tree, double weight) => new(
        [.. tree.NumericalSplitFeatureIndexes], [.. tree.NumericalSplitThresholds.Select(each => (double)each)], [.. tree.LeftChild], [.. tree.RightChild],
        [.. tree.LeafValues.Select(value => value * weight)], []);

    private static Tree WithMeans(Tree tree, IReadOnlyList<float[]> rows)
    {
        var (sums, counts) = (new double[tree.Feature.Length], new int[tree.Feature.Length]);
        Span<int> path = stackalloc int[tree.Feature.Length];
        foreach (var row in rows)
        {
            var (node, length) = (tree.Feature.Length == 0 ? -1 : 0, 0);
            while (node >= 0)
            {
                path[length++] = node;
                node = row[tree.Feature[node]] <= tree.Threshold[node] ? tree.Left[node] : tree.Right[node];
            }
            foreach (var passed in path[..length])
            {
                sums[passed] += tree.Leaves[~node];
                counts[passed]++;
            }
        }
        return tree with { Means = [.. sums.Select((sum, node) => counts[node] == 0 ? 0 : sum / counts[node])] };
    }
}
