using EcomIntel.Core.Events;

namespace EcomIntel.Core.ExceptionCases;

/// <summary>Cases opened by the batch at hand. A case's id is made from its cause, so the same cause opens one case only.</summary>
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

    public List<ExceptionCase> Opened { get; } = [];

    public void Open(CloudEvent cause, string category, string subject, LocationId? location, string detail)
    {
        var opened = new ExceptionCase
        {
            CaseId = $"{category}:{cause.Identity:n}", Category = category, Subject = subject, Location = location, Detail = detail, DetectedAt = cause.Time,
        };
        Opened.Add(opened);
        outbox.Add(cause.Time, OperationEvents.ExceptionOpenedType, subject,
            new OperationEvents.ExceptionOpened(opened.CaseId, category, subject, location, null, detail), OperationJson.Default.ExceptionOpened);
    }
}
