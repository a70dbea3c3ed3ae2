using EcomIntel.Cli.Replay;
using EcomIntel.Core.Events;

namespace EcomIntel.Tests.Cli.Replay;

public sealed class SimulationTests(Xunit.Abstractions.ITestOutputHelper output)
{
    private static readonly RetailerOptions Small = new(Seed: 7, Orders: 900, Skus: 300, Days: 120);

    [Fact]
    public void Sends_nothing_that_would_be_refused()
    {
        var run = SimulationRun.Of(Small);
        Assert.Equal([], run.Hub.Refused);
    }

    [Fact]
    public void Ends_with_everything_answered()
    {
        var run = SimulationRun.Of(Small);
        Assert.True(run.Finished, $"{run.OpenOrders} orders are still open");
        foreach (var order in run.Hub.Orders)
            foreach (var line in order.Lines)
                Assert.Equal(line.Ordered, line.Cancelled + line.Delivered);
    }

    [Fact]
    public void Counts_every_line_of_the_source()
    {
        var tally = SimulationRun.Of(Small).Tally;
        Assert.Equal(tally.Read, tally.Applied + tally.Rejected.Values.Sum());
        Assert.True(tally.Applied > 10_000);
        Assert.Contains(LineReasons.Duplicate, tally.Rejected.Keys);
        Assert.Contains(LineReasons.NotGoods, tally.Rejected.Keys);
    }

    [Fact]
    public void Scratch_real()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var run = SimulationRun.Of(tally => RetailCsv.Read(["/work/shared/data/online-retail-ii/online_retail_ii_to_2011-08.csv.gz"], tally), 1);
        output.WriteLine($"{watch.Elapsed} fill {run.LineFillRate:P2} split {run.SplitRate:P2} orders {run.Hub.Placed} by stock {run.Hub.Orders.Sum(order => order.ByStock)} events {run.Events.Count}");
        output.WriteLine(string.Join(' ', run.Hub.Counts.OrderBy(count => count.Key).Select(count => $"{count.Key}={count.Value}")));
        output.WriteLine(string.Join(' ', run.Hub.Shipments.GroupBy(shipment => shipment.Location).Select(group => $"{group.Key}={group.Count()}")));
        output.WriteLine($"read {run.Tally.Read} applied {run.Tally.Applied} {string.Join(' ', run.Tally.Rejected)} finished {run.Finished}");
        var split = run.Hub.Orders.Where(order => order.Shipments > 1).ToList();
        output.WriteLine($"split {split.Count}, of them with backorder {split.Count(order => order.Lines.Any(line => line.Backordered))}, rejected {split.Count(order => order.Lines.Any(line => line.Rejected))}, neither {split.Count(order => !order.Lines.Any(line => line.Backordered || line.Rejected))}");
        var orders = run.Hub.Orders.ToDictionary(order => order.Id);
        var byWeek = run.Events.Where(e => e.Data is OrderPlaced).GroupBy(e => (e.Time - run.Events[0].Time).Days / 7).Select(week => (week.Key, Orders: week.Select(e => orders[e.Subject]).ToList()));
        output.WriteLine(string.Join(' ', byWeek.Select(week => $"{week.Key}:{week.Orders.Count(order => order.Lines.Any(line => line.Backordered)) * 100 / week.Orders.Count}%/{week.Orders.Sum(order => order.Lines.Count(line => line.Backordered)) * 100 / week.Orders.Sum(order => order.Lines.Length)}%")));
        Assert.Equal([], run.Hub.Refused.Take(20));
    }

    [Fact]
    public void Same_seed_gives_the_same_bytes()
    {
        var one = SimulationRun.Of(Small).Events.ConvertAll(EventCodec.Encode);
        var other = SimulationRun.Of(Small).Events.ConvertAll(EventCodec.Encode);
        Assert.Equal(one.Count, other.Count);
        for (var i = 0; i < one.Count; i++)
            Assert.True(one[i].AsSpan().SequenceEqual(other[i]));
    }

    [Fact]
    public void Another_seed_gives_another_stream() =>
        Assert.NotEqual(
            SimulationRun.Of(Small with { Days = 30 }).Events.ConvertAll(e => e.ToString()),
            SimulationRun.Of(Small with { Days = 30, Seed = 8 }).Events.ConvertAll(e => e.ToString()));

    [Theory]
    [InlineData(1)]
    [InlineData(24)]
    [InlineData(72)]
    public void Any_window_length_sends_nothing_refused(int hours)
    {
        var run = SimulationRun.Of(Small with { Days = 40, Orders = 300 }, TimeSpan.FromHours(hours));
        Assert.Equal([], run.Hub.Refused);
        Assert.True(run.Finished);
    }
}
