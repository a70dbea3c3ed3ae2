using System.Globalization;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Orders;

/// <summary>
/// A case is opened of each order whose promise passes before it has shipped, of each to which nothing happens for long, and of each shipment that is not
/// delivered long after its promise; each is settled when that is over. By the policy <c>lateness</c> as it ruled when the order was placed.
/// </summary>
internal sealed class OrderWatch : IDueWork
{
    // By the index of those that are to be looked at.
    private const string SelectDue = """
        SELECT watch_at, order_id FROM orders WHERE watch_at <= $1 ORDER BY watch_at, order_id COLLATE "C" LIMIT $2
        """;

    private const string SelectShipments = "SELECT shipment_id FROM shipments WHERE order_id = ANY($1) AND (overdue_told OR status = 'SHIPPED')";

    private readonly List<string> _due = [];
    private readonly OrderBook _orders;
    private readonly PolicyBook _policies;
    private readonly ExceptionBook _cases;

    public OrderWatch(OrderBook orders, PolicyBook policies, ExceptionBook cases)
    {
        (_orders, _policies, _cases) = (orders, policies, cases);
        orders.NextWatch = NextOf;
    }

    /// <summary>Each at its own instant.</summary>
    public bool OnlyLatest => false;

    /// <summary>Names the orders that are to be looked at while time passes.</summary>
    public void Name(Load load) => load.Due(this, SelectDue, row =>
    {
        load.Keys.Add(OrdersSlice.Orders, row.GetString(1));
        _due.Add(row.GetString(1));
    });

    /// <summary>And their shipments, which cases may be about.</summary>
    public void NameShipments(Load load)
    {
        if (_due.Count > 0)
            load.Query(SelectShipments, [_due.ToArray()], row => load.Keys.Add(ExceptionCasesSlice.Subjects, row.GetString(0)));
    }

    public DateTimeOffset? NextAfter(DateTimeOffset from) => _orders.Watched.NextAfter(from);

    public bool IsDueNow(DateTimeOffset now) => _orders.Watched.IsDue(now);

    /// <summary>When an order is to be looked at: a function of what is stored of it.</summary>
    public DateTimeOffset? NextOf(Order order)
    {
        if (IsLateOver(order) || IsStuckOver(order))
            return Instant.Later(order.PromiseChangedAt, order.ProgressedAt ?? order.PlacedAt).AddTicks(TimeSpan.TicksPerMicrosecond);
        foreach (var shipment in order.Shipments)
            if (IsOverdueOver(order, shipment))
                return order.PlacedAt; // at once
        if (order.ClosedAt is not null)
            return null;
        var rules = RulesOf(order);
        var next = Earlier(LateAt(order, rules), StuckAt(order, rules));
        foreach (var shipment in order.Shipments)
            next = Earlier(next, OverdueAt(order, shipment, rules));
        return next;
    }

    public void Run(DateTimeOffset at)
    {
        foreach (var order in _orders.Watched.DueBy(at).Order().Select(id => _orders.Peek(id)))
        {
            var rules = RulesOf(order);
            if (IsLateOver(order))
            {
                order.LateToldFor = null;
                _cases.Settle(at, CaseCategory.OrderLate, order.Id.Value, null, "process",
                    HasLeft(order) ? $"order {order.Id} is {order.Status}" : $"order {order.Id} is promised by {Day(order.LatestPromise)} now");
            }
            if (IsStuckOver(order))
            {
                order.StuckToldFor = null;
                _cases.Settle(at, CaseCategory.OrderStuck, order.Id.Value, null, "process", $"order {order.Id} went on: it is {order.Status}");
            }
            foreach (var shipment in order.Shipments.Where(each => IsOverdueOver(order, each)))
            {
                shipment.OverdueTold = false;
                _cases.Settle(at, CaseCategory.ShipmentOverdue, shipment.Id.Value, shipment.Location, "carrier",
                    $"shipment {shipment.Id} is {shipment.Status}");
            }
            foreach (var shipment in order.Shipments)
                if (OverdueAt(order, shipment, rules) is { } overdue && overdue <= at)
                    Overdue(order, shipment, overdue);
            if (LateAt(order, rules) is { } late && late <= at)
                Late(order, late);
            if (StuckAt(order, rules) is { } stuck && stuck <= at)
                Stuck(order, stuck);
            _orders.Changed(order);
        }
    }

    /// <summary>Nothing of it is left to be sent.</summary>
    private static bool HasLeft(Order order) => order.Status is OrderStatus.SHIPPED or OrderStatus.DELIVERED or OrderStatus.CANCELLED;

    private static bool IsLateOver(Order order) => order.LateToldFor is { } told && (HasLeft(order) || order.LatestPromise > told);

    private static bool IsStuckOver(Order order) => order.StuckToldFor is { } told && (!IsUnderWay(order) || order.ProgressedAt > told);

