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

    /// <summary>A node has closed on what it was told to pick, or on what waits there until it opens again.</summary>
    public const string LocationClosed = "location.closed";

    /// <summary>An item is not active, and by policy what wants it waits.</summary>
    public const string ItemInactive = "item.inactive";

    /// <summary>Of an order that ships complete a part is picked, and the rest cannot be had with it.</summary>
    public const string OrderIncomplete = "order.incomplete";

    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    public List<ExceptionCase> Opened { get; } = [];

    /// <summary>An event is the cause.</summary>
    /// <param name="moneyAtRisk">In the currency of what it is about; null where it cannot be told.</param>
    public void Open(CloudEvent cause, string category, string subject, LocationId? location, string detail, decimal? moneyAtRisk = null) =>
        Open(cause.Identity.ToString("n"), cause.Time, category, subject, location, detail, moneyAtRisk);

    /// <summary>Something else is the cause, as a round of allocation.</summary>
    /// <param name="cause">The same cause opens a case of a category and subject once: it must not come twice.</param>
    /// <param name="moneyAtRisk">In the currency of what it is about; null where it cannot be told.</param>
    public void Open(string cause, DateTimeOffset at, string category, string subject, LocationId? location, string detail, decimal? moneyAtRisk = null)
    {
        var id = $"{category}:{cause}";
        for (var number = 2; !_ids.Add(id); number++)
            id = $"{category}:{cause}:{number}";
        Opened.Add(new()
        {
            CaseId = id, Category = category, Subject = subject, Location = location, Detail = detail, MoneyAtRisk = moneyAtRisk, DetectedAt = at,
        });
        outbox.Add(at, OperationEvents.ExceptionOpenedType, subject,
            new OperationEvents.ExceptionOpened(id, category, subject, location, moneyAtRisk, detail), OperationJson.Default.ExceptionOpened);
    }
}
