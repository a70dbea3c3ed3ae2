using System.Globalization;
using EcomIntel.Cli.Replay.Retail;
using EcomIntel.Cli.Replay.Retail.Supply;
using EcomIntel.Core.Events;
using EcomIntel.Ml.DelayRisk;

namespace EcomIntel.Cli.Models;

/// <summary>
/// Orders given to the simulator's suppliers, and what becomes of them: the events that the suppliers and the goods-in clerks send, as the hub would hear them.
/// Each supplier is ordered from about once a week, what it sells, for one of two warehouses, more in autumn.
/// </summary>
internal static class SimulatedPurchases
{
    private const int Articles = 800;

    private static readonly string[] Locations = ["dc-north", "dc-south"];

    private static readonly DateTimeOffset Start = new(2024, 1, 2, 0, 0, 0, TimeSpan.Zero);

    /// <param name="days">For so many days orders are given.</param>
    public static IReadOnlyList<PurchaseLine> Of(long seed, int days)
    {
        var stage = new Stage("simulated", seed) { Now = Start };
        var items = new ItemBook(seed);
        var market = new Market(stage, items, Start, static _ => { });
        var billing = new BillingDesk(stage, market, static _ => { });
        var desk = new SupplierDesk(stage, market, new GoodsIn(stage, market, billing, static _ => { }), billing, static _ => { });
        market.Open();
        for (var article = 0; article < Articles; article++)
        {
            var sku = string.Create(CultureInfo.InvariantCulture, $"{20_000 + article}");
            items.Introduce(sku, "", Math.Round((decimal)Dice.For(seed, "price", sku).Between(0.5, 15), 2));
            market.Offer(sku, Start);
        }
        var offers = new Dictionary<string, List<SupplierItemUpdated>>(StringComparer.Ordinal);
        foreach (var e in stage.Take())
            if (e.Data is SupplierItemUpdated offer)
                (offers.TryGetValue(e.Subject, out var its) ? its : offers[e.Subject] = []).Add(offer);
        var heard = new PurchaseHearing();
        foreach (var supplier in SimulatedSupplier.All(seed).Where(supplier => offers.ContainsKey(supplier.Id)))
            for (var day = 0; day < days; day++)
                Order(supplier, Start.AddDays(day), offers[supplier.Id]);
        while (!stage.Idle)
        {
            stage.HappenNext();
            foreach (var e in stage.Take())
                heard.Hear(e);
        }
        return heard.Lines();

        void Order(SimulatedSupplier supplier, DateTimeOffset day, List<SupplierItemUpdated> its)
        {
            var dice = Dice.For(seed, "buys", $"{supplier.Id} {day:yyyyMMdd}");
            if (day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday || !dice.Chance(day.Month is >= 9 and <= 11 ? 0.3 : 0.2))
                return;
            var wanted = Enumerable.Range(0, dice.Between(1, 6)).Select(_ => dice.Between(0, its.Count - 1)).Distinct().ToList();
            var packs = dice.Between(1, 3) * dice.Between(1, 3);
            var (id, location) = ($"PO-{supplier.Id}-{day:yyyyMMdd}", Locations[dice.Between(0, Locations.Length - 1)]);
            var lines = wanted.Select((offer, index) => new Decisions.PurchaseOrder.OrderedLine(
                index + 1, its[offer].Sku.Value, "OPEN", its[offer].Price, Math.Max(1, its[offer].PackMultiple) * packs * dice.Between(1, 4))).ToList();
            stage.At(day.AddHours(6).AddMinutes(dice.Between(0, 600)), now =>
            {
                heard.Send(id, supplier, location, lines, now, market.Rate(supplier.Terms.Currency));
                desk.Sent(now, new(id, supplier.Id, location, lines));
            });
        }
    }
}
