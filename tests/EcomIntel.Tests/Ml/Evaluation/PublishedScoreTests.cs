using EcomIntel.Cli.Models;
using EcomIntel.Cli.Supervisor;

namespace EcomIntel.Tests.Ml.Evaluation;

/// <summary>The benchmark's own files, where they lie beside the checkout.</summary>
internal sealed class BenchmarkFilesFactAttribute : FactAttribute
{
    public BenchmarkFilesFactAttribute()
    {
        if (!File.Exists(Path.Combine(Folder, "nab", "data.tar.gz")))
            Skip = "no Numenta Anomaly Benchmark: ../shared/data/nab is not beside the checkout";
    }

    public static string Folder { get; } = Path.GetFullPath(Path.Combine(Home.Find().Root, "../shared/data"));
}

public sealed class PublishedScoreTests
{
    /// <summary>
    /// The published windowed Gaussian, rescored on these four groups, has 55.6: a scorer that gives the same to our own writing of it is theirs.
    /// </summary>
    [BenchmarkFilesFact]
    public void The_benchmark_s_own_baseline_scores_as_published_and_ours_more()
    {
        var figures = new ModelEvaluation(BenchmarkFilesFactAttribute.Folder, _ => { }).Run(["streams"], null, null, null, null).Streams!;
        Assert.Equal(61, figures[2].Groups.Sum(group => group.Windows));
        Assert.InRange(figures[2].ScoreAtBestThreshold, 55, 56.2);
        Assert.InRange(figures[0].Score, 65, 100);
    }
}
