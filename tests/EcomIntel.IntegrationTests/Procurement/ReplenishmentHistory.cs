using System.Text.Json;
using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.Replenishment;
using EcomIntel.Tests.Processing;

namespace EcomIntel.IntegrationTests.Procurement;

/// <summary>A month of a business that buys: seeded, the same each time.</summary>
internal static class ReplenishmentHistory
{
    public static readonly DateTimeOffset Start = Business.Start;
    public const int Days = 30;
    private static readonly string[] Skus = [.. Enumerable.Range(1, 6).Select(number => $"sku-{number}")];

    public static List<CloudEvent> Events(int seed)
    {
        var (random, events) = (new Random(seed), new List<CloudEvent>());
        Add(EventCatalogue.LocationUpdated, "north", new LocationUpdated("North", "warehouse", 1), 0);
        Add(EventCatalogue.LocationUpdated, "south", new LocationUpdated("South", "warehouse", 2), 0);
        foreach (var sku in Skus)
        {
            Add(EventCatalogue.ItemUpdated, sku, new ItemUpdated(sku, Category: sku is "sku-1" or "sku-2" ? "fast" : "slow", UnitCost: 3), 0.01);
            Add(EventCatalogue.StockReceived, sku, new StockReceived(new(random.Next(2) == 0 ? "north" : "south"), random.Next(20, 120)), 0.03);
        }
        foreach (var (supplier, lead, minimum) in (ReadOnlySpan<(string, int, decimal)>)[("best", 9, 150), ("fast", 3, 0), ("dear", 6, 2_000)])
            Add(EventCatalogue.SupplierUpdated, supplier, new SupplierUpdated(supplier, LeadTimeDays: lead, MinimumOrderValue: minimum, Rank: lead), 0.01);
        foreach (var sku in Skus)
            foreach (var supplier in (ReadOnlySpan<string>)["best", "fast", "dear"])
                if (supplier == "best" || random.Next(3) > 0)
                    Add(EventCatalogue.SupplierItemUpdated, supplier, new SupplierItemUpdated(
                        new(sku), random.Next(100, 900) / 100m, null, random.Next(1, 20), random.Next(1, 12), 60), 0.02);
        // From the second week on what the rule orders is sent at once.
        Add(EventCatalogue.PolicyUpdated, "purchasing", new PolicyUpdated(1, JsonElement.Parse("""{"approveNewSuppliersByPerson":false}""")), 7.1);
        Add(EventCatalogue.PolicyUpdated, "projection", new PolicyUpdated(1, JsonElement.Parse("""{"horizonDays":21,"caseFrom":50}""")), 3.3);
        Policy(1, 0.02, """{"accept":"by_rule","windowDays":14,"minimumDays":7,"transferShare":0.2}""");
        Policy(2, 9.6, """
            {"accept":"by_person","windowDays":20,"minimumDays":7,"runAt":"06:30:00","rules":[{"category":"slow","method":"min_max","minimum":9},
            {"sku":"sku-2","location":"north","method":"min_max","minimum":500,"maximum":600}]}
            """);
        Policy(3, 17.2, """
            {"accept":"by_rule","windowDays":10,"minimumDays":7,"forecastFor":"4.00:00:00","autoTransfer":true,"belowMinimum":"hold","transferShare":0.2,
            "rules":[{"sku":"sku-6","location":"north","method":"min_max","minimum":90,"maximum":100}]}
            """);
        Policy(4, 27.1, """
            {"accept":"by_person","windowDays":10,"minimumDays":7,"rules":[{"sku":"sku-1","location":"north","method":"min_max","minimum":900,"maximum":990}]}
            """);
        Add(EventCatalogue.StockReceived, "sku-6", new StockReceived(new("south"), 400), 17.1);
        for (var day = 0; day < Days; day++)
        {
            for (var number = random.Next(3, 9); number > 0; number--)
            {
                var id = $"order-{day}-{number}";
                var lines = Enumerable.Range(1, random.Next(1, 4)).Select(line =>
                    new OrderPlaced.PlacedLine(line, new(Skus[random.Next(Skus.Length)]), random.Next(1, 12), 5m)).ToList();
                var at = day + 0.1 + (random.NextDouble() * 0.85);
                Add(EventCatalogue.OrderPlaced, id, new OrderPlaced("web", lines), at);
                if (random.Next(5) == 0)
                    Add(EventCatalogue.OrderLineCancelled, id, new OrderLineCancelled(1, 1), at + (random.NextDouble() * 1.5));
            }
            if (random.Next(3) == 0)
                Add(EventCatalogue.StockReceived, Skus[random.Next(Skus.Length)], new StockReceived(new("south"), random.Next(1, 60)), day + 0.5);
            if (random.Next(3) == 0)
            {
                var (sku, units) = (Skus[random.Next(Skus.Length)], random.Next(1, 9));
                Add(EventCatalogue.TransferDispatched, sku, new TransferDispatched($"t-{day}", new("south"), new("north"), units), day + 0.4);
                Add(EventCatalogue.TransferReceived, sku, new TransferReceived($"t-{day}", new("north"), units), day + 1.6);
            }
            foreach (var sku in Skus)
            {
                var id = ProposalId.Of(Proposal.Purchase, Start.AddDays(day), new(day % 2 == 0 ? "north" : "south"), new(sku));
                if (sku is "sku-1" or "sku-3" or "sku-4")
                    Add(EventCatalogue.ProposalAccepted, id, new ProposalAccepted("ann", With: sku == "sku-4" ? [new(id[..^1] + "5")] : null), day + 1.6);
                else if (sku == "sku-2")
                    Add(EventCatalogue.ProposalDismissed, id, new ProposalDismissed("ben"), day + 2.7);
            }
            // An order that waits for its item beyond the roll-up of its day.
            Add(EventCatalogue.OrderPlaced, $"early-{day}", new OrderPlaced("web", [new(1, new(Skus[0]), 2, 1m), new(2, new($"new-{day}"), 1, 1m)]), day + 0.9);
            Add(EventCatalogue.ItemUpdated, $"new-{day}", new ItemUpdated("New"), day + 1.3);
        }
        Add(EventCatalogue.SupplierItemUpdated, "best", new SupplierItemUpdated(new(Skus[1]), 2, Active: false), 12.3);
        Add(EventCatalogue.ItemUpdated, Skus[2], new ItemUpdated(Skus[2], Category: "slow", Active: false), 14.1);
        Add(EventCatalogue.ItemUpdated, Skus[2], new ItemUpdated(Skus[2], Category: "slow"), 19.1);
        Add(EventCatalogue.LocationUpdated, "south", new LocationUpdated("South", "warehouse", 2, Active: false), 21.2);
        Add(EventCatalogue.LocationUpdated, "south", new LocationUpdated("South", "warehouse", 2), 24.2);
        // Forecasts of some skus: one that another follows, one that grows stale, one that comes at the instant of a run.
        for (var number = 0; number < 3; number++)
        {
            var (sku, day) = (Skus[number + 3], 2.5 + (6 * number) + (number == 2 ? 17.0 / 24 : 0));
            Add(EventCatalogue.ForecastUpdated, sku, Forecast(day, number + 1), day);
            Add(EventCatalogue.ForecastUpdated, sku, Forecast(day + 3, number + 2), day + 3);
        }
        return [.. events.OrderBy(e => e.Time)];

        ForecastUpdated Forecast(double day, int units) => new(
            "v1", Start.AddDays(Math.Floor(day)), [0.1m, 0.5m, 0.9m, 0.99m],
            [.. ((string[])["north", "south"]).Select(place => new ForecastUpdated.Demand(new(place), place == "north" ? "tsb" : "ets",
                [.. Enumerable.Range(0, 28).Select(at => at % 7 == 0 ? 0 : (decimal)units)],
                [new(7, [2 * units, 6 * units, 10 * units, 14 * units]), new(28, [12 * units, 24 * units, 33 * units, 40.5m * units])]))],
            [new(new("best"), units, [7, 9.5m, 12, 15])]);

        void Add(EventType type, string subject, IEventData data, double day) =>
            events.Add(new($"e-{events.Count}", "tests", type, subject, Start.AddMinutes(Math.Round(day * 24 * 60)), data));

        void Policy(int version, double day, string settings) =>
            Add(EventCatalogue.PolicyUpdated, "replenishment", new PolicyUpdated(version, JsonElement.Parse(settings)), day);
    }
}
