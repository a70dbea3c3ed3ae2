using System.Globalization;

namespace EcomIntel.Cli.Bench;

/// <summary>What <c>bench ingest</c> measured, for people.</summary>
internal static class IngestBenchView
{
    public static void Print(IngestBenchResult result, TextWriter to)
    {
        void Line(FormattableString text) => to.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        if (result.EventsPerSecond is not null)
        {
            Line($"{result.EventsPerSecond,10:N0}  events a second, end to end ({result.Events:N0} in {result.Seconds:N1} s)");
            Line($"{result.RowsPerSecond,10:N0}  rows a second written for them in PostgreSQL");
            Line($"{result.CopyRowsPerSecond,10:N0}  rows a second by plain COPY into the same PostgreSQL: {result.Ratio:P1} of it");
            Line($"limited by {result.LimitedBy}");
        }
        if (result.FreshnessSeconds is { } freshness)
        {
            Line($"{freshness.P50,10:N3}  s from an event's being sent to its being counted by a KPI, the median");
            Line($"            {freshness.P99:N3} s for 99 of 100, {freshness.Max:N3} s at most");
        }
        if (result.Live is not { } live)
            return;
        foreach (var each in live.Cases)
        {
            Line($"{each.EventsPerSecond,10:N0}  events a second, live: {each.Name}");
            Line($"            batches of {each.EventsPerBatch:N0} events, {each.BatchP50:N3} s the median, {each.BatchP99:N3} s for 99 of 100");
            Line($"            {each.ProcessorMsPerEvent:N3} ms of processor time an event, of the copies and PostgreSQL");
            if (each.ServedPerReceipt is { } served)
                Line($"            a receipt of {Live.LiveShop.ReceivedUnits} units served {served:N1} of the lines that wait");
            if (each.Copies > 1)
                Line($"            {string.Join("; ", each.Shares.Select(copy => Share(copy)))}");
        }
        foreach (var ratio in live.Ratios)
            Line($"{ratio.Ratio,10:N2}  {ratio.Name}{(ratio.Ok ? "" : $": less than {ratio.Limit.ToString("N2", CultureInfo.InvariantCulture)}")}");
    }

    private static string Share(Live.CopyShare copy) => string.Create(
        CultureInfo.InvariantCulture, $"{copy.Share:P0} on partitions {string.Join(", ", copy.Partitions.Select(topic => $"{topic.Key} {topic.Value}"))}");
}
