using EcomIntel.Core.Events;

namespace EcomIntel.Cli.Replay.Retail.Supply;

/// <summary>
/// What is on the shelves without having been bought by the hub: at the start the stock that the retailer opens with, and of an article that comes later its
/// first delivery, since nobody forecasts what was never sold. It is made of what will be asked for; the hub buys the rest.
/// </summary>
internal sealed class FirstStock(Stage stage, ItemBook items, DateTimeOffset start)
{
    /// <summary>Days of demand in the opening stock, and in an article's first delivery.</summary>
    private const int OpeningDays = 35, FirstDays = 28;

    /// <summary>Articles sold more often than this in the first weeks are kept in the satellite warehouses, too.</summary>
    private const int BestSeller = 25;

    /// <summary>How far ahead demand must be foreseen.</summary>
    public static readonly TimeSpan Horizon = TimeSpan.FromDays(OpeningDays + 3);

    private static readonly (string Location, double Share)[] Satellites = [(Network.North, 0.10), (Network.South, 0.06), (Network.Partner, 0.05)];

    /// <summary>Of articles that have no stock yet, what will be asked for, in order of time; null once they have.</summary>
    private readonly Dictionary<string, List<(DateTimeOffset Time, long Quantity)>?> _demand = [];

    /// <summary>Units that will be asked for.</summary>
    public void Foresee(string sku, DateTimeOffset time, long quantity)
    {
        if (!_demand.TryGetValue(sku, out var demand))
        {
            _demand.Add(sku, demand = []);
            if (stage.Now > start)
                // On the shelf when the first of it is sold, or on the day on which that is heard of.
                stage.At(BusinessHours.Working(time.AddDays(-2)), now => Deliver(sku, now, now.AddDays(FirstDays + 2), "first delivery", 0.8, 1.3));
        }
        demand?.Add((time, quantity));
    }

    /// <summary>What stands on the shelves at the start: what is asked for in the first weeks, and some more.</summary>
    public void Open()
    {
        foreach (var sku in _demand.Keys.ToList())
            stage.At(start.AddHours(1), now => Deliver(sku, now, start.AddDays(OpeningDays), "opening stock", 1.0, 1.3));
    }

    private void Deliver(string sku, DateTimeOffset now, DateTimeOffset until, string reference, double low, double high)
    {
        var demand = _demand[sku]!.FindAll(units => units.Time < until);
        _demand[sku] = null;
        var dice = Dice.For(stage.Seed, "first stock", sku);
        var need = Math.Max(1, demand.Sum(units => units.Quantity));
        Receive(Network.Midlands, (long)Math.Ceiling(need * dice.Between(low, high)));
        if (demand.Count < BestSeller)
            return;
        foreach (var (location, share) in Satellites)
            Receive(location, (long)(need * share * dice.Between(0.7, 1.3)));

        void Receive(string location, long quantity)
        {
            if (quantity > 0)
                stage.Emit(EventCatalogue.StockReceived, $"received:{sku}:{location}:{reference}", sku, now,
                    new StockReceived(new(location), quantity, UnitCost: items.UnitCost(sku), Reference: reference));
        }
    }
}
