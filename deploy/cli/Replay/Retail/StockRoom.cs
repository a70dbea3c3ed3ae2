using System.Globalization;
using System.Runtime.InteropServices;
using EcomIntel.Core.Events;

namespace EcomIntel.Cli.Replay.Retail;

/// <summary>What the book says is on the shelves, kept from the ledger rows that the hub emits; and the people who count it now and then.</summary>
internal sealed class StockRoom(Stage stage)
{
    private const string Available = "available"; // StockStates' word for it
    private const int CountsAMonth = 25, ReportsAWeek = 10;

    private readonly Dictionary<(string Sku, string Location), long> _available = [];

    /// <summary>What orders were promised and has not left.</summary>
    private readonly Dictionary<(string Sku, string Location), long> _promised = [];

    public void Move(Decisions.StockMoves moves)
    {
        foreach (var move in moves.Changes)
        {
            Add(_available, move, (move.To == Available ? 1 : 0) - (move.From == Available ? 1 : 0));
            Add(_promised, move, (IsPromised(move.To) ? 1 : 0) - (IsPromised(move.From) ? 1 : 0));
        }
    }

    private static bool IsPromised(string? state) => state is "allocated" or "picked";

    private static void Add(Dictionary<(string Sku, string Location), long> units, Decisions.StockMoves.Move move, int sign)
    {
        if (sign == 0)
            return;
        ref var quantity = ref CollectionsMarshal.GetValueRefOrAddDefault(units, (move.Sku, move.Location), out _);
        quantity += sign * move.Quantity;
    }

    public long Has(string sku, string location) => _available.GetValueOrDefault((sku, location));

    /// <summary>The node that has most of an article; the one with the whole range when none has any.</summary>
    public string Fullest(string sku)
    {
        var (fullest, most) = (Network.Midlands, _available.GetValueOrDefault((sku, Network.Midlands)));
        foreach (var (location, _) in Network.Locations)
            if (_available.GetValueOrDefault((sku, location)) is var available && available > most)
                (fullest, most) = (location, available);
        return fullest;
    }

    /// <summary>
    /// On the first Sunday of a month each warehouse counts some articles; on Mondays the partner reports some. Both happen at the very start of a window at
    /// midnight, when nothing has moved that the hub has not reported, so that what differs is a true variance.
    /// </summary>
    public void Count(DateTimeOffset now)
    {
        if (now.TimeOfDay != TimeSpan.Zero || _available.Count == 0)
            return;
        var day = now.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        if (now.DayOfWeek == DayOfWeek.Sunday && now.Day <= 7)
            foreach (var (location, data) in Network.Locations)
                if (data.Kind == "warehouse")
                    foreach (var (sku, counted) in Sample(location, day, CountsAMonth, 0.3))
                        stage.Emit(EventCatalogue.StockCounted, $"counted:{sku}:{location}:{day}", sku, now, new StockCounted(new(location), counted));
        if (now.DayOfWeek == DayOfWeek.Monday)
            foreach (var (sku, held) in Sample(Network.Partner, day, ReportsAWeek, 0.1))
                stage.Emit(EventCatalogue.PartnerStockReported, $"reported:{sku}:{Network.Partner}:{day}", sku, now,
                    new PartnerStockReported(new(Network.Partner), held + _promised.GetValueOrDefault((sku, Network.Partner))));
    }

    private List<(string Sku, long Counted)> Sample(string location, string day, int size, double wrong)
    {
        var held = new List<(string Sku, long Available)>();
        foreach (var ((sku, at), available) in _available)
            if (at == location && available > 0)
                held.Add((sku, available));
        held.Sort(static (one, other) => string.CompareOrdinal(one.Sku, other.Sku));
        var sample = new List<(string, long)>();
        foreach (var (sku, available) in held)
        {
            var dice = Dice.For(stage.Seed, $"count {day} {location}", sku);
            if (!dice.Chance(size / (double)held.Count))
                continue;
            var variance = dice.Chance(wrong) ? (long)(available * dice.Between(-0.04, 0.02)) + dice.Between(-2, 1) : 0;
            sample.Add((sku, Math.Max(0, available + variance)));
        }
        return sample;
    }
}
