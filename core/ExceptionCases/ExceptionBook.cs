using System.Reflection;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.ExceptionCases;

/// <summary>Cases opened by the batch at hand. A case's id is made from its category and cause, and a number where one cause opens several.</summary>
internal sealed class ExceptionBook(Outbox outbox)
{
    /// <summary>A fact would have made a balance negative and was applied up to what was there.</summary>
    public const string StockNegative = "inventory.negative";

    /// <summary>A count or a partner's report differs from the book.</summary>
    public const string StockVariance = "inventory.variance";

    /// <summary>A node did not find what the book says it has.</summary>
    public const string PickShort = "inventory.pick_short";

    /// <summary>A carrier reports an exception with a parcel.</summary>
    public const string Carrier = "carrier.exception";

    /// <summary>More units came back than a return has room for.</summary>
    public const string ReturnOver = "return.over";

    /// <summary>Units came back for a return that had ended or was refused.</summary>
    public const string ReturnUnexpected = "return.unexpected";

    /// <summary>More money went back than was paid for what it can be for.</summary>
    public const string RefundOver = "refund.over";

    /// <summary>One refund was told with two amounts, or for two things.</summary>
    public const string RefundDiffers = "refund.differs";

    /// <summary>Something stops an order of which nothing is left to be stopped: all of it has shipped.</summary>
    public const string HeldTooLate = "order.held_too_late";

    /// <summary>A shipment left that had been recalled, and its line has the units from elsewhere by now.</summary>
    public const string ShippedTwice = "order.shipped_twice";

    /// <summary>What was released or has shipped is not paid any more: a payment failed, was voided or has expired.</summary>
    public const string Unpaid = "payment.uncovered";

    /// <summary>More was captured than was authorized, or than the order's total.</summary>
    public const string PaymentOver = "payment.over_captured";

    /// <summary>A payment was charged back.</summary>
    public const string ChargedBack = "payment.charged_back";
    /// <summary>The categories there are.</summary>
    public static IReadOnlyList<string> Categories { get; } =
        [.. typeof(ExceptionBook).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral)
            .Select(field => (string)field.GetRawConstantValue()!)];
    /// <summary>A node has closed on what it was told to pick, or on what waits there until it opens again.</summary>
    public const string LocationClosed = "location.closed";

    /// <summary>An item is not active, and by policy what wants it waits.</summary>
    public const string ItemInactive = "item.inactive";

    /// <summary>Of an order that ships complete a part is picked, and the rest cannot be had with it.</summary>
    public const string OrderIncomplete = "order.incomplete";

    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    public List<ExceptionCase> Opened { get; } = [];

    /// <summary>An event is the cause.</summary>
    /// <param name="detail">Without amounts of money: more roles read it than may read those.</param>
    /// <param name="moneyAtRisk">In the currency of what it is about; null where it cannot be told.</param>
    public void Open(CloudEvent cause, string category, string subject, LocationId? location, string detail, decimal? moneyAtRisk = null) =>
        Open(cause.Identity.ToString("n"), cause.Time, category, subject, location, detail, moneyAtRisk);

    /// <summary>Something else is the cause, as a round of allocation.</summary>
    /// <param name="cause">The same cause opens a case of a category and subject once: it must not come twice.</param>
    /// <param name="detail">Without amounts of money: more roles read it than may read those.</param>
    /// <param name="moneyAtRisk">In the currency of what it is about; null where it cannot be told.</param>
    public void Open(string cause, DateTimeOffset at, string category, string subject, LocationId? location, string detail, decimal? moneyAtRisk = null)
    {
        var (id, told) = ($"{category}:{cause}", Printable.Of(detail));
        moneyAtRisk /= 1.0000000000000000000000000000m; // without trailing zeros: columns keep more than events do
        for (var number = 2; !_ids.Add(id); number++)
            id = $"{category}:{cause}:{number}";
        Opened.Add(new()
        {
            CaseId = id, Category = category, Subject = subject, Location = location, Detail = told, MoneyAtRisk = moneyAtRisk, DetectedAt = at,
        });
        outbox.Add(at, OperationEvents.ExceptionOpenedType, subject,
            new OperationEvents.ExceptionOpened(id, category, subject, location, moneyAtRisk, told), OperationJson.Default.ExceptionOpened);
    }
}
