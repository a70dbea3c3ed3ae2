using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Tests.Processing;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.Tests.Remedies;

public sealed class ActOnCaseTests
{
    private static readonly DateTimeOffset Opens = SmallHouse.Opens;
    private readonly SmallHouse _house = new SmallHouse(["north", "south"]).Item("tea", "mug");

    private ExceptionBook Book => _house.House.Get<ExceptionBook>();

    [Fact]
    public void A_hold_is_released_and_the_case_says_who_did_it_to_what()
    {
        var found = Uncovered();
        Assert.Null(Act(found, CaseActed.ReleaseHold, hold: "awaiting_payment", note: "paid by transfer"));
        Assert.False(_house.Orders.Find(new OrderId("O-1"))!.IsHeld);
        Assert.Equal((ExceptionStatus.IN_PROGRESS, "ann"), (found.Status, found.Assignee));
        var entry = Book.Entries[^1];
        Assert.Equal(("acted", "release_hold", "O-1", "ann", "paid by transfer"), (entry.Kind, entry.Remedy, entry.Target, entry.By, entry.Note));
        var told = _house.Emitted(ExceptionChanged.Acted, OperationJson.Default.ExceptionChanged).Single();
        Assert.Equal(("release_hold", "O-1", "IN_PROGRESS"), (told.Remedy, told.Target, told.CaseStatus));
        Assert.Single(_house.Emitted(OperationEvents.HoldReleased, OperationJson.Default.HoldChanged));
    }

    [Fact]
    public void What_the_order_refuses_is_refused_by_name_and_changes_nothing()
    {
        var found = Uncovered();
        var (version, operations) = (found.Version, _house.Operations.Count);
        Assert.Equal((RejectionCodes.WrongState, "order O-1 is not held by fraud_risk"), Why(Act(found, CaseActed.ReleaseHold, hold: "fraud_risk")));
        Assert.Equal(
            (RejectionCodes.UnknownLine, "cancel_line: order O-1 has no line 7"), Why(Act(found, CaseActed.CancelLine, line: 7)));
        Assert.Equal(RejectionCodes.Invalid, Act(found, CaseActed.CancelOrder, target: "O-2")!.Code);
        Assert.Equal("recount does not help a case of payment.uncovered; what does is cancel_order, cancel_line, release_hold",
            Act(found, CaseActed.Recount)!.Detail);
        Assert.Equal((version, operations, ExceptionStatus.TRIAGED), (found.Version, _house.Operations.Count, found.Status));
    }

    [Fact]
    public void One_that_nobody_has_looked_at_is_looked_at_first_and_one_that_is_over_is_reopened()
    {
        var found = Uncovered(acknowledge: false);
        Assert.Equal(
            (RejectionCodes.WrongState, $"case {found.CaseId} is DETECTED: acknowledge or assign it before something is done about it"),
            Why(Act(found, CaseActed.CancelOrder)));
        Assert.Null(_house.Apply(Types.ExceptionAcknowledged, "O-1", new CaseDecided(found.CaseId, "ann"), Opens.AddHours(2)));
        Assert.Null(_house.Apply(Types.ExceptionResolved, "O-1", new CaseResolved(found.CaseId, "payment", "ann"), Opens.AddHours(2)));
        Assert.StartsWith($"case {found.CaseId} is RESOLVED", Act(found, CaseActed.CancelOrder)!.Detail);
    }

    [Fact]
    public void A_line_and_then_the_order_is_cancelled()
    {
        var found = Uncovered();
        Assert.Null(Act(found, CaseActed.CancelLine, line: 1, quantity: 2));
        Assert.Equal(8, _house.Orders.Find(new OrderId("O-1"))!.Lines[0].Live);
        Assert.Null(Act(found, CaseActed.CancelOrder));
        Assert.Equal(OrderStatus.CANCELLED, _house.Orders.Find(new OrderId("O-1"))!.Status);
        Assert.Equal((RejectionCodes.WrongState, "cancel_order: order O-1 is CANCELLED: nothing is left to cancel"),
            Why(Act(found, CaseActed.CancelOrder)));
    }

    [Fact]
    public void A_count_is_recorded_a_large_difference_waits_for_another_person_and_without_a_count_one_is_asked_for()
    {
        _house.Stock("tea", "north", 500);
        Assert.Null(_house.Apply(Types.StockCounted, "tea", new StockCounted(new("north"), 480), Opens.AddHours(1)));
        var found = Triaged(Book.Opened[0]);
        Assert.Null(Act(found, CaseActed.Recount));
        Assert.Equal(480, _house.Units("tea", "north", StockState.Available));
        Assert.Null(Act(found, CaseActed.Recount, quantity: 495));
        Assert.Equal(495, _house.Units("tea", "north", StockState.Available));
        Assert.Null(Act(found, CaseActed.Recount, quantity: 100));
        Assert.Equal(495, _house.Units("tea", "north", StockState.Available)); // 395 fewer wait
        var asked = _house.Emitted(AdjustmentChanged.Type, OperationJson.Default.AdjustmentChanged).Single();
        Assert.Equal((-395, "WAITING", "ann"), (asked.Quantity, asked.Status, asked.By));
        Assert.Equal(RejectionCodes.WrongState, _house.Apply(
            Types.AdjustmentApproved, "tea", new AdjustmentDecided(asked.AdjustmentId, "ann"), Opens.AddHours(4))!.Code);
        Assert.Null(_house.Apply(Types.AdjustmentApproved, "tea", new AdjustmentDecided(asked.AdjustmentId, "bob"), Opens.AddHours(4)));
        Assert.Equal(100, _house.Units("tea", "north", StockState.Available));
    }

