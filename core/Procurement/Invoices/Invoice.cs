using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Procurement.Invoices;

/// <summary>Frozen: stored by name.</summary>
internal enum InvoiceStatus
{
    /// <summary>Waits for receipts.</summary>
    UNMATCHED,
    MATCHED,
    VARIANCE_HOLD,
    APPROVED,
    DISPUTED,
}

/// <summary>Why an invoice waits or is held. Frozen: stored by these words.</summary>
internal static class InvoiceReason
{
    /// <summary>Less than it says was received, and more may come: it waits.</summary>
    public const string Receipt = "receipt";

    /// <summary>Less than it says was received, or earlier invoices have it.</summary>
    public const string Quantity = "quantity";

    /// <summary>Another price than the order's.</summary>
    public const string Price = "price";

    /// <summary>A line's amount is not its quantity x price.</summary>
    public const string Amount = "amount";

    /// <summary>The total is not the sum of what is in it.</summary>
    public const string Total = "total";

    /// <summary>Another currency than the order's.</summary>
    public const string Currency = "currency";

    /// <summary>The order is another supplier's.</summary>
    public const string Supplier = "supplier";

    /// <summary>The order has no such line.</summary>
    public const string NotOrdered = "not_ordered";

    public static string Join(IEnumerable<string> reasons) => string.Join(',', reasons.Distinct().Order(StringComparer.Ordinal));

