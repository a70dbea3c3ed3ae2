using System.Globalization;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Replenishment;
using EcomIntel.Core.Procurement.Suppliers;

namespace EcomIntel.Core.Procurement.Projection;

/// <summary>
/// After each run of replenishment: which of the pairs that it looked at run out, with what it has ordered. What runs out before its next receipt is told
/// when it begins, when its days change, and when it ends.
/// </summary>
internal sealed class StockProjection(OpenUnits open, SupplierBook suppliers, PolicyBook policies, ExceptionBook exceptions, Outbox outbox)
{
    private const int MostNamed = 20;

    private readonly Dictionary<(Sku, LocationId), ProjectedOut> _rows = [];

    /// <summary>Null before the first run.</summary>
    public ProjectionState? State { get; set; }

    public IEnumerable<ProjectedOut> Rows => _rows.Values.Where(row => !row.IsOver).OrderBy(row => row.Sku).ThenBy(row => row.Location);

    /// <summary>Stored, and runs out no more.</summary>
    public IEnumerable<ProjectedOut> Over => _rows.Values.Where(row => row is { IsOver: true, Stored: not null });

    public void Add(ProjectedOut row) => _rows.Add((row.Sku, row.Location), row);

    /// <param name="looks">In the order of skus and locations.</param>
    /// <param name="firstNode">Where what customers wait for is expected to come from.</param>
    public void Look(DateTimeOffset at, IReadOnlyList<PlaceLook> looks, LocationId firstNode)
    {
        var (settings, replenishment) = (policies.At(ProjectionPolicy.Kind, at).Settings, policies.At(ReplenishmentPolicy.Kind, at).Settings);
        var (from, due, inbound) = (DateOnly.FromDateTime(at.UtcDateTime), open.Due(), open.Inbound(settings.TransferDays));
        var left = Rows.ToDictionary(row => (row.Sku, row.Location));
        foreach (var look in looks)
        {
            var orders = look.Location == firstNode ? due.GetValueOrDefault(look.Sku) ?? [] : [];
            if (RunsOut(look, from, settings.HorizonDays, orders, inbound.GetValueOrDefault((look.Sku, look.Location)) ?? []) is not { } now)
                continue;
            left.Remove((look.Sku, look.Location));
            Tell(at, now);
        }
        foreach (var over in left.Values.OrderBy(row => row.Sku).ThenBy(row => row.Location))
        {
            if (over.BeforeReceipt)
                Emit(at, over, null);
            (over.UnitsShort, over.BeforeReceipt, over.CaseOpened) = (0, false, false);
        }
        if (settings.CaseFrom is { } least)
            OpenCases(at, least, firstNode, due);
        State ??= new();
        (State.RanAt, State.HorizonDays, State.TransferDays, State.WaitsAt) = (at, settings.HorizonDays, settings.TransferDays, firstNode);
        (State.WindowDays, State.MinimumDays) = (replenishment.WindowDays, replenishment.MinimumDays);
    }

    private static ProjectedOut? RunsOut(PlaceLook look, DateOnly from, int days, List<DueUnits> orders, List<UnitsOn> inbound)
    {
        var (available, daily) = (look.Position.Available, ProjectedStock.Daily(look.Demand.Units, look.Demand.Days));
        // Nothing that comes is needed: most pairs of a day.
        if (available >= daily * days + orders.Sum(units => Math.Max(0, units.Units)))
            return null;
        var projected = ProjectedStock.Of(from, days, available, daily, orders.Select(units => new UnitsOn(units.Day, units.Units)), inbound);
        var lead = (int)Math.Min(ProjectedStock.MostDays, Math.Ceiling(Math.Round(look.Lead.Mean, 6)));
        if (ProjectedStock.RunsOut(projected, lead) is not { } runsOut)
            return null;
        var until = projected.Take(runsOut.ShortOn.DayNumber - from.DayNumber + 1).ToList();
        return new()
        {
            Sku = look.Sku, Location = look.Location, LookedOn = from, RunsOutOn = runsOut.On, NextReceiptOn = runsOut.NextReceiptOn, LeadDays = lead,
            BeforeReceipt = runsOut.BeforeReceipt, ShortOn = runsOut.ShortOn, UnitsShort = runsOut.UnitsShort, Available = available, DailyDemand = daily,
            Orders = until.Sum(day => day.Orders), Inbound = until.Sum(day => day.Inbound),
        };
    }

