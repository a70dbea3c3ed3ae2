using EcomIntel.Core.Events;

namespace EcomIntel.Core.Inventory.Transfers;

/// <summary>What a transfer comes to, of one lot to one place: as of <see cref="Transfer"/>.</summary>
internal sealed record TransferSum(
    string Lot, LocationId To, LocationId? From, DateTimeOffset? DispatchedAt, long Dispatched, long Received, long Lost, long Short, long Over,
    DateTimeOffset? SettledAt);

/// <summary>
/// What the reports of one transfer of one sku amount to, in the order of their times: a pure function of the set of them. Units are received into stock as far
/// as they were dispatched, first those to the place that reports them and of the lot it names. What was lost, or missing when the transfer was closed, and is
/// received all the same has turned up. A receipt waits for what is dispatched by its transfer later.
/// </summary>
internal sealed class TransferCourse
{
    private readonly List<Piece> _pieces = [];
    private readonly List<Claim> _receipts = [];
    private readonly List<Claim> _losses = [];

    private TransferCourse()
    {
    }

    /// <summary>In the book of the places they are on their way to, or were received at.</summary>
    public List<Posting> Postings { get; } = [];

    public static TransferCourse Of(IEnumerable<TransferReport> reports)
    {
        var course = new TransferCourse();
        foreach (var report in reports.Order(TransferReport.InOrder))
            course.Add(report);
        return course;
    }

    public long Received => _pieces.Sum(piece => piece.Received);

    public long Lost => _pieces.Sum(piece => piece.Lost);

    public long Short => _pieces.Sum(piece => piece.Short);

    public long Open => _pieces.Sum(piece => piece.Open);

    /// <summary>Units reported received that nobody dispatched.</summary>
    public long Over => _receipts.Sum(receipt => receipt.Left);

    /// <summary>Whether any dispatch was on its way there.</summary>
    public bool IsPlanned(LocationId place) => _pieces.Exists(piece => piece.To == place);

    /// <summary>What it comes to, by lot and place: sums of what is stored.</summary>
    public IEnumerable<TransferSum> Sums()
    {
        foreach (var group in _pieces.GroupBy(piece => (piece.Lot, piece.To)))
        {
            var first = group.First();
            yield return new(
                group.Key.Lot, group.Key.To, first.From, first.At, group.Sum(piece => piece.Quantity), group.Sum(piece => piece.Received),
                group.Sum(piece => piece.Lost), group.Sum(piece => piece.Short), OverOf(group.Key.Lot, group.Key.To),
                group.All(piece => piece.Open == 0) ? group.Max(piece => piece.SettledAt) : null);
        }
        foreach (var group in _receipts.Where(receipt => receipt.Left > 0).GroupBy(receipt => (receipt.Report.Lot, To: receipt.Report.Place!.Value)))
            if (!_pieces.Exists(piece => piece.Lot == group.Key.Lot && piece.To == group.Key.To))
                yield return new(
                    group.Key.Lot, group.Key.To, null, null, 0, 0, 0, 0, OverOf(group.Key.Lot, group.Key.To), group.Max(receipt => receipt.Report.At));
    }

    private long OverOf(string lot, LocationId to) =>
        _receipts.Where(receipt => receipt.Report.Lot == lot && receipt.Report.Place == to).Sum(receipt => receipt.Left);

    private void Add(TransferReport report)
    {
        switch (report.Step)
        {
            case TransferStep.DISPATCHED:
                var piece = new Piece(report);
                _pieces.Add(piece);
                Post(report.At, report.Cause, "transfer_dispatched", piece.To, piece.Lot, null, StockState.InTransit, piece.Quantity);
                foreach (var receipt in _receipts)
                    Receive(receipt, report.At);
                foreach (var loss in _losses)
                    Lose(loss, report.At);
                break;
            case TransferStep.RECEIVED:
                _receipts.Add(new(report, report.Quantity));
                Receive(_receipts[^1], report.At);
                break;
            case TransferStep.LOST:
                _losses.Add(new(report, report.Quantity));
                Lose(_losses[^1], report.At);
                break;
            default:
                foreach (var open in _pieces.FindAll(piece => piece.Open > 0))
                {
                    Post(report.At, report.Cause, "transfer_short", open.To, open.Lot, StockState.InTransit, null, open.Open);
                    open.Short += open.Open;
                    open.SettledAt = report.At;
                }
                break;
        }
    }

