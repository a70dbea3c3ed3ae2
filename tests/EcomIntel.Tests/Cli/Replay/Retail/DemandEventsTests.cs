using System.Text.Json;
using EcomIntel.Cli.Replay;
using EcomIntel.Cli.Replay.Retail;
using EcomIntel.Cli.Replay.Retail.Supply;

namespace EcomIntel.Tests.Cli.Replay.Retail;

public sealed class DemandEventsTests
{
    private static readonly RetailerOptions Busy = new(Seed: 4, Orders: 18_000, Skus: 1_200, Days: 730);

    private static readonly Lazy<(List<RetailLine> Lines, List<DemandTruth> Truth)> Eventful = new(() => Read(Busy));
    private static readonly Lazy<(List<RetailLine> Lines, List<DemandTruth> Truth)> Quiet = new(() => Read(Busy with { Eventful = false }));

    [Fact]
    public void Everything_that_may_happen_does_and_is_told_in_order()
    {
        var truth = Eventful.Value.Truth;
        Assert.Equal([DemandKinds.BulkOrder, DemandKinds.Christmas, DemandKinds.InFashion, DemandKinds.InSeason, DemandKinds.LostListing,
            DemandKinds.OutOfFashion, DemandKinds.Undercut, DemandKinds.Viral], truth.Select(each => each.What).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(truth.Select(each => each.From).Order(), truth.Select(each => each.From));
        Assert.All(truth, each => Assert.InRange(each.From, Busy.Start.AddDays(DemandEvents.FirstDay), each.Until));
        Assert.InRange(truth.Count, 40, 70);
        Assert.Empty(Quiet.Value.Truth);
        foreach (var one in truth)
            foreach (var other in truth.Where(other => other != one && one.From < other.Until && other.From < one.Until))
                Assert.Empty(one.Skus.Intersect(other.Skus));
    }

    [Fact]
    public void What_nothing_happened_to_is_sold_as_it_would_have_been()
    {
        var touched = Eventful.Value.Truth.Where(each => each.What != DemandKinds.Christmas).SelectMany(each => each.Skus).ToHashSet();
        Assert.Equal(Sold(Quiet.Value.Lines), Sold(Eventful.Value.Lines));

        List<(string, string, long, DateTimeOffset, decimal)> Sold(List<RetailLine> lines) => [.. lines
            .Where(line => line.Quantity > 0 && !touched.Contains(line.Code))
            .Select(line => (line.Invoice, line.Code, line.Quantity, line.Time, line.Price))];
    }

    [Fact]
    public void The_business_as_a_whole_stays_what_it_is()
    {
        Assert.InRange(Revenue(Eventful.Value.Lines) / Revenue(Quiet.Value.Lines), 0.97, 1.05);

        static double Revenue(List<RetailLine> lines) => lines.Where(line => line.Quantity > 0).Sum(line => line.Quantity * (double)line.Price);
    }

    /// <summary>Of each kind, all of its events together: by how much more or less was sold while it lasted.</summary>
    [Theory]
    [InlineData(DemandKinds.Viral, 1.0)]
    [InlineData(DemandKinds.InSeason, 1.0)]
    [InlineData(DemandKinds.Undercut, 1.0)]
    [InlineData(DemandKinds.InFashion, 0.75)] // growing over half of its time, it is three quarters of its height in the mean
    [InlineData(DemandKinds.OutOfFashion, 0.75)]
    public void Demand_is_multiplied_as_the_truth_says(string what, double ofHeight)
    {
        double expected = 0, extra = 0;
        foreach (var each in Eventful.Value.Truth.Where(each => each.What == what))
        {
            var (usual, now) = (Units(Quiet.Value.Lines, each), Units(Eventful.Value.Lines, each));
            (expected, extra) = (expected + (usual * (each.Factor - 1) * ofHeight), extra + now - usual);
        }
        Assert.InRange(extra / expected, 0.7, 1.3);
    }

    [Fact]
    public void A_lost_listing_sells_nothing_where_it_is_lost()
    {
        var lost = Eventful.Value.Truth.Where(each => each.What == DemandKinds.LostListing).ToList();
        Assert.Contains(lost, each => each.Channel is null);
        Assert.Contains(lost, each => each.Channel is not null);
        foreach (var each in lost)
            Assert.Equal(0, Lines(Eventful.Value.Lines, each));
        Assert.True(lost.Sum(each => Lines(Quiet.Value.Lines, each)) > 20);
        // Elsewhere it goes on.
        Assert.True(lost.Where(each => each.Channel is not null).Sum(each => Lines(Eventful.Value.Lines, each with { Channel = null })) > 5);
    }

    [Fact]
    public void A_bulk_order_is_one_line_of_its_day()
    {
        foreach (var each in Eventful.Value.Truth.Where(each => each.What == DemandKinds.BulkOrder))
        {
            var largest = Eventful.Value.Lines.Where(line => line.Code == each.Skus.Single() && line.Time >= each.From && line.Time < each.Until)
                .MaxBy(line => line.Quantity)!;
            Assert.InRange(largest.Quantity, each.Factor * 10, each.Factor * 14);
            Assert.NotNull(largest.Customer);
        }
    }

    [Fact]
    public void The_truth_file_names_the_kind() => Assert.Equal(
        """{"kind":"demand","what":"viral","from":"2024-03-01T00:00:00+00:00","until":"2024-03-09T00:00:00+00:00","skus":["20007"],"factor":5.5}""",
        JsonSerializer.Serialize<Truth>(new DemandTruth(DemandKinds.Viral, new(2024, 3, 1, 0, 0, 0, TimeSpan.Zero), new(2024, 3, 9, 0, 0, 0, TimeSpan.Zero),
            ["20007"], 5.5), TruthJson.Default.Truth));

    private static (List<RetailLine>, List<DemandTruth>) Read(RetailerOptions options)
    {
        var truth = new List<DemandTruth>();
        return ([.. new SimulatedRetailer(options, truth.Add).Read(new LineTally())], truth);
    }

    private static int Lines(List<RetailLine> lines, DemandTruth truth) => Sales(lines, truth).Count();

    /// <summary>The rare lines of ten times a pack, which would drown the rest, count as one.</summary>
    private static double Units(List<RetailLine> lines, DemandTruth truth) => Sales(lines, truth).Sum(line => Math.Min(line.Quantity, 48));

    /// <summary>Sale lines of what it is about while it lasts, those keyed twice once.</summary>
    private static IEnumerable<RetailLine> Sales(List<RetailLine> lines, DemandTruth truth) => lines.Where(line =>
        line.Quantity > 0 && line.Time >= truth.From && line.Time < truth.Until && truth.Skus.Contains(line.Code)
        && (truth.Channel ?? Network.Channel(line.Customer, line.Country)) == Network.Channel(line.Customer, line.Country))
        .DistinctBy(line => (line.Invoice, line.Code, line.Quantity));
}