    /// <summary>The row is written anew where the answer is another one; that it ran out earlier, and goes on, is none.</summary>
    private void Tell(DateTimeOffset at, ProjectedOut now)
    {
        if (!_rows.TryGetValue((now.Sku, now.Location), out var row))
            Add(row = new() { Sku = now.Sku, Location = now.Location });
        else if (!row.IsOver && now.RunsOutOn == now.LookedOn && row.RunsOutOn < now.LookedOn)
            now.RunsOutOn = row.RunsOutOn;
        var same = !row.IsOver && (row.BeforeReceipt, row.RunsOutOn, row.NextReceiptOn) == (now.BeforeReceipt, now.RunsOutOn, now.NextReceiptOn);
        if (same && (!now.BeforeReceipt || row.UnitsShort == now.UnitsShort))
            return;
        var wasTold = row.BeforeReceipt;
        (row.LookedOn, row.RunsOutOn, row.NextReceiptOn, row.LeadDays) = (now.LookedOn, now.RunsOutOn, now.NextReceiptOn, now.LeadDays);
        (row.BeforeReceipt, row.ShortOn, row.UnitsShort, row.Available) = (now.BeforeReceipt, now.ShortOn, now.UnitsShort, now.Available);
        (row.DailyDemand, row.Orders, row.Inbound) = (now.DailyDemand, now.Orders, now.Inbound);
        row.CaseOpened &= row.BeforeReceipt;
        if (!same && (wasTold || row.BeforeReceipt))
            Emit(at, row, row.BeforeReceipt ? row : null);
    }

    /// <param name="now">Null: it does not run out before its next receipt any more.</param>
    private void Emit(DateTimeOffset at, ProjectedOut row, ProjectedOut? now) => outbox.Add(
        at, StockProjectedOut.Type, row.Sku.Value,
        new StockProjectedOut(row.Sku, row.Location, now?.RunsOutOn, now?.NextReceiptOn, now?.UnitsShort ?? 0), OperationJson.Default.StockProjectedOut);

    /// <summary>One case of a location: of all that money waits for and that none has told of since it began.</summary>
    private void OpenCases(DateTimeOffset at, decimal from, LocationId location, Dictionary<Sku, List<DueUnits>> due)
    {
        var baseCurrency = policies.At(PurchasingPolicy.Kind, at).Settings.BaseCurrency;
        var waiting = Rows.Where(row => row is { BeforeReceipt: true, CaseOpened: false } && row.Location == location)
            .Select(row => (Row: row, Value: ValueOf(row.Sku))).Where(each => each.Value > 0).ToList();
        if (waiting.Count == 0 || waiting.Sum(each => each.Value) is var value && value < from)
            return;
        foreach (var (row, _) in waiting)
            row.CaseOpened = true;
        var named = string.Join(", ", waiting.OrderByDescending(each => each.Value).ThenBy(each => each.Row.Sku).Take(MostNamed).Select(each => each.Row.Sku));
        exceptions.Open(
            string.Create(CultureInfo.InvariantCulture, $"{location}:{at:yyyyMMdd}"), at, CaseCategory.LocationRunsOut, location.Value, location,
            $"{waiting.Count} skus that customers wait for run out before their next receipt: {named}"
                + (waiting.Count > MostNamed ? $" and {waiting.Count - MostNamed} others" : ""),
            waiting.Sum(each => each.Value));

        // What no rate is known for is not counted.
        decimal ValueOf(Sku sku) => Math.Round((due.GetValueOrDefault(sku) ?? []).Sum(units =>
            units.Value * (units.Currency == baseCurrency ? 1 : suppliers.Rate(units.Currency, baseCurrency, at) ?? 0)), 4);
    }
}