    private void Receive(Claim receipt, DateTimeOffset at)
    {
        if (receipt.Left == 0)
            return;
        var (place, lot) = (receipt.Report.Place!.Value, receipt.Report.Lot);
        foreach (var piece in Matching(lot).OrderBy(piece => piece.To != place).ThenBy(piece => piece.Lot != lot))
        {
            var units = Math.Min(receipt.Left, piece.Open);
            if (units == 0)
                continue;
            var arrived = lot.Length > 0 ? lot : piece.Lot;
            if (piece.To == place && piece.Lot == arrived)
                Post(at, receipt.Report.Cause, "transfer_received", place, arrived, StockState.InTransit, StockState.Available, units);
            else
            {
                Post(at, receipt.Report.Cause, "transfer_received", piece.To, piece.Lot, StockState.InTransit, null, units);
                Post(at, receipt.Report.Cause, "transfer_received", place, arrived, null, StockState.Available, units);
            }
            Settle(receipt, piece, units, at);
        }
        foreach (var piece in Matching(lot).OrderBy(piece => piece.To != place).ThenBy(piece => piece.Lot != lot))
        {
            var units = Math.Min(receipt.Left, piece.Lost + piece.Short);
            if (units == 0)
                continue;
            var found = Math.Min(units, piece.Lost);
            piece.Lost -= found;
            piece.Short -= units - found;
            Post(at, receipt.Report.Cause, "transfer_received", place, lot.Length > 0 ? lot : piece.Lot, null, StockState.Available, units);
            Settle(receipt, piece, units, at);
        }
    }

    private static void Settle(Claim receipt, Piece piece, long units, DateTimeOffset at)
    {
        piece.Received += units;
        piece.SettledAt = at;
        receipt.Left -= units;
    }

    private void Lose(Claim loss, DateTimeOffset at)
    {
        if (loss.Left == 0)
            return;
        foreach (var piece in Matching(loss.Report.Lot).OrderBy(piece => piece.Lot != loss.Report.Lot))
        {
            var units = Math.Min(loss.Left, piece.Open);
            if (units == 0)
                continue;
            Post(at, loss.Report.Cause, "transfer_lost", piece.To, piece.Lot, StockState.InTransit, null, units);
            piece.Lost += units;
            piece.SettledAt = at;
            loss.Left -= units;
        }
    }

    /// <summary>A report without a lot is of any; one with a lot may be of what was dispatched without.</summary>
    private List<Piece> Matching(string lot) => _pieces.FindAll(
        piece => piece.Received < piece.Quantity && (lot.Length == 0 || piece.Lot.Length == 0 || piece.Lot == lot));

    private void Post(DateTimeOffset at, string cause, string reason, LocationId location, string lot, StockState? from, StockState? to, long quantity) =>
        Postings.Add(new(at, cause, reason, location, lot, from, to, quantity));

    /// <summary>Units dispatched by one report, of one lot.</summary>
    private sealed class Piece(TransferReport report)
    {
        public LocationId To { get; } = report.Place!.Value;
        public LocationId? From { get; } = report.From;
        public string Lot { get; } = report.Lot;
        public DateTimeOffset At { get; } = report.At;
        public long Quantity { get; } = report.Quantity;
        public long Received { get; set; }
        public long Lost { get; set; }
        public long Short { get; set; }
        public DateTimeOffset? SettledAt { get; set; }
        public long Open => Quantity - Received - Lost - Short;
    }

    private sealed class Claim(TransferReport report, long left)
    {
        public TransferReport Report { get; } = report;

        /// <summary>Units of it that no dispatch has answered for.</summary>
        public long Left { get; set; } = left;
    }
}