    /// <summary>Units of it are promised, at a node or packed.</summary>
    private static bool IsUnderWay(Order order) => order.Status is >= OrderStatus.ALLOCATED and <= OrderStatus.PACKED;

    /// <summary>It left, and is neither delivered nor lost nor on its way back.</summary>
    private static bool IsOnItsWay(Order order, Shipment shipment) => shipment.Status == ShipmentStatus.SHIPPED && order.LiveIn(shipment).Any();

    private static bool IsOverdueOver(Order order, Shipment shipment) => shipment.OverdueTold && !IsOnItsWay(order, shipment);

    private static DateTimeOffset? OverdueAt(Order order, Shipment shipment, LatenessPolicy rules) =>
        shipment is { OverdueTold: false, ShippedAt: { } left } && IsOnItsWay(order, shipment)
        ? Instant.Later(left, order.LatestPromise) + rules.OverdueAfter : null;

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;

    private LatenessPolicy RulesOf(Order order) => _policies.At(LatenessPolicy.Kind, order.PlacedAt).Settings;

    /// <summary>One that had left and is to be sent again is late from then on.</summary>
    private static DateTimeOffset? LateAt(Order order, LatenessPolicy rules) => HasLeft(order) || order.LateToldFor is not null ? null
        : Instant.Later(order.ProgressedAt, Instant.Later(order.PlacedAt, order.LatestPromise + rules.LateAfter));

    private static DateTimeOffset? StuckAt(Order order, LatenessPolicy rules) =>
        !IsUnderWay(order) || order.IsHeld || order.StuckToldFor is not null ? null : StandsSince(order) + rules.StuckAfter;

    /// <summary>Since when nothing has happened to it: neither its status changed nor did a hold end.</summary>
    private static DateTimeOffset? StandsSince(Order order) =>
        order.Holds.Max(hold => hold.ReleasedAt) is { } released && released > order.ProgressedAt ? released : order.ProgressedAt;

    private void Late(Order order, DateTimeOffset at)
    {
        order.LateToldFor = order.LatestPromise;
        _cases.Open(Cause(order.Id.Value, order), at, CaseCategory.OrderLate, order.Id.Value, null,
            $"promised by {Day(order.LatestPromise)}, and not shipped: {Why(order)}", order.GrossOf(line => line.Live - order.Shipped(line)));
    }

    private void Stuck(Order order, DateTimeOffset at)
    {
        order.StuckToldFor = StandsSince(order);
        _cases.Open(Cause(order.Id.Value, order), at, CaseCategory.OrderStuck, order.Id.Value, null,
            $"nothing has happened since {Day(order.StuckToldFor!.Value)}: {Why(order)}", order.GrossOf(line => line.Live - order.Shipped(line)));
    }

    private void Overdue(Order order, Shipment shipment, DateTimeOffset at)
    {
        shipment.OverdueTold = true;
        _cases.Open(Cause(shipment.Id.Value, order), at, CaseCategory.ShipmentOverdue, shipment.Id.Value, shipment.Location,
            $"left {Day(shipment.ShippedAt!.Value)}, promised by {Day(order.LatestPromise)}, and not delivered: "
                + $"ask {shipment.Carrier ?? "its carrier"} where it is",
            order.LiveIn(shipment).Sum(unit => unit.Quantity * unit.Line.Price));
    }

    /// <summary>What of it is where, what is farthest from the customer first.</summary>
    private static string Why(Order order)
    {
        var reasons = new List<string>();
        foreach (var hold in order.Holds.Where(hold => hold.IsOpen).OrderBy(hold => hold.Kind, StringComparer.Ordinal))
            reasons.Add($"held as {hold.Kind} since {Day(hold.OpenedAt)}");
        if (order.Lines.Sum(line => line.Waiting) is > 0 and var waiting)
            reasons.Add($"{waiting} units wait for stock");
        foreach (var node in order.Allocations.Where(each => each.IsLive && each.Shipment is null).GroupBy(each => each.Location).OrderBy(each => each.Key))
            reasons.Add($"{node.Sum(each => each.Quantity)} units are promised from {node.Key} and not released");
        foreach (var shipment in order.Shipments.Where(each => !each.HasShipped && order.LiveIn(each).Any()))
            reasons.Add($"{order.LiveIn(shipment).Sum(each => each.Quantity)} units are with {shipment.Location} since {Day(shipment.ReleasedAt)}, "
                + shipment.Status.ToString().ToLowerInvariant());
        return string.Join("; ", reasons);
    }

    private static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The same may happen to an order again, but not before something else has: each is a case of its own.</summary>
    private static string Cause(string subject, Order order) => string.Create(CultureInfo.InvariantCulture, $"{subject}:{order.Version}");
}
