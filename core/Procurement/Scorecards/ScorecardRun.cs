using EcomIntel.Core.Events;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.Invoices;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Receiving;
using EcomIntel.Core.Procurement.Suppliers;

namespace EcomIntel.Core.Procurement.Scorecards;

/// <summary>
/// Once a day, or as seldom as the policy says: how each supplier did by the end of the day before. Of what is at hand it is counted here; of all else
/// PostgreSQL has counted it (<see cref="Stored"/>), so how events are cut into batches does not show.
/// </summary>
internal sealed class ScorecardRun(
    PurchaseOrderBook orders, ReceiptBook receipts, InvoiceBook invoices, SupplierBook suppliers, ScoreBook scores, PolicyBook policies, Outbox outbox)
    : IDueWork
{
    public bool OnlyLatest => true;

    /// <summary>Suppliers are stored.</summary>
    public bool HasSuppliers { get; set; }

    /// <summary>Sums of what is not at hand, by day, length of the window and supplier. Null: all there is is at hand.</summary>
    public Dictionary<ScoreWindow, Dictionary<SupplierId, Scorecard>>? Stored { get; set; }

    public bool IsDueNow(DateTimeOffset now) => false;

    public DateTimeOffset? NextAfter(DateTimeOffset from)
    {
        if (!HasSuppliers && !suppliers.All.Any())
            return null;
        var settings = policies.At(SuppliersPolicy.Kind, from).Settings;
        var next = NextAfter(from, settings);
        // Once a day at most, also where the policy moves the hour.
        var scored = scores.Day?.AddDays(1);
        while (ScoreWindow.DayOf(next) <= scored)
            next = next.AddDays(settings.ScoreEvery);
        return next;
    }

    public static DateTimeOffset NextAfter(DateTimeOffset from, SuppliersPolicy settings)
    {
        var at = ScoreWindow.StartOf(ScoreWindow.DayOf(from)) + settings.ScoreAt;
        while (at <= from || ScoreWindow.DayOf(at).DayNumber % settings.ScoreEvery != 0)
            at = at.AddDays(1);
        return at;
    }

    /// <exception cref="DueWorkNotLoadedException">It was not foreseen.</exception>
    public void Run(DateTimeOffset at)
    {
        var window = WindowAt(at);
        Dictionary<SupplierId, Scorecard>? stored = null;
        if (Stored is not null && !Stored.TryGetValue(window, out stored))
            throw new DueWorkNotLoadedException();
        var cards = OfWhatIsAtHand(window);
        foreach (var supplier in suppliers.All)
        {
            var card = cards.GetValueOrDefault(supplier.Id, Scorecard.None) + (stored?.GetValueOrDefault(supplier.Id) ?? Scorecard.None);
            var score = new SupplierScore
            {
                SupplierId = supplier.Id, Day = window.Day, WindowDays = window.Days, LinesDue = card.LinesDue, LinesMet = card.LinesMet,
                LeadTimes = card.LeadTimes, LeadMinutes = card.LeadMinutes, LeadSquares = PlainAmount.Of(card.LeadSquares), ReceiptLines = card.ReceiptLines,
                DiscrepantLines = card.DiscrepantLines, ReferenceValue = Rounded(card.ReferenceValue), PriceDifference = Rounded(card.PriceDifference),
                ClaimsOpened = card.ClaimsOpened, ClaimsOpen = card.ClaimsOpen, ClaimsCredited = card.ClaimsCredited, MadeAt = at,
            };
            scores.Make(score);
            outbox.Add(at, SupplierScored.Type, supplier.Id.Value, new SupplierScored(
                supplier.Id, score.Day, score.WindowDays, score.LinesDue, score.LinesMet, score.LeadTimes, score.LeadMinutes, score.LeadSquares,
                score.ReceiptLines, score.DiscrepantLines, score.ReferenceValue, score.PriceDifference, score.ClaimsOpened, score.ClaimsOpen,
                score.ClaimsCredited), OperationJson.Default.SupplierScored);
        }
    }

    /// <summary>What a run looks back on: the day before it, and as many days as the policy says that held when that day was over.</summary>
    public ScoreWindow WindowAt(DateTimeOffset run)
    {
        var day = ScoreWindow.DayOf(run).AddDays(-1);
        return new(day, policies.At(SuppliersPolicy.Kind, ScoreWindow.StartOf(day.AddDays(1))).Settings.ScorecardDays);
    }

    /// <summary>Orders at hand with all that hangs on them, and receipts without one.</summary>
    private Dictionary<SupplierId, Scorecard> OfWhatIsAtHand(ScoreWindow window)
    {
        var cards = new Dictionary<SupplierId, Scorecard>();
        foreach (var order in orders.Unordered)
            foreach (var line in order.Lines)
                Add(order.SupplierId, ScoreOf.Line(order, line, window));
        foreach (var receipt in receipts.All)
            Add(receipt.SupplierId, ScoreOf.Receipt(receipt, window));
        foreach (var claim in receipts.Claims)
            Add(claim.SupplierId, ScoreOf.Claim(claim, window));
        foreach (var invoice in invoices.All)
            foreach (var line in invoice.Lines)
                if (orders.Find(line.PurchaseOrderId) is { } order)
                    Add(order.SupplierId, ScoreOf.Invoiced(order, invoice, line, window));
        return cards;

        void Add(SupplierId supplier, Scorecard card)
        {
            if (!ReferenceEquals(card, Scorecard.None))
                cards[supplier] = cards.GetValueOrDefault(supplier, Scorecard.None) + card;
        }
    }

    private static decimal Rounded(decimal amount) => PlainAmount.Of(decimal.Round(amount, 4, MidpointRounding.AwayFromZero));
}
