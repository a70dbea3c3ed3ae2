using EcomIntel.Cli.Replay;
using EcomIntel.Cli.Replay.Retail;
using EcomIntel.Cli.Replay.Retail.Supply;
using EcomIntel.Ml.Anomaly;
using EcomIntel.Ml.Evaluation.Injected;
using EcomIntel.Ml.Series;

namespace EcomIntel.Cli.Models;

/// <summary>Daily demand of the simulated retailer, by the same rules by which it is replayed, and what is true of it.</summary>
internal sealed class SimulatedDemand
{
    private const int OrdersADay = 16;
    private const string In = " in ";

    private readonly DemandBook _skus = new(), _channels = new();
    private readonly List<DemandTruth> _truth = [];

    public SimulatedDemand(long seed, int days)
    {
        var tally = new LineTally();
        var lines = new SimulatedRetailer(new(seed, days * OrdersADay, Days: days), _truth.Add).Read(tally);
        foreach (var sale in new RetailFacts(tally).From(lines).OfType<Sale>())
            foreach (var line in sale.Lines)
            {
                var (day, channel) = (DateOnly.FromDateTime(sale.Time.UtcDateTime), Network.Channel(sale));
                _skus.Add(line.Sku, day, line.Quantity, (double)line.Price, null);
                _channels.Add($"{line.Sku}{In}{channel}", day, line.Quantity, (double)line.Price, null);
            }
    }

    public IReadOnlyList<DemandTruth> Truth => _truth;

    /// <summary>The best sellers, in all channels together. What happened in one channel alone is not to be found in them.</summary>
    public LabelledWorld Skus(int count) => World(_skus.Best(count, LabelledWorld.FirstPart));

    /// <summary>Best sellers in a channel each.</summary>
    public LabelledWorld Channels(int count) => World(_channels.Best(count, LabelledWorld.FirstPart));

    private LabelledWorld World(DemandPanel panel)
    {
        var (truth, aside) = (new List<Injected>(), new List<Injected>());
        foreach (var (at, series) in panel.Series.Index())
        {
            var (sku, channel) = series.Key.Split(In) is [var code, var where] ? (code, where) : (series.Key, null);
            foreach (var each in _truth.Where(each => each.Skus.Contains(sku) && (channel is null || each.Channel is null || each.Channel == channel)))
            {
                var (from, until) = (Step(each.From), Math.Min(panel.Length, Step(each.Until)));
                var news = each.What != DemandKinds.Christmas && (channel is not null || each.Channel is null);
                if (from < until)
                    (news ? truth : aside).Add(new(at, KindOf(each), from, until - 1, each.Factor, each.What));
            }
        }
        return LabelledWorld.Of(panel, truth, aside);

        int Step(DateTimeOffset time) => (int)(time.UtcDateTime - panel.Start).TotalDays;
    }

    private static AnomalyKind KindOf(DemandTruth truth) => truth.What switch
    {
        DemandKinds.BulkOrder => AnomalyKind.Spike,
        DemandKinds.LostListing => AnomalyKind.Vanished,
        DemandKinds.InFashion => AnomalyKind.DriftUp,
        DemandKinds.OutOfFashion => AnomalyKind.DriftDown,
        _ => truth.Factor > 1 ? AnomalyKind.ShiftUp : AnomalyKind.ShiftDown,
    };
}
