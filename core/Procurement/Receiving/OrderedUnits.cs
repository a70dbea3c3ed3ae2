using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.PurchaseOrders;

namespace EcomIntel.Core.Procurement.Receiving;

/// <summary>
/// What the receipts of a purchase order amount to, line by line: a function of the set of them, in whatever order they were heard. What names its line counts
/// for that; what does not, for the sku's lines that are not full, the earliest due first. What is received is received, though the line had been closed short
/// or cancelled: units that came take the place of those that were not to come.
/// </summary>
internal static class OrderedUnits
{
    /// <summary>Part of a line within a tolerance, in whole units.</summary>
    public static long Tolerated(PurchaseOrderLine line, decimal tolerance) => (long)(line.Ordered * tolerance);

    /// <summary>Units were ordered, by what the receipt's line is of.</summary>
    public static bool Counts(ReceiptLine line) => line.Discrepancy != ReceiptLine.WrongItem;

    /// <summary>Counts all that was received on the order's lines anew.</summary>
    /// <param name="shortTolerance">Part of a line that may be missing for it to count as received.</param>
    /// <returns>Units that had been cancelled and came.</returns>
    public static long Count(PurchaseOrder order, IReadOnlyList<Receipt> receipts, decimal shortTolerance)
    {
        var arrivals = Arrivals(order, receipts);
        long uncancelled = 0;
        foreach (var line in order.Lines)
        {
            var came = arrivals[line.Number];
            line.Received = Math.Min(line.Ordered, came.Sum(arrival => arrival.Units));
            line.Over = came.Sum(arrival => arrival.Units) - line.Received;
            if (line.Open < 0)
                line.ClosedShort = Math.Max(0, line.ClosedShort + line.Open);
            if (line.Open < 0)
            {
                uncancelled -= line.Open;
                line.Cancelled += line.Open;
            }
            if (IsComplete(line, receipts) || (line.Received > 0 && line.Ordered - line.Received <= Tolerated(line, shortTolerance)))
                line.ClosedShort += line.Open;
            if (Reaches(came, line.Ordered - Tolerated(line, shortTolerance)) is { } full)
                line.Fill(full);
            // Heard late: some had come before the rest was cancelled.
            else if (line.CancelledAt is { } cancelled && came.Exists(arrival => arrival.At <= cancelled))
            {
                line.CancelledAt = null;
                line.Fill(cancelled);
            }
        }
        return uncancelled;
    }

    /// <summary>What came of each line, by its number, and when. Says on each of the receipts' lines which one it counts for.</summary>
    public static Dictionary<int, List<(DateTimeOffset At, long Units)>> Arrivals(PurchaseOrder order, IReadOnlyList<Receipt> receipts)
    {
        var arrivals = order.Lines.ToDictionary(line => line.Number, _ => new List<(DateTimeOffset, long)>());
        var totals = order.Lines.ToDictionary(line => line.Number, _ => 0L);
        var counted = receipts.SelectMany(receipt => receipt.Lines.Where(Counts).Select(line => (receipt.ReceivedAt, Line: line))).ToList();
        foreach (var (at, received) in counted)
            if (received.NamedLine is { } number)
            {
                Add(number, at, received.Quantity);
                received.OrderLine = number;
            }
        foreach (var (at, received) in counted)
            if (received.NamedLine is null)
                received.OrderLine = Spread(order, received, totals, (line, units) => Add(line, at, units));
        return arrivals;

        void Add(int line, DateTimeOffset at, long units)
        {
            totals[line] += units;
            arrivals[line].Add((at, units));
        }
    }

    /// <returns>When so many units had come; null while they have not.</returns>
    public static DateTimeOffset? Reaches(IEnumerable<(DateTimeOffset At, long Units)> arrivals, long units)
    {
        long came = 0;
        foreach (var arrival in arrivals.OrderBy(arrival => arrival.At))
            if ((came += arrival.Units) >= units)
                return arrival.At;
        return null;
    }

    /// <summary>A receipt said that nothing more of it is to come.</summary>
    public static bool IsComplete(PurchaseOrderLine line, IEnumerable<Receipt> receipts) => receipts.Any(receipt => receipt.Complete
        && receipt.Lines.Exists(received => Counts(received) && (received.NamedLine is { } number ? number == line.Number : received.Sku == line.Sku)));

    /// <returns>The line that the first unit counts for.</returns>
    private static int Spread(PurchaseOrder order, ReceiptLine received, Dictionary<int, long> totals, Action<int, long> add)
    {
        var left = received.Quantity;
        int? first = null;
        var last = 0;
        foreach (var line in order.Lines.Where(line => line.Sku == received.Sku).OrderBy(line => line.DueAt).ThenBy(line => line.Number))
        {
            last = line.Number;
            var units = Math.Min(left, Math.Max(0, line.Ordered - totals[line.Number]));
            if (units == 0)
                continue;
            add(line.Number, units);
            left -= units;
            first ??= line.Number;
        }
        if (left > 0)
            add(last, left);
        return first ?? last;
    }
}
