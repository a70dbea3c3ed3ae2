namespace EcomIntel.Cli.Replay.Retail;

/// <summary>What a retailer's lines say, ready to become events, in order of time.</summary>
/// <param name="Invoice">The invoice that says it.</param>
internal abstract record RetailFact(DateTimeOffset Time, string Invoice);

internal sealed record Sale(DateTimeOffset Time, string Invoice, string? Customer, string Country, IReadOnlyList<Sale.SoldLine> Lines)
    : RetailFact(Time, Invoice)
{
    internal sealed record SoldLine(int Number, string Sku, string Description, long Quantity, decimal Price);
}

/// <param name="Number">1, 2 ... within the invoice.</param>
/// <param name="Quantity">Negative: units that left without a sale.</param>
internal sealed record WriteOff(DateTimeOffset Time, string Invoice, int Number, string Sku, long Quantity, string Reason) : RetailFact(Time, Invoice);

/// <summary>A cancellation invoice: units of earlier sales that the customer does not want, or sends back.</summary>
internal sealed record Reversal(DateTimeOffset Time, string Invoice, IReadOnlyList<Reversal.Part> Parts) : RetailFact(Time, Invoice)
{
    /// <summary>Units of one line of one earlier order; once per line.</summary>
    internal sealed record Part(string Order, int Line, string Sku, long Quantity, decimal Price);
}

/// <summary>
/// Turns lines into facts: gathers an invoice's lines, refuses what is not to be applied, and finds for each cancelled unit the sale it undoes. All of it
/// follows from the lines alone. Exact duplicates are refused: a line has no number of its own, so one exported twice (UCI's two sheets overlap by nine days)
/// cannot be distinguished from one keyed twice, and shipping what nobody ordered is the dearer mistake.
/// </summary>
internal sealed class RetailFacts(LineTally tally)
{
    /// <summary>An invoice's lines may be some minutes apart, with other invoices between; UCI's longest takes nine.</summary>
    private static readonly TimeSpan InvoiceOpen = TimeSpan.FromMinutes(30);

    /// <summary>How long an invoice number is remembered after its order was placed.</summary>
    private static readonly TimeSpan InvoiceRemembered = TimeSpan.FromDays(31);

    private readonly Queue<OpenInvoice> _open = new();
    private readonly Dictionary<string, OpenInvoice> _byNumber = [];
    private readonly Queue<(DateTimeOffset Time, string Invoice)> _placed = new();
    private readonly HashSet<string> _placedNumbers = [];
    private readonly SoldUnits _sold = new();

    /// <param name="lines">In order of time.</param>
    public IEnumerable<RetailFact> From(IEnumerable<RetailLine> lines)
    {
        foreach (var line in lines)
        {
            while (_open.TryPeek(out var oldest) && oldest.Time + InvoiceOpen < line.Time)
                foreach (var fact in Close())
                    yield return fact;
            Take(line);
        }
        while (_open.Count > 0)
            foreach (var fact in Close())
                yield return fact;
    }

    private void Take(RetailLine line)
    {
        var sku = GoodsRule.Sku(line.Code);
        if (!GoodsRule.IsGoods(sku))
        {
            tally.Reject(line, LineReasons.NotGoods, $"stock code {sku}");
            return;
        }
        if (_placedNumbers.Contains(line.Invoice))
        {
            tally.Reject(line, LineReasons.InvoiceClosed, $"invoice {line.Invoice} was complete before");
            return;
        }
        if (!_byNumber.TryGetValue(line.Invoice, out var invoice))
        {
            invoice = new OpenInvoice(line);
            _byNumber.Add(line.Invoice, invoice);
            _open.Enqueue(invoice);
        }
        if (!invoice.Seen.Add((sku, line.Description, line.Quantity, line.Time, line.Price, line.Customer)))
            tally.Reject(line, LineReasons.Duplicate, $"invoice {line.Invoice} has this line already");
        else if (Refusal(line, sku, invoice) is { } refusal)
            tally.Reject(line, refusal.Reason, refusal.Detail);
        else
            tally.CountApplied();
    }

