using EcomIntel.Cli.Bench;

namespace EcomIntel.Tests.Cli.Bench;

public sealed class ScrapedMetricsTests
{
    private const string Before = """
        # HELP batch_seconds Time of one batch
        # TYPE batch_seconds histogram
        batch_seconds_bucket{le="0.1"} 10
        batch_seconds_bucket{le="1"} 10
        batch_seconds_bucket{le="+Inf"} 10
        batch_seconds_sum 0.5
        batch_seconds_count 10
        messages_total{outcome="applied"} 7
        messages_total{outcome="applied",topic="a b"} 5
        messages_total{outcome="repeated"} 1e3
        messages_total_of_another 4
        up 1
        """;

    private const string After = """
        batch_seconds_bucket{le="0.1"} 60
        batch_seconds_bucket{le="1.0"} 109
        batch_seconds_bucket{le="+Inf"} 110
        """;

    [Fact]
    public void A_sum_is_of_one_name_and_of_the_series_that_have_the_label()
    {
        var scraped = new ScrapedMetrics(Before);
        Assert.Equal(1_012, scraped.Sum("messages_total"));
        Assert.Equal(12, scraped.Sum("messages_total", "outcome=\"applied\""));
        Assert.Equal(1, scraped.Sum("up"));
        Assert.Equal(0, scraped.Sum("down"));
    }

    /// <summary>Of 100 batches between the scrapes, 50 took up to 0.1 s, 49 up to 1 s and one longer.</summary>
    [Fact]
    public void Quantiles_are_of_what_was_observed_between_two_scrapes_of_all_copies()
    {
        var delta = new HistogramDelta();
        delta.Add(new ScrapedMetrics(Before).Buckets("batch_seconds"), new ScrapedMetrics(After).Buckets("batch_seconds"));
        Assert.Equal(100, delta.Count);
        Assert.Equal(0.05, delta.Quantile(0.25), 6);
        Assert.Equal(0.1, delta.Quantile(0.5), 6);
        Assert.Equal(1, delta.Quantile(0.99), 6);
        Assert.Equal(1, delta.Quantile(1), 6); // longer than the last bound, by no one knows how much
        delta.Add(new ScrapedMetrics(Before).Buckets("batch_seconds"), new ScrapedMetrics(After).Buckets("batch_seconds"));
        Assert.Equal(200, delta.Count);
        Assert.Equal(0.1, delta.Quantile(0.5), 6);
        Assert.Equal(0, new HistogramDelta().Quantile(0.5));
    }
}
