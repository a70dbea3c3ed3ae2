using EcomIntel.Cli.Replay;
using EcomIntel.Cli.Replay.Retail;
using EcomIntel.Core.Events;

namespace EcomIntel.Tests.Cli.Replay.Retail;

public sealed class SimulationTests
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

    /// <summary>Most lines leave at once; some do not, so that there is something to see. What comes bit by bit is sent in parts.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Fills_most_lines_at_once(long seed)
    {
        var run = SimulationRun.Of(new RetailerOptions(seed, Orders: 2_000, Skus: 800, Days: 200));
        Assert.InRange(run.LineFillRate, 0.9, 0.995);
        Assert.InRange(run.SplitRate, 0.02, 0.6);
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
