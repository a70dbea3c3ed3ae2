using System.Text.Json;
using EcomIntel.Core.Events;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Suppliers;

namespace EcomIntel.Core.Alerts;

/// <summary>The findings at hand in a batch, each as it was last told, and when they are to be decided.</summary>
/// <param name="effectOf">When an event took effect.</param>
internal sealed class FindingBook(
    Outbox outbox, PolicyBook policies, SupplierBook suppliers, Func<CloudEvent, DateTimeOffset> effectOf, Action<string> provide)
{
    private readonly Dictionary<string, Finding> _findings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<Finding>> _parts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FindingProof> _proofs = new(StringComparer.Ordinal);

    public IEnumerable<Finding> All => _findings.Values;

    public IEnumerable<FindingProof> Proofs => _proofs.Values;

    /// <summary>When those at hand are to be decided.</summary>
    public Agenda<AlertKey> Due { get; } = new();

    public void Add(Finding stored)
    {
        if (!_findings.TryAdd(stored.FindingId, stored))
            return;
        NotePart(stored);
        Due.Set(new(stored.FindingId), stored.DecideAt);
    }

    public Finding? Find(string findingId) => _findings.GetValueOrDefault(findingId);

    /// <summary>These and all that sit in them, however deep.</summary>
    public HashSet<Finding> WithParts(IEnumerable<Finding> some)
    {
        var all = new HashSet<Finding>();
        var open = new Stack<Finding>(some);
        while (open.TryPop(out var finding))
            if (all.Add(finding) && _parts.TryGetValue(finding.FindingId, out var parts))
                foreach (var part in parts)
                    if (part.PartOf == finding.FindingId)
                        open.Push(part);
        return all;
    }

    public Rejection? Tell(CloudEvent e, FindingRaised data)
    {
        if (Find(e.Subject) is not { } finding)
        {
            _findings.Add(e.Subject, finding = new() { FindingId = e.Subject });
            provide($"finding/{e.Subject}");
        }
        else if (finding.Model != data.Model || finding.AboutKey != Finding.KeyOf(data.Kind, data.About))
            return new(RejectionCodes.Invalid, $"finding {e.Subject} is of another model, kind or about something else: that is another finding");
        else if (!e.Overrides(finding.ToldAt, finding.ToldBy))
            return null;
        var worth = data.MoneyAtRisk is { } money
            ? suppliers.Convert(money.Amount, money.Currency, BaseCurrency(e.Time), BaseCurrency(e.Time), e.Time) : null;
        finding.Tell(e, data, worth);
        NotePart(finding);
        _proofs[e.Subject] = new()
        {
            FindingId = e.Subject, ToldAt = e.Time, ToldBy = e.Identity,
            Evidence = JsonSerializer.Serialize(data.Evidence ?? new(), EventJson.Default.FindingEvidence),
        };
        if (data.Evidence?.Series is { Count: > 0 } series)
            outbox.Add(
                effectOf(e), FindingTold.Type, finding.FindingId, new(finding.FindingId, finding.Kind, finding.Model, series),
                OperationJson.Default.FindingTold);
        DecideSoon(finding, e);
        return null;
    }

    public Rejection? Clear(CloudEvent e, FindingCleared data)
    {
        if (Find(e.Subject) is not { } finding)
            return new(RejectionCodes.UnknownFinding, $"no finding {e.Subject}") { Awaits = $"finding/{e.Subject}" };
        if (!e.Overrides(finding.ToldAt, finding.ToldBy))
            return null;
        finding.Clear(e, data);
        DecideSoon(finding, e);
        return null;
    }

    public string BaseCurrency(DateTimeOffset at) => policies.At(PurchasingPolicy.Kind, at).Settings.BaseCurrency;

    /// <summary>What became of it has changed.</summary>
    public void Decided(Finding finding, DateTimeOffset at) => outbox.Add(at, FindingDecided.Type, finding.FindingId, new(
        finding.FindingId, finding.Kind, finding.Model, finding.ModelVersion, finding.About, finding.Pattern, finding.Since, finding.Score, finding.Worth,
        finding.RaisedAt, finding.Outcome.ToString()!, finding.HeldFor?.ToString(), finding.AlertId, finding.PartOf),
        OperationJson.Default.FindingDecided);

    private void DecideSoon(Finding finding, CloudEvent e)
    {
        var at = effectOf(e);
        finding.DecideAt = policies.At(AlertPolicy.Kind, at).Settings.RoundAfter(at);
        Due.Set(new(finding.FindingId), finding.DecideAt);
    }

    private void NotePart(Finding finding)
    {
        if (finding.PartOf is not { } whole)
            return;
        if (!_parts.TryGetValue(whole, out var parts))
            _parts.Add(whole, parts = []);
        parts.Add(finding);
    }
}

/// <summary>The id of a finding, or of an alert, in the order of its letters.</summary>
internal readonly record struct AlertKey(string Id) : IComparable<AlertKey>
{
    public int CompareTo(AlertKey other) => string.CompareOrdinal(Id, other.Id);
}
