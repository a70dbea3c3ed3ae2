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
        var totals = Totals(order, receipts, static (received, line) => received.OrderLine = line);
        Fill(order, receipts, shortTolerance);
        long uncancelled = 0;
        foreach (var line in order.Lines)
        {
            line.Received = Math.Min(line.Ordered, totals[line.Number]);
            line.Over = totals[line.Number] - line.Received;
            if (line.Open < 0)
                line.ClosedShort = Math.Max(0, line.ClosedShort + line.Open);
            if (line.Open < 0)
            {
                uncancelled -= line.Open;
                line.Cancelled += line.Open;
            }
            if (IsComplete(line, receipts) || (line.Received > 0 && line.Ordered - line.Received <= Tolerated(line, shortTolerance)))
                line.ClosedShort += line.Open;
        }
        return uncancelled;
    }

    /// <summary>
    /// The units that had come of each line, by its number, as of each instant at which some came: what came later may count otherwise, and does not show.
    /// </summary>
    /// <param name="receipts">In the order of their times.</param>
    public static IEnumerable<(DateTimeOffset At, Dictionary<int, long> Units)> History(PurchaseOrder order, IReadOnlyList<Receipt> receipts)
    {
        for (var count = 1; count <= receipts.Count; count++)
            if (count == receipts.Count || receipts[count].ReceivedAt != receipts[count - 1].ReceivedAt)
                yield return (receipts[count - 1].ReceivedAt, Totals(order, [.. receipts.Take(count)], static (_, _) => { }));
    }

    /// <summary>Lines of which all that was wanted has come.</summary>
    private static void Fill(PurchaseOrder order, IReadOnlyList<Receipt> receipts, decimal shortTolerance)
    {
        foreach (var (at, units) in History(order, receipts))
            foreach (var line in order.Lines.Where(line => units[line.Number] > 0))
                if (units[line.Number] >= line.Ordered - Tolerated(line, shortTolerance))
                    line.Fill(at);
                else if (at <= line.WithdrawnAt) // heard late: some had come before the rest was cancelled
                    line.Fill(line.WithdrawnAt.Value);
    }

    private static Dictionary<int, long> Totals(PurchaseOrder order, IReadOnlyList<Receipt> receipts, Action<ReceiptLine, int> countFor)
    {
        var totals = order.Lines.ToDictionary(line => line.Number, _ => 0L);
        var counted = receipts.SelectMany(receipt => receipt.Lines).Where(Counts).ToList();
        foreach (var received in counted)
            if (received.NamedLine is { } number)
            {
                totals[number] += received.Quantity;
                countFor(received, number);
            }
        foreach (var received in counted)
            if (received.NamedLine is null)
                countFor(received, Spread(order, received, totals));
        return totals;
    }

    /// <summary>A receipt said that nothing more of it is to come.</summary>
    public static bool IsComplete(PurchaseOrderLine line, IEnumerable<Receipt> receipts) => receipts.Any(receipt => receipt.Complete
        && receipt.Lines.Exists(received => Counts(received) && (received.NamedLine is { } number ? number == line.Number : received.Sku == line.Sku)));

    /// <returns>The line that the first unit counts for.</returns>
    private static int Spread(PurchaseOrder order, ReceiptLine received, Dictionary<int, long> totals)
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
            totals[line.Number] += units;
            left -= units;
            first ??= line.Number;
        }
        totals[last] += left;
        return first ?? last;
    }
}