    public static string[] Split(string reasons) => reasons.Split(',', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>What a supplier wants to be paid: its lines name lines of purchase orders, of one or many. Amounts are in its currency.</summary>
internal sealed class Invoice : Row
{
    public static readonly Table<Invoice> Table = new Table<Invoice>("invoices")
        .Key(invoice => invoice.Id, "invoice_id")
        .Column(invoice => invoice.Version).Column(invoice => invoice.Status).Column(invoice => invoice.Reasons).Column(invoice => invoice.SupplierId)
        .Column(invoice => invoice.Number).Column(invoice => invoice.Currency).Column(invoice => invoice.Total).Column(invoice => invoice.Tax)
        .Column(invoice => invoice.Freight).Column(invoice => invoice.Rounding).Column(invoice => invoice.Difference).Column(invoice => invoice.ReceivedAt)
        .Column(invoice => invoice.ReceivedBy).Column(invoice => invoice.DueAt).Column(invoice => invoice.WaitsUntil).Column(invoice => invoice.Waited)
        .Column(invoice => invoice.ShortTolerance).Column(invoice => invoice.OverTolerance).Column(invoice => invoice.PriceTolerance)
        .Column(invoice => invoice.DecidedBy).Column(invoice => invoice.DecidedAt).Column(invoice => invoice.Note).Column(invoice => invoice.PolicyVersion);

    private Dictionary<int, decimal>? _freight;

    public required InvoiceId Id { get; init; }

    /// <summary>Of the operations about it: 1 when received, one more with each.</summary>
    public long Version { get; set; }
    public InvoiceStatus Status { get; set; }

    /// <summary>Words of <see cref="InvoiceReason"/>.</summary>
    public string Reasons { get; set; } = "";
    public required SupplierId SupplierId { get; init; }

    /// <summary>The supplier's own: with the supplier it makes the invoice one.</summary>
    public required string Number { get; init; }
    public required string Currency { get; init; }
    public required decimal Total { get; init; }
    public required decimal Tax { get; init; }
    public required decimal Freight { get; init; }

    /// <summary>Of the total: total - amounts - freight - tax, as far as rounding explains it.</summary>
    public required decimal Rounding { get; init; }

    /// <summary>The same, where rounding does not.</summary>
    public required decimal Difference { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The event that brought it: of two of one instant the smaller has the units.</summary>
    public required Guid ReceivedBy { get; init; }
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>How long it waits for receipts, in business time.</summary>
    public required DateTimeOffset WaitsUntil { get; init; }
    public bool Waited { get; set; }
    public required decimal ShortTolerance { get; init; }
    public required decimal OverTolerance { get; init; }
    public required decimal PriceTolerance { get; init; }
    public string? DecidedBy { get; set; }
    public DateTimeOffset? DecidedAt { get; set; }
    public string? Note { get; set; }

    /// <summary>Of the policy <c>invoices</c>.</summary>
    public required int PolicyVersion { get; init; }

    public List<InvoiceLine> Lines { get; } = [];

    /// <summary>A line's share of the freight, by value.</summary>
    public decimal FreightOf(InvoiceLine line)
    {
        if (Freight == 0)
            return 0;
        if (_freight is null)
        {
            var parts = Spread.Over(Freight, Lines.ConvertAll(each => each.Amount), Currencies.Decimals(Currency));
            _freight = Lines.Select((each, index) => (each.Number, Part: parts[index])).ToDictionary(each => each.Number, each => each.Part);
        }
        return _freight[line.Number];
    }

    public bool IsDecided => Status is InvoiceStatus.APPROVED or InvoiceStatus.DISPUTED;

    /// <summary>It is to be paid: what it costs beyond the order's price is part of what the goods cost.</summary>
    public bool IsCost => Status is InvoiceStatus.MATCHED or InvoiceStatus.APPROVED;

    public InvoiceState State()
    {
        return new(
            Id, Version, Status.ToString(), InvoiceReason.Split(Reasons), SupplierId, Number, Currency, Plain(Total), Plain(Tax), Plain(Freight),
            Plain(Rounding), Plain(Difference), ReceivedAt, DecidedAt,
            Lines.ConvertAll(line => new InvoiceState.ExplainedLine(
                line.Number, line.PurchaseOrderId, line.OrderLine, line.Quantity, Plain(line.Price), Plain(line.Amount),
                PlainAmount.Of(line.OrderPrice), line.Matched, Plain(line.Expected), Plain(line.PriceVariance), Plain(line.QuantityVariance),
                Plain(line.Rounding), Plain(line.Difference), InvoiceReason.Split(line.Reasons))));

        static decimal Plain(decimal amount) => PlainAmount.Of(amount);
    }
}

/// <summary>What one line of an invoice says, and what of it is explained by what was ordered and received.</summary>
internal sealed class InvoiceLine : Row
{
    public static readonly Table<InvoiceLine> Table = new Table<InvoiceLine>("invoice_lines")
        .Key(line => line.InvoiceId).Key(line => line.Number, "line")
        .Column(line => line.PurchaseOrderId).Column(line => line.OrderLine).Column(line => line.Quantity).Column(line => line.Price)
        .Column(line => line.Amount).Column(line => line.OrderPrice).Column(line => line.Matched).Column(line => line.Expected)
        .Column(line => line.PriceVariance).Column(line => line.QuantityVariance).Column(line => line.Rounding).Column(line => line.Difference)
        .Column(line => line.Reasons);

    public required InvoiceId InvoiceId { get; init; }
    public required int Number { get; init; }
    public required PurchaseOrderId PurchaseOrderId { get; init; }
    public required int OrderLine { get; init; }
    public required long Quantity { get; init; }
    public required decimal Price { get; init; }
    public required decimal Amount { get; init; }
    public decimal? OrderPrice { get; set; }
    public long Matched { get; set; }
    public decimal Expected { get; set; }
    public decimal PriceVariance { get; set; }
    public decimal QuantityVariance { get; set; }
    public decimal Rounding { get; set; }
    public decimal Difference { get; set; }
    public string Reasons { get; set; } = "";
}

/// <summary>What it cost to get goods here, as it was told.</summary>
internal sealed class Charge : Row
{
    public static readonly Table<Charge> Table = new Table<Charge>("charges")
        .Key(charge => charge.Id, "charge_id").Column(charge => charge.Kind).Column(charge => charge.Basis).Column(charge => charge.Amount)
        .Column(charge => charge.Currency).Column(charge => charge.Number).Column(charge => charge.At);

    public required string Id { get; init; }
    public required string Kind { get; init; }
    public required string Basis { get; init; }
    public required decimal Amount { get; init; }
    public required string Currency { get; init; }
    public string? Number { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>What a charge, or a line of an invoice beyond the order's price, comes to for one line of a receipt.</summary>
internal sealed class LandedCost : Row
{
    public const string OfCharge = "charge";
    public const string OfInvoice = "invoice";

    public static readonly Table<LandedCost> Table = new Table<LandedCost>("landed_costs")
        .Key(cost => cost.Kind).Key(cost => cost.SourceId).Key(cost => cost.SourceLine).Key(cost => cost.ReceiptId).Key(cost => cost.Line)
        .Column(cost => cost.Sku).Column(cost => cost.Amount).Column(cost => cost.Currency).Column(cost => cost.At);

    /// <summary><see cref="OfCharge"/> or <see cref="OfInvoice"/>.</summary>
    public required string Kind { get; init; }
    public required string SourceId { get; init; }

    /// <summary>Of the invoice; 0 of a charge.</summary>
    public required int SourceLine { get; init; }
    public required ReceiptId ReceiptId { get; init; }
    public required int Line { get; init; }
    public required Sku Sku { get; init; }
    public decimal Amount { get; set; }
    public required string Currency { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>The invoice or the charge.</summary>
    public string Source => $"{Kind}/{SourceId}";

    public (string, string, int, ReceiptId, int) Key => (Kind, SourceId, SourceLine, ReceiptId, Line);
}
