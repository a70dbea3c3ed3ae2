using System.Globalization;
using System.Text.Json;
using EcomIntel.Core.Events;

namespace EcomIntel.Cli.Bench.Live;

/// <summary>An event before it has a time and an id.</summary>
internal readonly record struct LiveEvent(EventType Type, string Subject, IEventData Data);

/// <summary>What the bench's seller sells, where it lies and who orders it. The same seed gives the same orders.</summary>
internal sealed class LiveShop(long seed)
{
    /// <summary>SKUs that orders of the measured load are for: none ever runs out.</summary>
    private const int StockedSkus = 5_000;

    /// <summary>SKUs that have no stock, beside the one with the long queue.</summary>
    private const int EmptySkus = 2_000;

    /// <summary>Each stocked SKU lies at two of them.</summary>
    private const int Locations = 3;

    private const long Plenty = 1_000_000;

    /// <summary>Units of a receipt under load.</summary>
    public const int ReceivedUnits = 2;

    /// <summary>The SKU that thousands of lines wait for.</summary>
    public const string QueuedSku = "queued";

    private static readonly string[] Channels = ["web", "marketplace", "store"];
    private static readonly string[] Countries = ["GB", "DE", "FR", "NL"];

    /// <summary>Rounds run every minute, and at once when 500 orders were not looked at yet, as the built-in policy has it.</summary>
    public static IEnumerable<LiveEvent> MasterData()
    {
        var policy = JsonSerializer.SerializeToElement(new { cadence = "00:01:00", waitingOrders = 500 });
        yield return new(EventCatalogue.PolicyUpdated, "allocation", new PolicyUpdated(1, policy));
        yield return new(EventCatalogue.CarrierUpdated, "bench-carrier", new CarrierUpdated("Bench carrier"));
        foreach (var channel in Channels)
            yield return new(EventCatalogue.ChannelUpdated, channel, new ChannelUpdated(channel));
        for (var number = 0; number < Locations; number++)
            yield return new(EventCatalogue.LocationUpdated, Location(number), new LocationUpdated(Location(number), Priority: 100 + number));
        for (var number = 0; number < StockedSkus; number++)
            yield return new(EventCatalogue.ItemUpdated, Stocked(number), new ItemUpdated(Stocked(number), "bench", 4m, 9.5m));
        for (var number = 0; number < EmptySkus; number++)
            yield return new(EventCatalogue.ItemUpdated, Empty(number), new ItemUpdated(Empty(number), "bench", 4m, 9.5m));
        yield return new(EventCatalogue.ItemUpdated, QueuedSku, new ItemUpdated(QueuedSku, "bench", 4m, 9.5m));
    }

    public static IEnumerable<LiveEvent> Stock()
    {
        for (var number = 0; number < StockedSkus; number++)
            for (var place = 0; place < Locations - 1; place++)
                yield return new(EventCatalogue.StockReceived, Stocked(number), new StockReceived(new(Location((number + place) % Locations)), Plenty));
    }

    /// <summary>
    /// An order of one unit that cannot be served: the first <paramref name="queued"/> wait for the one SKU, the others for any of those without stock.
    /// </summary>
    public static LiveEvent WaitingOrder(int number, int queued)
    {
        var sku = number < queued ? QueuedSku : Empty(number % EmptySkus);
        var id = $"waiting-{number.ToString(CultureInfo.InvariantCulture)}";
        return Order(id, [new(1, new(sku), 1, 9.5m)], Channels[number % Channels.Length], "GB", "authorized");
    }

    /// <summary>An order of one unit in stock that is never paid: it is promised its unit, and held.</summary>
    public static LiveEvent UnpaidOrder(int number) =>
        Order($"unpaid-{number.ToString(CultureInfo.InvariantCulture)}", [new(1, new(Stocked(number % StockedSkus)), 1, 9.5m)],
            Channels[number % Channels.Length], "GB", "pending");

    /// <summary>An order of one to three lines that stock can serve; three of ten are paid later.</summary>
    /// <returns>Also the payment, where it is still to come.</returns>
    public (LiveEvent Placed, LiveEvent? Payment) Order(long number)
    {
        var random = new Random(HashCode(number));
        var id = $"order-{number.ToString(CultureInfo.InvariantCulture)}";
        var lines = Enumerable.Range(1, 1 + random.Next(3))
            .Select(line => new OrderPlaced.PlacedLine(line, new(Stocked(Popular(random))), 1 + random.Next(3), 9.5m)).ToList();
        var pending = random.Next(10) < 3;
        var placed = Order(id, lines, Channels[random.Next(Channels.Length)], Countries[random.Next(Countries.Length)], pending ? "pending" : "authorized");
        return (placed, pending ? new LiveEvent(EventCatalogue.OrderPaymentAuthorized, id, new PaymentAuthorized()) : null);
    }

    /// <summary>A small receipt: of the SKU that many wait for, or of one that nobody waits for.</summary>
    public LiveEvent Receipt(long number, bool queued)
    {
        var random = new Random(HashCode(-number - 1));
        var sku = queued ? QueuedSku : Stocked(random.Next(StockedSkus));
        return new(EventCatalogue.StockReceived, sku, new StockReceived(new(Location(random.Next(Locations))), ReceivedUnits));
    }

    private static LiveEvent Order(string id, IReadOnlyList<OrderPlaced.PlacedLine> lines, string channel, string country, string payment) =>
        new(EventCatalogue.OrderPlaced, id, new OrderPlaced(channel, lines, Country: country, Payment: payment));

    /// <summary>Few SKUs are most of the business: a tenth of them has about a third of the lines.</summary>
    private static int Popular(Random random) => (int)(StockedSkus * Math.Pow(random.NextDouble(), 2));

    /// <summary>By hand: System.HashCode differs from run to run.</summary>
    private int HashCode(long number)
    {
        var mixed = unchecked((ulong)(seed * 1_000_003 + number) * 0x9E3779B97F4A7C15);
        return (int)((mixed ^ (mixed >> 32)) & int.MaxValue);
    }

    private static string Stocked(int number) => $"sku-{number.ToString(CultureInfo.InvariantCulture)}";

    private static string Empty(int number) => $"empty-{number.ToString(CultureInfo.InvariantCulture)}";

    private static string Location(int number) => $"warehouse-{number.ToString(CultureInfo.InvariantCulture)}";
}
