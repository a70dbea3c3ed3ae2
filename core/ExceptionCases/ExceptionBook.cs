using EcomIntel.Core.Events;

namespace EcomIntel.Core.ExceptionCases;

/// <summary>Cases opened by the batch at hand. A case's id is made from its category and cause, and a number where one cause opens several.</summary>
internal sealed class ExceptionBook(Outbox outbox)
{
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
        moneyAtRisk = PlainAmount.Of(moneyAtRisk);
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
