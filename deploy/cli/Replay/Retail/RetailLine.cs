namespace EcomIntel.Cli.Replay.Retail;

/// <summary>One line of a retailer's invoices, whether read from a file or made up.</summary>
/// <param name="Origin">File name, or what made it.</param>
/// <param name="Number">Line of the file, the header being 1.</param>
/// <param name="Quantity">Units; negative on cancellations and write-offs.</param>
/// <param name="Price">Net, per unit.</param>
/// <param name="Customer">Null where the till knew none.</param>
internal sealed record RetailLine(
    string Origin, long Number, string Invoice, string Code, string Description, long Quantity, DateTimeOffset Time, decimal Price, string? Customer,
    string Country);

/// <summary>A line of the source: readable, or why not.</summary>
internal readonly record struct SourceLine(RetailLine? Line, RejectedLine? Rejected);

/// <summary>Why a source line is not applied. Frozen: reports count by them.</summary>
internal static class LineReasons
{
    /// <summary>Not as many columns as the header has.</summary>
    public const string BadColumns = "bad_columns";
    public const string BadInvoice = "bad_invoice";
    public const string BadCode = "bad_code";
    public const string BadQuantity = "bad_quantity";
    public const string BadDate = "bad_date";
    public const string BadPrice = "bad_price";
    /// <summary>Earlier than lines already passed on, by more than the reader looks ahead.</summary>
    public const string OutOfOrder = "out_of_order";
    /// <summary>Postage, fees, discounts, vouchers, samples, tests: see <see cref="GoodsRule"/>.</summary>
    public const string NotGoods = "not_goods";
    /// <summary>Every field equal to another line of the same invoice.</summary>
    public const string Duplicate = "duplicate";
    public const string ZeroQuantity = "zero_quantity";
    /// <summary>A sale at no price, or at less.</summary>
    public const string PriceNotPositive = "price_not_positive";
    /// <summary>Neither a sale (a number) nor a cancellation (C and a number).</summary>
    public const string UnknownInvoiceKind = "unknown_invoice_kind";
    /// <summary>A further line of an invoice whose order was placed long ago.</summary>
    public const string InvoiceClosed = "invoice_closed";
    public const string TooManyLines = "too_many_lines";
    /// <summary>A cancellation that adds units.</summary>
    public const string PositiveCancellation = "positive_cancellation";
    public const string ReturnWithoutCustomer = "return_without_customer";
    /// <summary>No earlier sale of that code to that customer is known.</summary>
    public const string ReturnWithoutSale = "return_without_sale";
    /// <summary>More units than what is left of the earlier sales.</summary>
    public const string ReturnExceedsSale = "return_exceeds_sale";
}

internal static class RetailTally
{
    public static void Reject(this LineTally tally, RetailLine line, string reason, string detail) =>
        tally.Reject(new(line.Origin, line.Number, reason, detail));
}
