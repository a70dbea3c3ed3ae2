using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Supply;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Procurement.Supply;

/// <summary>Lines that wait are told when their supply comes, and told anew when it moves.</summary>
public sealed class SupplyRunTests
{
    private static readonly DateTimeOffset Opens = SmallHouse.Opens;
    private readonly SmallHouse _house = new SmallHouse(["A"]).Item("MUG");

    [Fact]
    public void A_line_that_waits_is_told_its_supply_and_the_day_after_it_arrives()
    {
        Order("PO-1", 10, Opens.AddDays(6));
        Wait("O-1", 4);
        Look(2);

        Assert.Equal([("O-1", "PO-1", Opens.AddDays(7), null)], Told());
    }

    [Fact]
    public void When_the_supply_moves_the_line_is_told_anew_and_not_before()
    {
        var order = Order("PO-1", 10, Opens.AddDays(6));
        Wait("O-1", 4);
        Look(2);
        Look(3);
        order.Lines[0].ExpectedAt = Opens.AddDays(9);
        Look(4);

        Assert.Equal([("O-1", "PO-1", Opens.AddDays(7), null), ("O-1", "PO-1", Opens.AddDays(10), Opens.AddDays(7))], Told());
    }

    [Fact]
    public void What_will_not_come_is_not_expected_any_more()
    {
        var order = Order("PO-1", 10, Opens.AddDays(6));
        Wait("O-1", 4);
        Look(2);
        order.Lines[0].ClosedShort = 10;
        Look(3);

        Assert.Equal([("O-1", "PO-1", Opens.AddDays(7), null), ("O-1", null, null, Opens.AddDays(7))], Told());
        Assert.Empty(Run.Told);
    }

    [Fact]
    public void A_line_that_was_served_waits_for_nothing_and_the_next_moves_up()
    {
        Order("PO-1", 4, Opens.AddDays(6));
        Order("PO-2", 4, Opens.AddDays(20));
        Wait("O-1", 4);
        Wait("O-2", 4);
        Look(2);
        _house.Stock("MUG", "A", 4).Round(27);
        Look(28);

        Assert.Equal(
        [
            ("O-1", "PO-1", Opens.AddDays(7), null), ("O-2", "PO-2", Opens.AddDays(21), null), ("O-2", "PO-1", Opens.AddDays(7), Opens.AddDays(21)),
        ], Told());
        Assert.Equal(["O-2"], Run.Told.Select(line => line.OrderId.Value));
    }

    [Fact]
    public void A_draft_is_no_supply()
    {
        Order("PO-1", 10, Opens.AddDays(6), PurchaseOrderStatus.DRAFT);
        Wait("O-1", 4);
        Look(2);

        Assert.Empty(Told());
    }

    private SupplyRun Run => _house.House.Get<SupplyRun>();

    private PurchaseOrder Order(string id, long quantity, DateTimeOffset expectedAt, PurchaseOrderStatus status = PurchaseOrderStatus.SENT)
    {
        var order = new PurchaseOrder
        {
            Id = new(id), Version = 1, Status = status, SupplierId = new("S"), Location = new("A"), Currency = "GBP", Origin = "outside", CreatedBy = "erp",
            CreatedAt = Opens, SentAt = Opens,
        };
        order.Lines.Add(new()
        {
            PurchaseOrderId = order.Id, Number = 1, Sku = new("MUG"), Ordered = quantity, DueAt = expectedAt, ExpectedAt = expectedAt, Price = 1,
        });
        _house.House.Get<PurchaseOrderBook>().Add(order);
        return order;
    }

    private void Wait(string order, long units)
    {
        _house.Place(order, [("MUG", units)]);
        _house.Round(1);
    }

    private void Look(int afterHours)
    {
        Run.Skus.Add(new("MUG"));
        Run.Run(Opens.AddHours(afterHours));
    }

    private IEnumerable<(string, string?, DateTimeOffset?, DateTimeOffset?)> Told() =>
        _house.Emitted(OrderExpected.Type, OperationJson.Default.OrderExpected)
            .ConvertAll(told => (told.OrderId.Value, told.PurchaseOrderId?.Value, told.ExpectedAt, told.Before));
}
