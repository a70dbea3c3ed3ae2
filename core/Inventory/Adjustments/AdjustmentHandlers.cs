using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.Policies;

namespace EcomIntel.Core.Inventory.Adjustments;

/// <summary>The adjustments that the batch at hand names.</summary>
internal sealed class AdjustmentBook
{
    private readonly Dictionary<string, Adjustment> _adjustments = new(StringComparer.Ordinal);

    public IEnumerable<Adjustment> All => _adjustments.Values.OrderBy(adjustment => adjustment.Id, StringComparer.Ordinal);

    public Adjustment? Find(string id) => _adjustments.GetValueOrDefault(id);

    public void Add(Adjustment adjustment) => _adjustments.Add(adjustment.Id, adjustment);
}

/// <summary>
/// adjustment.requested, .approved and .refused; the subject is the sku. What the policy lets pass is applied at once; the rest when another person
/// approves it, as of then.
/// </summary>
/// <param name="provide">As of <see cref="Processing.Workspace.Provide"/>.</param>
internal sealed class AdjustmentHandlers(
    AdjustmentBook adjustments, StockHandlers handlers, StockJudge judge, CatalogBook catalog, PolicyBook policies, Outbox outbox, Action<string> provide)
{
    public Rejection? Requested(CloudEvent e, AdjustmentRequested data)
    {
        if ((catalog.Known(e, data.Location) ?? StockHandlers.Counts(data.State)) is { } wrong)
            return wrong;
        if (adjustments.Find(data.AdjustmentId) is not null)
            return new(RejectionCodes.AlreadyExists, $"adjustment {data.AdjustmentId} was requested before");
        var policy = policies.At(AdjustmentPolicy.Kind, e.Time);
        var adjustment = new Adjustment
        {
            Id = data.AdjustmentId, Version = 1, Sku = new(e.Subject), Location = data.Location, Lot = data.Lot, StateWord = data.State.Word(),
            Quantity = data.Quantity, Value = judge.ValueOf(new(e.Subject), data.Quantity), Reason = data.Reason, RequestedBy = data.By, RequestedAt = e.Time,
            PolicyVersion = policy.Version,
        };
        adjustments.Add(adjustment);
        if (Math.Abs(data.Quantity) <= policy.Settings.ApproveAboveUnits && !(adjustment.Value > policy.Settings.ApproveAboveValue))
            Apply(e, adjustment);
        Emit(e, adjustment, data.By);
        provide($"adjustment/{adjustment.Id}");
        return null;
    }

    public Rejection? Approved(CloudEvent e, AdjustmentDecided data)
    {
        if (Decide(e, data, out var adjustment) is { } wrong)
            return wrong;
        if (adjustment.RequestedBy == data.By)
            return new(RejectionCodes.WrongState, $"adjustment {adjustment.Id} was requested by {data.By}: somebody else approves it");
        Apply(e, adjustment);
        Decided(e, adjustment, data);
        return null;
    }

    public Rejection? Refused(CloudEvent e, AdjustmentDecided data)
    {
        if (Decide(e, data, out var adjustment) is { } wrong)
            return wrong;
        adjustment.Status = AdjustmentStatus.REFUSED;
        Decided(e, adjustment, data);
        return null;
    }

    private Rejection? Decide(CloudEvent e, AdjustmentDecided data, out Adjustment adjustment)
    {
        adjustment = adjustments.Find(data.AdjustmentId)!;
        if (adjustment is null || adjustment.Sku.Value != e.Subject)
            return new(RejectionCodes.UnknownAdjustment, $"no adjustment {data.AdjustmentId} of {e.Subject}") { Awaits = $"adjustment/{data.AdjustmentId}" };
        return adjustment.Status == AdjustmentStatus.WAITING ? null
            : new(RejectionCodes.WrongState, $"adjustment {adjustment.Id} is {adjustment.Status}, it does not wait");
    }

    private void Apply(CloudEvent e, Adjustment adjustment)
    {
        handlers.Adjust(e, new(adjustment.Location, adjustment.Quantity, adjustment.Reason, adjustment.State, adjustment.Lot));
        adjustment.Status = AdjustmentStatus.APPLIED;
    }

    private void Decided(CloudEvent e, Adjustment adjustment, AdjustmentDecided data)
    {
        (adjustment.DecidedBy, adjustment.DecidedAt, adjustment.Note) = (data.By, e.Time, data.Note);
        adjustment.Version++;
        Emit(e, adjustment, data.By);
    }

    private void Emit(CloudEvent e, Adjustment adjustment, string by) => outbox.Add(e.Time, AdjustmentChanged.Type, e.Subject, new AdjustmentChanged(
        adjustment.Id, adjustment.Sku, adjustment.Location, adjustment.State, adjustment.Lot, adjustment.Quantity, adjustment.Value, adjustment.Reason,
        adjustment.Status.ToString(), by), OperationJson.Default.AdjustmentChanged);
}
