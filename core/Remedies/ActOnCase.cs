using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Inventory.Adjustments;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Replenishment;

namespace EcomIntel.Core.Remedies;

/// <summary>
/// exception.acted: a remedy is what the slice whose thing it is does with an event of its own, so that it is decided in one place, by the rules that hold for
/// everybody. What that refuses is refused, and nothing has changed.
/// </summary>
internal sealed class ActOnCase(Workspace workspace)
{
    private readonly ExceptionBook _cases = workspace.Get<ExceptionBook>();
    private readonly OrderBook _orders = workspace.Get<OrderBook>();
    private readonly StockBook _stock = workspace.Get<StockBook>();
    private readonly CatalogBook _catalog = workspace.Get<CatalogBook>();
    private readonly PolicyBook _policies = workspace.Get<PolicyBook>();
    private readonly PurchaseOrderBook _purchases = workspace.Get<PurchaseOrderBook>();
    private readonly ReplenishmentBook _proposals = workspace.Get<ReplenishmentBook>();

    /// <summary>What must be at hand: all that may come of it.</summary>
    public void Name(CloudEvent e, CaseActed data, Keys keys)
    {
        ExceptionCasesSlice.Name(data.CaseId, e.Subject, keys);
        if (RemedyTable.Parse(data.Remedy) == Remedy.RECOUNT)
            foreach (var possible in (CloudEvent[])[Counted(e, data, new("-")), Adjusted(e, data, new("-"), 1)])
                workspace.NameKeys(possible, keys);
        else
            workspace.NameKeys(EffectOf(e, data)!, keys);
        if (RemedyTable.Parse(data.Remedy) == Remedy.TRANSFER)
            PurchaseOrdersSlice.Name(e.Subject, keys);
    }

    public Rejection? Apply(CloudEvent e, CaseActed data)
    {
        var remedy = RemedyTable.Parse(data.Remedy);
        if (_cases.Find(data.CaseId) is not { } found || found.Subject != e.Subject)
            return ChangeCase.Unknown(data.CaseId);
        if (found.Team is null)
            return ChangeCase.Unowned(found);
        if (RemedyTable.Refusal(found.CaseId, found.Category, found.Status, remedy) is { } refusal)
            return new(RejectionCodes.WrongState, refusal);
        if (Unrelated(found, remedy, Target(e, data)) is { } unrelated)
            return unrelated;
        // Letting go what is not held would be heard and have no effect.
        if (remedy == Remedy.RELEASE_HOLD && _orders.Find(new OrderId(Target(e, data))) is { } held
            && !held.Holds.Exists(hold => hold.Kind == data.Hold && hold.IsOpen))
            return new(RejectionCodes.WrongState, $"order {held.Id} is not held by {data.Hold}");
        if (remedy == Remedy.RECOUNT && (data.Location ?? found.Location) is null)
            return new(RejectionCodes.Invalid, $"location must be given: case {found.CaseId} is at none");
        var effect = remedy == Remedy.RECOUNT ? Recount(e, data, data.Location ?? found.Location!.Value) : EffectOf(e, data);
        if (effect?.Data.Invalid() is { } wrong)
            return new(RejectionCodes.Invalid, wrong);
        if (effect is not null && workspace.Apply(effect) is { } refused)
            return refused with { Detail = $"{data.Remedy}: {refused.Detail}" };

        var at = Instant.Later(found.ChangedAt, workspace.EffectOf(e));
        _cases.CatchUp(found, at);
        var calendar = _cases.CalendarOf(found);
        // What was done may have settled it at once.
        if (found.IsOpen)
            found.Status = RemedyTable.After(remedy, found.Status)!.Value;
        found.Assignee ??= Identifier.IsValid(data.By) ? data.By : null;
        _cases.Change(found, at, calendar, ExceptionChanged.Acted, data.By, data.Note, (data.Remedy, effect?.Subject ?? Target(e, data)));
        return null;
    }

    private static string Target(CloudEvent e, CaseActed data) => data.Target ?? e.Subject;