    [Fact]
    public void A_supplier_is_asked_to_send_sooner_and_waited_for()
    {
        Assert.Null(_house.Apply(Types.SupplierUpdated, "S-1", new SupplierUpdated("Tea Ltd", "GBP")));
        Assert.Null(_house.Apply(Types.PurchaseOrderPlaced, "PO-1", new PurchaseOrderPlaced(
            new("S-1"), new("north"), "erp", [new(1, new("tea"), 10, 2m)], DueAt: Opens.AddDays(3))));
        Book.Open("late", Opens.AddDays(4), CaseCategory.PurchaseOrderLate, "PO-1", new LocationId("north"), "late", 20m);
        var found = Triaged(Book.Opened.Single(each => each.Category == CaseCategory.PurchaseOrderLate), Opens.AddDays(4));
        var wanted = Opens.AddDays(6);
        Assert.Null(Act(found, CaseActed.Expedite, line: 1, at: Opens.AddDays(5), wanted: wanted));
        var line = _house.House.Get<PurchaseOrderBook>().Find(new("PO-1"))!.Line(1)!;
        Assert.Equal((Opens.AddDays(5), wanted, ExceptionStatus.WAITING_EXTERNAL), (line.ExpediteRequestedAt, line.WantedAt, found.Status));
        Assert.Null(found.ClockFrom); // who is asked is waited for
        var told = _house.Emitted(PurchaseOrderChanged.ExpediteRequested, OperationJson.Default.PurchaseOrderChanged).Single();
        Assert.Equal(("ann", Opens.AddDays(5)), (told.By, told.Order.Lines[0].ExpediteRequestedAt));
        Assert.Equal(RejectionCodes.UnknownLine, Act(found, CaseActed.Expedite, line: 2, at: Opens.AddDays(5))!.Code);
        Assert.Equal("expedite: 2025-01-01 was over when it was wanted, on " + $"{Opens.AddDays(5):yyyy-MM-dd}",
            Act(found, CaseActed.Expedite, line: 1, at: Opens.AddDays(5), wanted: new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero))!.Detail);
    }

    [Theory]
    [InlineData("""{"remedy": "release_hold"}""", "hold must be given to release_hold")]
    [InlineData("""{"remedy": "cancel_line"}""", "line must be given to cancel_line")]
    [InlineData("""{"remedy": "transfer"}""", "target must be given to transfer: the proposal")]
    [InlineData("""{"remedy": "transfer", "target": "T", "quantity": 0}""", "quantity must be 1 or more")]
    [InlineData("""{"remedy": "pray"}""", "remedy must be resource, cancel_order, cancel_line, release_hold, recount, transfer, expedite, dispute")]
    [InlineData("""{"remedy": "recount", "quantity": 0}""", null)]
    public void What_a_remedy_is_told_must_be_of_it(string said, string? wrong)
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse(said)!.AsObject();
        var acted = new CaseActed(
            "c-1", (string)json["remedy"]!, "ann", (string?)json["target"], (int?)json["line"], (long?)json["quantity"], null, (string?)json["hold"]);
        Assert.Equal(wrong, acted.Invalid());
    }

    /// <summary>A case of what was released and is not paid any more.</summary>
    private ExceptionCase Uncovered(bool acknowledge = true)
    {
        _house.Stock("tea", "north", 10).Place("O-1", [("tea", 10)]);
        Assert.Null(_house.Apply(Types.OrderPaymentFailed, "O-1", new OrderFlagged("declined"), Opens.AddHours(1)));
        Book.Open("unpaid", Opens.AddHours(1), CaseCategory.Unpaid, "O-1", null, "not paid any more", 10m);
        var found = Book.Opened.Single(each => each.Category == CaseCategory.Unpaid);
        return acknowledge ? Triaged(found) : found;
    }

    private ExceptionCase Triaged(ExceptionCase found, DateTimeOffset? at = null)
    {
        Assert.Null(_house.Apply(Types.ExceptionAcknowledged, found.Subject, new CaseDecided(found.CaseId, "ann"), at ?? Opens.AddHours(2)));
        return found;
    }

    private Rejection? Act(
        ExceptionCase found, string remedy, string? target = null, int? line = null, long? quantity = null, string? hold = null, string? note = null,
        DateTimeOffset? at = null, DateTimeOffset? wanted = null) =>
        _house.Apply(Types.ExceptionActed, found.Subject,
            new CaseActed(found.CaseId, remedy, "ann", target, line, quantity, null, hold, wanted, note), at ?? Opens.AddHours(3));

    private static (string, string) Why(Rejection? refused) => (refused!.Code, refused.Detail);
}