    private (string Reason, string Detail)? Refusal(RetailLine line, string sku, OpenInvoice invoice)
    {
        if (line.Quantity == 0)
            return (LineReasons.ZeroQuantity, "no units");
        if (line.Invoice[0] is 'C' or 'c')
            return Undo(line, sku, invoice);
        if (!char.IsAsciiDigit(line.Invoice[0]))
            return (LineReasons.UnknownInvoiceKind, $"invoice {line.Invoice}");
        if (line.Quantity < 0)
        {
            invoice.WriteOffs.Add(new(invoice.Time, line.Invoice, invoice.WriteOffs.Count + 1, sku, line.Quantity, WriteOffReason.Of(line.Description)));
            return null;
        }
        if (line.Price <= 0)
            return (LineReasons.PriceNotPositive, $"price {line.Price}");
        if (invoice.Lines.Count == Core.Events.OrderPlaced.MaxLines)
            return (LineReasons.TooManyLines, $"an order has at most {Core.Events.OrderPlaced.MaxLines} lines");
        var sold = new Sale.SoldLine(invoice.Lines.Count + 1, sku, line.Description, line.Quantity, line.Price);
        invoice.Lines.Add(sold);
        if (line.Customer is not null)
            _sold.Add(line.Customer, line.Time, line.Invoice, sold);
        return null;
    }

    private (string Reason, string Detail)? Undo(RetailLine line, string sku, OpenInvoice invoice)
    {
        if (line.Quantity > 0)
            return (LineReasons.PositiveCancellation, $"invoice {line.Invoice} adds {line.Quantity} units");
        if (line.Customer is null)
            return (LineReasons.ReturnWithoutCustomer, "nobody's sale can be found");
        var left = _sold.Left(line.Customer, sku);
        if (left == 0)
            return (LineReasons.ReturnWithoutSale, $"no units of {sku} left that customer {line.Customer} bought");
        if (left < -line.Quantity)
            return (LineReasons.ReturnExceedsSale, $"{-line.Quantity} units of {sku}, but only {left} left of what customer {line.Customer} bought");
        foreach (var part in _sold.Take(line.Customer, sku, -line.Quantity))
        {
            var same = invoice.Parts.FindIndex(other => other.Order == part.Order && other.Line == part.Line);
            if (same < 0)
                invoice.Parts.Add(part);
            else
                invoice.Parts[same] = part with { Quantity = part.Quantity + invoice.Parts[same].Quantity };
        }
        return null;
    }

    private IEnumerable<RetailFact> Close()
    {
        var invoice = _open.Dequeue();
        _byNumber.Remove(invoice.Number);
        _placedNumbers.Add(invoice.Number);
        _placed.Enqueue((invoice.Time, invoice.Number));
        while (_placed.TryPeek(out var oldest) && oldest.Time + InvoiceRemembered < invoice.Time)
            _placedNumbers.Remove(_placed.Dequeue().Invoice);
        _sold.Forget(invoice.Time);
        if (invoice.Lines.Count > 0)
            yield return new Sale(invoice.Time, invoice.Number, invoice.Customer, invoice.Country, invoice.Lines);
        foreach (var writeOff in invoice.WriteOffs)
            yield return writeOff;
        if (invoice.Parts.Count > 0)
            yield return new Reversal(invoice.Time, invoice.Number, invoice.Parts);
    }

    private sealed class OpenInvoice(RetailLine first)
    {
        public readonly string Number = first.Invoice;
        public readonly DateTimeOffset Time = first.Time;
        public readonly string? Customer = first.Customer;
        public readonly string Country = first.Country;
        public readonly HashSet<(string, string, long, DateTimeOffset, decimal, string?)> Seen = [];
        public readonly List<Sale.SoldLine> Lines = [];
        public readonly List<WriteOff> WriteOffs = [];
        public readonly List<Reversal.Part> Parts = [];
    }
}
