using EcomIntel.Cli.Bench;
using EcomIntel.Cli.Bench.Live;
using EcomIntel.Core.Events;

namespace EcomIntel.Tests.Cli.Bench;

public sealed class LiveBenchTests
{
    private static readonly LiveSetting Setting = new(1, 1, 30, LiveLoad.Window, 4, 2);

    [Fact]
    public void The_same_seed_gives_the_same_orders_and_another_seed_others()
    {
        static List<string> Orders(long seed) => [.. Enumerable.Range(0, 200).Select(number => Written(new LiveShop(seed).Order(number).Placed))];
        Assert.Equal(Orders(7), Orders(7));
        Assert.NotEqual(Orders(7), Orders(8));
        Assert.Equal(Written(new LiveShop(7).Receipt(3, queued: false)), Written(new LiveShop(7).Receipt(3, queued: false)));
    }

    [Fact]
    public void Every_order_is_for_stocked_skus_and_none_of_those_that_wait_is()
    {
        var stocked = LiveShop.Stock().Select(received => received.Subject).ToHashSet();
        var known = LiveShop.MasterData().Where(e => e.Type == EventCatalogue.ItemUpdated).Select(e => e.Subject).ToHashSet();
        Assert.Subset(known, stocked);
        var shop = new LiveShop(1);
        Assert.All(Enumerable.Range(0, 1_000), number => Assert.Subset(stocked, Skus(shop.Order(number).Placed)));
        var waiting = Enumerable.Range(0, 1_000).Select(number => Assert.Single(Skus(LiveShop.WaitingOrder(number, queued: 500)))).ToList();
        Assert.Equal(500, waiting.Count(sku => sku == LiveShop.QueuedSku));
        Assert.Subset(known, waiting.ToHashSet());
        Assert.DoesNotContain(waiting, stocked.Contains);
        Assert.Equal(LiveShop.QueuedSku, shop.Receipt(1, queued: true).Subject);
    }

    [Fact]
    public void What_is_sent_is_what_the_hub_takes()
    {
        var shop = new LiveShop(1);
        var orders = Enumerable.Range(0, 100).Select(number => shop.Order(number).Placed);
        LiveEvent[] all =
            [.. LiveShop.MasterData(), .. LiveShop.Stock(), LiveShop.WaitingOrder(1, 1), LiveShop.UnpaidOrder(1), shop.Receipt(1, true), .. orders];
        Assert.All(all, e => Assert.Null(EventCodec.Decode(Encoded(e), e.Type.Topic, e.Subject).Rejection));
    }

    [Theory]
    [InlineData(100, 100, 67, 67, 67, null)]
    [InlineData(100, 100, 66, 67, 67, "2 copies / 1 copy, none waiting")]
    [InlineData(100, 100, 100, 60, 100, "2 copies / 1 copy, 1000 waiting")]
    [InlineData(100, 60, 100, 100, 60, "1000 waiting / none, 1 copy")]
    [InlineData(100, 100, 150, 99, 100, "1000 waiting / none, 2 copies")]
    [InlineData(100, 100, 100, 100, 66, "receipts for 500 waiting lines / for none, 1 copy")]
    public void A_fall_of_more_than_a_third_is_a_fault(double idle, double waiting, double idleTwo, double waitingTwo, double queue, string? fault)
    {
        var result = LiveBench.Sum([Cases(idle, waiting, idleTwo, waitingTwo, queue)], refused: 0, Setting);
        Assert.Equal(fault is null, result.Ok);
        if (fault is not null)
            Assert.Contains(result.Faults, line => line.StartsWith(fault, StringComparison.Ordinal));
    }

    [Fact]
    public void The_ratio_is_that_of_the_turn_in_the_middle()
    {
        var result = LiveBench.Sum([Cases(100, 100, 50, 100, 100), Cases(10, 10, 9, 10, 10), Cases(80, 80, 80, 80, 80)], refused: 0, Setting);
        Assert.Equal(0.9, result.Ratios[0].Ratio);
        Assert.Equal(80, result.Cases[0].EventsPerSecond);
        Assert.True(result.Ok);
    }

    [Fact]
    public void On_a_Kafka_of_ones_own_more_copies_are_held_against_one()
    {
        LiveCase Of(int copies, double rate) => Cases(rate, 1, 1, 1, 1)[0] with
        {
            Copies = copies, Shares = [.. Enumerable.Repeat(new CopyShare(1.0 / copies, new Dictionary<string, int>()), copies)],
        };
        var result = LiveBench.Sum([[Of(1, 100), Of(2, 120), Of(4, 60)]], refused: 0, Setting);
        Assert.Equal([("2 copies / 1 copy, none waiting", 1.2), ("4 copies / 1 copy, none waiting", 0.6)],
            result.Ratios.Select(ratio => (ratio.Name, ratio.Ratio)));
        Assert.Equal("4 copies / 1 copy, none waiting: 0.60, less than 0.67", Assert.Single(result.Faults));
    }

    [Fact]
    public void A_load_that_was_not_what_it_should_be_is_a_fault()
    {
        Assert.Contains("3 events were refused", LiveBench.Sum([Cases(1, 1, 1, 1, 1)], refused: 3, Setting).Faults);
        var unserved = Cases(1, 1, 1, 1, 1);
        unserved[4] = unserved[4] with { ServedPerReceipt = 0 };
        Assert.Contains(LiveBench.Sum([unserved], refused: 0, Setting).Faults, fault => fault.Contains("no receipt served", StringComparison.Ordinal));
        var unreleased = Cases(1, 1, 1, 1, 1);
        unreleased[0] = unreleased[0] with { Shipments = 0 };
        Assert.Contains(LiveBench.Sum([unreleased], refused: 0, Setting).Faults, fault => fault.Contains("no shipment was released", StringComparison.Ordinal));
        var alone = Cases(1, 1, 1, 1, 1);
        alone[2] = alone[2] with { Shares = [new(0.95, new Dictionary<string, int>()), new(0.05, new Dictionary<string, int>())] };
        Assert.Contains(LiveBench.Sum([alone], refused: 0, Setting).Faults, fault => fault.Contains("less than a tenth", StringComparison.Ordinal));
    }

    private static LiveCase[] Cases(double idle, double waiting, double idleTwo, double waitingTwo, double queue)
    {
        static LiveCase Of(int copies, int waiting, int queue, double rate) => new($"{copies}/{waiting}/{queue}", copies, waiting, queue)
        {
            EventsPerSecond = rate,
            Shipments = 10,
            ServedPerReceipt = queue > 0 ? 1.9 : null,
            Shares = [.. Enumerable.Repeat(new CopyShare(1.0 / copies, new Dictionary<string, int>()), copies)],
        };
        return [Of(1, 0, 0, idle), Of(1, 1_000, 0, waiting), Of(2, 0, 0, idleTwo), Of(2, 1_000, 0, waitingTwo), Of(1, 1_000, 500, queue)];
    }

    private static HashSet<string> Skus(LiveEvent placed) => [.. ((OrderPlaced)placed.Data).Lines.Select(line => line.Sku.Value)];

    private static string Written(LiveEvent e) => Convert.ToHexString(Encoded(e));

    private static byte[] Encoded(LiveEvent e) =>
        EventCodec.Encode(new CloudEvent("1", "bench", e.Type, e.Subject, new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero), e.Data));
}
