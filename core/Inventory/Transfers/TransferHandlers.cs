using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;

namespace EcomIntel.Core.Inventory.Transfers;

/// <summary>
/// transfer.dispatched, .received, .lost and .closed; the subject is the sku. What each does is the difference it makes to the course of its transfer.
/// </summary>
/// <param name="provide">As of <see cref="Processing.Workspace.Provide"/>.</param>
internal sealed class TransferHandlers(
    TransferBook transfers, StockJudge judge, CatalogBook catalog, ExceptionBook exceptions, Outbox outbox, Action<string> provide,
    Func<CloudEvent, DateTimeOffset> effectOf)
{
    /// <summary>The units are in transit whatever the book had of them: who sent them knows. Without a lot, of the lots they are taken from.</summary>
    public Rejection? Dispatched(CloudEvent e, TransferDispatched data)
    {
        if ((catalog.Known(e, data.From) ?? catalog.Known(e, data.To)) is { } unknown)
            return unknown;
        var taken = judge.Apply(new()
        {
            Identity = e.Identity, Sku = new(e.Subject), Location = data.From, At = effectOf(e), Cause = e.Id, Kind = ClaimKind.TAKEN,
            Lot = data.Lot.Length > 0 ? data.Lot : null, State = StockState.Available, Quantity = data.Quantity, Reason = "transfer_dispatched",
        });
        var lots = taken.GroupBy(effect => effect.Lot, StringComparer.Ordinal).ToDictionary(lot => lot.Key, lot => lot.Sum(effect => effect.Quantity));
        if (data.Quantity - lots.Values.Sum() is > 0 and var unknownTo)
            lots[data.Lot] = lots.GetValueOrDefault(data.Lot) + unknownTo;
        Change(e, data.TransferId, [.. lots.Select((lot, index) =>
            Report(e, data.TransferId, TransferStep.DISPATCHED, lot.Value, lot.Key, data.To, data.From, index + 1))]);
        provide($"transfer/{data.TransferId}");
        return null;
    }

    public Rejection? Received(CloudEvent e, TransferReceived data)
    {
        if ((catalog.Known(e, data.To) ?? Unknown(e, data.TransferId)) is { } wrong)
            return wrong;
        var (before, after) = Change(e, data.TransferId, [Report(e, data.TransferId, TransferStep.RECEIVED, data.Quantity, data.Lot, data.To)]);
        if (after.Over - before.Over is > 0 and var over)
            Open(e, CaseCategory.TransferOver, data.TransferId, data.To, over,
                $"transfer {data.TransferId}: {data.Quantity} {e.Subject} reported received, {over} were never dispatched and are not in stock; count them");
        if (after.Received > before.Received && !after.IsPlanned(data.To))
            Open(e, CaseCategory.TransferDiverted, data.TransferId, data.To, 0,
                $"transfer {data.TransferId}: {after.Received - before.Received} {e.Subject} received at {data.To}, where they were not sent to");
        return null;
    }

    public Rejection? Lost(CloudEvent e, TransferLost data)
    {
        if ((catalog.Known(e) ?? Unknown(e, data.TransferId)) is { } wrong)
            return wrong;
        var (before, after) = Change(e, data.TransferId, [Report(e, data.TransferId, TransferStep.LOST, data.Quantity, data.Lot, null)]);
        var lost = after.Lost - before.Lost;
        Open(e, CaseCategory.TransferLost, data.TransferId, null, lost,
            $"transfer {data.TransferId}: {data.Quantity} {e.Subject} lost{(lost < data.Quantity ? $", {lost} of them were on their way" : "")}");
        return null;
    }

    public Rejection? Closed(CloudEvent e, TransferClosed data)
    {
        if ((catalog.Known(e) ?? Unknown(e, data.TransferId)) is { } wrong)
            return wrong;
        var (before, after) = Change(e, data.TransferId, [Report(e, data.TransferId, TransferStep.CLOSED, 0, "", null)]);
        if (after.Short - before.Short is > 0 and var missing)
            Open(e, CaseCategory.TransferShort, data.TransferId, null, missing, $"transfer {data.TransferId}: closed, {missing} {e.Subject} had not come");
        return null;
    }

    private Rejection? Unknown(CloudEvent e, string id)
    {
        foreach (var report in transfers.Of(id, new(e.Subject)))
            if (report.Step == TransferStep.DISPATCHED)
                return null;
        return new(RejectionCodes.UnknownTransfer, $"no transfer {id} of {e.Subject} was dispatched") { Awaits = $"transfer/{id}" };
    }

    private TransferReport Report(
        CloudEvent e, string id, TransferStep step, long quantity, string lot, LocationId? place, LocationId? from = null, int number = 1) => new()
        {
            Identity = e.Identity, Number = number, TransferId = id, Sku = new(e.Subject), At = effectOf(e), Cause = e.Id, Step = step,
            Quantity = quantity, Lot = lot, Place = place, From = from,
        };

    private (TransferCourse Before, TransferCourse After) Change(CloudEvent e, string id, IReadOnlyList<TransferReport> reports)
    {
        var sku = new Sku(e.Subject);
        var before = TransferCourse.Of(transfers.Of(id, sku));
        foreach (var report in reports)
            transfers.Add(report);
        var after = TransferCourse.Of(transfers.Of(id, sku));
        judge.Post(sku, e.Identity, Difference(before.Postings, after.Postings));
        transfers.Update(id, sku, after);
        var step = reports[0];
        outbox.Add(step.At, TransferChanged.Type, e.Subject, new TransferChanged(
                id, sku, step.Step.ToString(), step.From, step.Place, reports.Sum(report => report.Quantity), after.Open - before.Open,
                after.Received - before.Received, after.Lost - before.Lost, after.Short - before.Short, after.Over - before.Over),
            OperationJson.Default.TransferChanged);
        return (before, after);
    }

    private static List<Posting> Difference(List<Posting> before, List<Posting> after)
    {
        var net = new Dictionary<Posting, long>();
        foreach (var posting in after)
            net[posting with { Quantity = 0 }] = net.GetValueOrDefault(posting with { Quantity = 0 }) + posting.Quantity;
        foreach (var posting in before)
            net[posting with { Quantity = 0 }] = net.GetValueOrDefault(posting with { Quantity = 0 }) - posting.Quantity;
        return [.. net.Select(each => each.Key with { Quantity = each.Value })];
    }

    private void Open(CloudEvent e, string category, string id, LocationId? location, long units, string detail) =>
        exceptions.Open(e, category, id, location, detail, units == 0 ? null : judge.ValueOf(new(e.Subject), units));
}