    /// <summary>The event by which a slice does it; null: nothing but that it is asked for.</summary>
    private static CloudEvent? EffectOf(CloudEvent e, CaseActed data) => data.Remedy switch
    {
        CaseActed.Resource => Of(e, data, EventCatalogue.OrderResourceRequested, new OrderResourceRequested(data.Location, data.Note)),
        CaseActed.CancelOrder => Of(e, data, EventCatalogue.OrderCancelled, new OrderCancelled("seller", data.Note)),
        CaseActed.CancelLine => Of(e, data, EventCatalogue.OrderLineCancelled, new OrderLineCancelled(data.Line!.Value, data.Quantity, "seller", data.Note)),
        CaseActed.ReleaseHold => Of(e, data, EventCatalogue.OrderHoldReleased, new HoldRequested(data.Hold!, data.Note)),
        CaseActed.Transfer => Of(e, data, EventCatalogue.ProposalAccepted, new ProposalAccepted(data.By, data.Quantity, data.Note)),
        CaseActed.Expedite => Of(e, data, EventCatalogue.PurchaseOrderExpediteRequested,
            new ExpediteRequested(data.Line!.Value, data.By, data.WantedAt, data.Note)),
        CaseActed.Dispute => Of(e, data, EventCatalogue.InvoiceDisputed, new InvoiceDecided(data.By, data.Note)),
        _ => null,
    };

    /// <summary>
    /// A count is recorded as one; where it differs by more than the policy <c>adjustment</c> lets pass, somebody else approves the difference, as any other
    /// correction that a person asks for. Without a count nothing is recorded: the warehouse is asked for one by the operation.
    /// </summary>
    private CloudEvent? Recount(CloudEvent e, CaseActed data, LocationId location)
    {
        if (data.Quantity is not { } counted)
            return null;
        var sku = new Sku(Target(e, data));
        var book = _stock.Of(sku).Where(position => position.Location == location).Sum(position => position[StockState.Available]);
        var (difference, policy) = (counted - book, _policies.At(AdjustmentPolicy.Kind, e.Time).Settings);
        var waits = Math.Abs(difference) > policy.ApproveAboveUnits || Math.Abs(difference) * _catalog.UnitCost(sku) > policy.ApproveAboveValue;
        return waits ? Adjusted(e, data, location, difference) : Counted(e, data, location);
    }

    private static CloudEvent Counted(CloudEvent e, CaseActed data, LocationId location) =>
        Of(e, data, EventCatalogue.StockCounted, new StockCounted(location, data.Quantity ?? 0));

    private static CloudEvent Adjusted(CloudEvent e, CaseActed data, LocationId location, long difference) =>
        Of(e, data, EventCatalogue.AdjustmentRequested,
            new AdjustmentRequested($"recount-{e.Identity:n}", location, difference, data.Note ?? "recounted", data.By));

    private static CloudEvent Of(CloudEvent e, CaseActed data, EventType type, IEventData effect) =>
        new($"{e.Id}/{data.Remedy}", e.Source, type, Target(e, data), e.Time, effect);

    /// <summary>A remedy is for what the case is about, and not for whatever else somebody may name.</summary>
    private Rejection? Unrelated(ExceptionCase found, Remedy remedy, string target)
    {
        var about = found.Category.Split('.')[0];
        var relates = remedy switch
        {
            Remedy.RESOURCE when about == "location" => _orders.Find(new OrderId(target)) is { } order
                && order.Allocations.Exists(each => each.IsLive && each.Location.Value == found.Subject),
            Remedy.RESOURCE or Remedy.CANCEL_ORDER or Remedy.CANCEL_LINE or Remedy.RELEASE_HOLD => target == found.Subject
                || (about == "carrier" && _orders.Find(new OrderId(target))?.Shipments.Exists(each => each.Id.Value == found.Subject) == true),
            Remedy.TRANSFER => _proposals.Find(target) is { Kind: Proposal.Transfer } proposal && about switch
            {
                "location" => proposal.Location.Value == found.Subject,
                "inventory" => proposal.Sku.Value == found.Subject && proposal.Location == found.Location,
                _ => _purchases.Find(new(found.Subject)) is { } bought && bought.Location == proposal.Location
                    && bought.Lines.Exists(line => line.Sku == proposal.Sku),
            },
            Remedy.EXPEDITE when about == "location" => _purchases.Find(new(target))?.Location.Value == found.Subject,
            _ => target == found.Subject,
        };
        return relates ? null
            : new(RejectionCodes.Invalid, $"{RemedyTable.Word(remedy)} of {target} does not help case {found.CaseId}, which is about {found.Subject}");
    }
}
