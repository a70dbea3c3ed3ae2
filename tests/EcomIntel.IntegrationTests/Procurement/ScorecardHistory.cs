using EcomIntel.Core.Events;
using EcomIntel.Tests.Processing;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.IntegrationTests.Procurement;

/// <summary>
/// Six weeks of purchase orders of four suppliers: in time, late, in parts, short, over, damaged, cancelled, blind; seeded, the same each time.
/// </summary>
internal static class ScorecardHistory
{
    public static readonly DateTimeOffset Start = Business.Start;
    private static readonly string[] Skus = ["cup", "jug", "mug"];
    private static readonly string[] Suppliers = ["S-1", "S-2", "S-3", "S-4"];

    /// <returns>In the order of their times, and those that are heard days later.</returns>
    public static (List<CloudEvent> Events, List<(DateTimeOffset Heard, CloudEvent Event)> Late) Events(int seed, int orders = 40)
    {
        var (random, events, late) = (new Random(seed), new List<CloudEvent>(), new List<(DateTimeOffset, CloudEvent)>());
        Add(Types.LocationUpdated, "north", new LocationUpdated("North"), 0);
        Add(Types.RateUpdated, "USD", new RateUpdated(0.7853m), 0);
        Policy("suppliers", 1, 0, """{"scorecardDays": 21}""");
        Policy("suppliers", 2, 33.2, """{"scorecardDays": 30, "scoreAt": "07:30:00"}""");
        Policy("receiving", 1, 0, """{"inspectCategories": ["glass"]}""");
        foreach (var sku in Skus)
            Add(Types.ItemUpdated, sku, new ItemUpdated(sku, sku == "jug" ? "glass" : "clay", 2.5m), 0);
        for (var number = 0; number < Suppliers.Length; number++)
        {
            Add(Types.SupplierUpdated, Suppliers[number], new SupplierUpdated(
                Suppliers[number], number == 1 ? "USD" : "GBP", ShortTolerance: number == 2 ? 0.1m : 0, OverTolerance: 0.05m, LeadTimeDays: 6),
                number == 3 ? 12 : 0);
            Add(Types.SupplierItemUpdated, Suppliers[number], new SupplierItemUpdated(new("cup"), 1.2345m + number), number == 3 ? 12.01 : 0.01);
        }
        for (var number = 0; number < orders; number++)
            Order($"P-{number}", Suppliers[random.Next(Suppliers.Length)], 0.5 + (random.NextDouble() * 34));
        return ([.. events.OrderBy(e => e.Time)], late);

        void Order(string id, string supplier, double day)
        {
            if (supplier == "S-4")
                day = Math.Max(day, 13);
            var lines = Enumerable.Range(1, random.Next(1, 4)).Select(line => new PurchaseOrderPlaced.OrderedLine(
                line, new(Skus[random.Next(Skus.Length)]), random.Next(1, 60), Price())).ToList();
            Add(Types.PurchaseOrderPlaced, id, new PurchaseOrderPlaced(
                new(supplier), new("north"), "erp", lines, DueAt: Start.AddDays(day + 2 + random.Next(9))), day);
            if (random.Next(4) > 0)
                Add(Types.PurchaseOrderAcknowledged, id, new PurchaseOrderAcknowledged(Start.AddDays(day + random.Next(2, 12))),
                    day + (random.NextDouble() * 6));
            if (random.Next(4) == 0)
                Add(Types.PurchaseOrderDateChanged, id, new PurchaseOrderDateChanged(Start.AddDays(day + random.Next(9, 15))), day + 6);
            var at = day + 1;
            for (var receipt = random.Next(4); receipt > 0; receipt--)
            {
                at += random.NextDouble() * 5;
                var delivered = lines.FindAll(_ => random.Next(4) > 0).ConvertAll(line => new GoodsReceived.DeliveredLine(
                    line.Sku, Math.Max(1, line.Quantity * random.Next(3, 12) / 10), random.Next(3) == 0 ? null : line.Number, random.Next(8) == 0 ? 1 : 0));
                if (delivered.Count == 0)
                    continue;
                var receiptId = $"R-{id}-{receipt}";
                if (random.Next(8) == 0)
                {
                    Add(Types.ReceiptBlind, receiptId, new BlindReceived(
                        new(supplier), new("north"), "cleo", [.. delivered.Select(line => new BlindReceived.BlindLine(line.Sku, line.Quantity))]), at);
                    Add(Types.ReceiptMatched, id, new ReceiptMatched(new(receiptId), "dora"), at + random.Next(5));
                    continue;
                }
                Add(Types.PurchaseOrderReceived, id, new GoodsReceived(
                    new(receiptId), new("north"), "cleo", delivered, Complete: random.Next(3) == 0), at, heardLate: random.Next(8) == 0);
                foreach (var jug in delivered.Where(line => line.Sku == new Sku("jug") && line.Quantity > 1).Take(1))
                    Add(Types.PurchaseOrderInspected, id, new GoodsInspected(new(receiptId), jug.Sku, "eve", jug.Quantity - 2, 1), at + 1 + random.Next(4));
                if (random.Next(3) > 0)
                    Add(Types.InvoiceReceived, $"I-{receiptId}", new InvoiceReceived(new(supplier), receiptId, supplier == "S-2" ? "USD" : "GBP", 100m,
                        [new(1, new(id), random.Next(1, lines.Count + 1), random.Next(1, 40), Price())]), at + 0.2);
            }
            for (var line = 1; line <= lines.Count; line++)
                foreach (var kind in (string[])["SHORT", "OVER"])
                    if (random.Next(2) == 0)
                    {
                        var claim = new ClaimId($"{id}/{line}/{kind}");
                        Add(random.Next(2) == 0 ? Types.ClaimAccepted : Types.ClaimRefused, id, new ClaimAnswered(claim, supplier), at + 2);
                        Add(Types.ClaimCredited, id, new ClaimCredited(claim, 5, supplier == "S-2" ? "USD" : "GBP", supplier), at + 5);
                    }
            if (random.Next(6) == 0)
                Add(Types.PurchaseOrderCancelled, id, new PurchaseOrderCancelled(random.Next(2) == 0 ? "ann" : "supplier"),
                    day + 1 + (random.NextDouble() * 12));
        }

        decimal Price() => random.Next(10_000, 40_000) / 10_000m;

        void Policy(string kind, int version, double day, string settings) =>
            Add(Types.PolicyUpdated, kind, new PolicyUpdated(version, System.Text.Json.JsonElement.Parse(settings)), day);

        void Add(EventType type, string subject, IEventData data, double day, bool heardLate = false)
        {
            var e = new CloudEvent($"e-{events.Count + late.Count}", "tests", type, subject, Start.AddMinutes(Math.Round(day * 24 * 60)), data);
            if (heardLate)
                late.Add((e.Time.AddDays(3), e));
            else
                events.Add(e);
        }
    }
}
