using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;

namespace EcomIntel.Tests.Procurement.Receiving;

/// <summary>
/// Consignments that were announced and do not come. ASN A of 6 mugs and ASN B of 4 mugs and 20 cups, to arrive after 48 and 96 hours: a week later, after 216
/// and 264, they are missing.
/// </summary>
public sealed class MissingConsignmentTests
{
    private readonly ReceivingHouse _house = new();

    [Fact]
    public void What_does_not_come_is_missing_and_told_once()
    {
        Announce(1, "A", 48, (1, 6));
        Assert.Empty(At(215.9));
        Assert.Equal(["PO-1 at north, 12: 6 units of ASN A of purchase order PO-1, to arrive on 2026-01-09, have not come: "
            + "ask supplier acme where they are, or close the lines short"], At(216));
        Assert.Single(At(2_000));
        Assert.Equal(["po.asn_missing A"], Told());
    }

    [Fact]
    public void It_ends_when_they_come()
    {
        Announce(1, "A", 48, (1, 6));
        At(216);
        _house.Tell(ReceivingHouse.Received(220, "R-1", ReceivingHouse.Mugs(4)));
        Assert.Equal(["po.asn_missing A"], Told());
        _house.Tell(ReceivingHouse.Received(221, "R-2", ReceivingHouse.Mugs(2)));
        Assert.Equal(["po.asn_missing A", "po.asn_not_missing A"], Told());
        Assert.Single(At(2_000));
        Assert.Null(Assert.Single(_house.Order().Asns).MissingSince);
    }

    /// <summary>6 mugs came, and nobody said of which: those of A, that was to arrive first. Of B 4 mugs and 20 cups are missing: 8 and 30.</summary>
    [Fact]
    public void What_came_of_no_consignment_is_of_the_one_that_was_to_come_first()
    {
        Announce(1, "B", 96, (1, 4), (2, 20));
        Announce(2, "A", 48, (1, 6));
        _house.Tell(ReceivingHouse.Received(50, "R-1", ReceivingHouse.Mugs(6)));
        Assert.Equal("PO-1 at north, 38: 24 units of ASN B", Assert.Single(At(2_000))[..36]);
        Assert.Equal(["po.asn_missing B"], Told());
    }

    /// <summary>4 mugs came with B. Those of A are missing, and B's cups.</summary>
    [Fact]
    public void What_came_of_a_consignment_is_of_that()
    {
        Announce(1, "A", 48, (1, 6));
        Announce(2, "B", 96, (1, 4), (2, 20));
        _house.Tell(ReceivingHouse.Of(EventCatalogue.PurchaseOrderReceived, 50, "PO-1",
            new GoodsReceived(new("R-1"), new("north"), "cleo", [ReceivingHouse.Mugs(4)], "B")));
        Assert.Equal(
            ["PO-1 at north, 12: 6 units of ASN A", "PO-1 at north, 30: 20 units of ASN B"],
            At(2_000).ConvertAll(one => one[..one.IndexOf(" of purchase", StringComparison.Ordinal)]));
    }

    [Fact]
    public void What_is_not_to_come_is_not_missing()
    {
        Announce(1, "A", 48, (1, 6));
        Announce(2, "B", 96, (2, 20));
        _house.Tell(ReceivingHouse.Complete(50, "R-1", ReceivingHouse.Mugs(2)), ReceivingHouse.Cancelled(51, 2));
        Assert.Empty(At(2_000));
        Assert.Empty(Told());
    }

    /// <summary>The carrier says after 100 hours that it comes after 120: it is missing after 288; then that it comes after 400, until 568.</summary>
    [Fact]
    public void A_new_time_of_arrival_moves_it_and_ends_it()
    {
        Announce(1, "A", 48, (1, 6));
        Milestone(100, 120);
        Assert.Empty(At(287));
        Assert.Single(At(288));
        Milestone(300, 400);
        Assert.Equal(["po.asn_missing A", "po.asn_not_missing A"], Told());
        Assert.Single(At(567));
        Assert.Equal(2, At(568).Count);
    }

    [Fact]
    public void The_policy_says_how_long()
    {
        Assert.Null(_house.House.Policy("receiving", 1, ReceivingHouse.Day, """{"missingAfter":"2.00:00:00"}"""));
        Announce(1, "A", 48, (1, 6));
        Assert.Empty(At(95));
        Assert.Single(At(96));
    }

    /// <summary>It is heard long after it was due, because its order was: so it is missing at the next instant.</summary>
    [Fact]
    public void What_is_heard_when_it_is_long_due_is_missing_at_once()
    {
        At(300);
        Announce(1, "A", 48, (1, 6));
        Assert.Single(At(300.01));
    }

    private void Announce(double hour, string asn, double arrives, params (int Line, long Units)[] lines) => _house.Tell(ReceivingHouse.Of(
        EventCatalogue.PurchaseOrderAsnSent, hour, "PO-1", new AsnSent(
            asn, ReceivingHouse.Day.AddHours(arrives), [.. lines.Select(line => new AsnSent.AnnouncedLine(line.Line, line.Units))])));

    private void Milestone(double hour, double arrives) => _house.Tell(ReceivingHouse.Of(
        EventCatalogue.PurchaseOrderMilestone, hour, "PO-1", new PurchaseOrderMilestone("departed", "A", ReceivingHouse.Day.AddHours(arrives))));

    /// <summary>The cases of what is missing, once time has come so far.</summary>
    private List<string> At(double hour)
    {
        _house.House.Pass(ReceivingHouse.Day.AddHours(hour));
        return [.. _house.Cases.Where(one => one.Category == CaseCategory.PurchaseOrderAsnMissing)
            .Select(one => $"{one.Subject} at {one.Location}, {one.MoneyAtRisk:0.##}: {one.Detail}")];
    }

    private List<string> Told() => [.. _house.House.Emitted(PurchaseOrderChanged.ConsignmentMissing, OperationJson.Default.PurchaseOrderChanged)
        .Select(told => $"{PurchaseOrderChanged.ConsignmentMissing} {told.Note}")
        .Concat(_house.House.Emitted(PurchaseOrderChanged.ConsignmentNotMissing, OperationJson.Default.PurchaseOrderChanged)
            .Select(told => $"{PurchaseOrderChanged.ConsignmentNotMissing} {told.Note}"))];
}
