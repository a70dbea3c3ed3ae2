using System.Text.Json;
using EcomIntel.Core.Events;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Suppliers;

namespace EcomIntel.Core.Alerts;

/// <summary>The findings at hand in a batch, each as it was last told.</summary>
internal sealed class FindingBook(PolicyBook policies, SupplierBook suppliers, Action<string> provide)
{
    private readonly Dictionary<string, Finding> _findings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FindingProof> _proofs = new(StringComparer.Ordinal);

    public IEnumerable<Finding> All => _findings.Values;

    public IEnumerable<FindingProof> Proofs => _proofs.Values;

    public void Add(Finding stored) => _findings.TryAdd(stored.FindingId, stored);

    public Finding? Find(string findingId) => _findings.GetValueOrDefault(findingId);

    public Rejection? Tell(CloudEvent e, FindingRaised data)
    {
        if (Find(e.Subject) is not { } finding)
        {
            _findings.Add(e.Subject, finding = new() { FindingId = e.Subject });
            provide($"finding/{e.Subject}");
        }
        else if (!e.Overrides(finding.ToldAt, finding.ToldBy))
            return null;
        finding.Tell(e, data, Worth(data.MoneyAtRisk, e.Time));
        _proofs[e.Subject] = new()
        {
            FindingId = e.Subject, ToldAt = e.Time, ToldBy = e.Identity,
            Evidence = JsonSerializer.Serialize(data.Evidence ?? new(), EventJson.Default.FindingEvidence),
        };
        return null;
    }

    public Rejection? Clear(CloudEvent e, FindingCleared data)
    {
        if (Find(e.Subject) is not { } finding)
            return new(RejectionCodes.UnknownFinding, $"no finding {e.Subject}") { Awaits = $"finding/{e.Subject}" };
        if (e.Overrides(finding.ToldAt, finding.ToldBy))
            finding.Clear(e, data);
        return null;
    }

    private decimal? Worth(FindingMoney? money, DateTimeOffset at)
    {
        var baseCurrency = policies.At(PurchasingPolicy.Kind, at).Settings.BaseCurrency;
        return money is null ? null : suppliers.Convert(money.Amount, money.Currency, baseCurrency, baseCurrency, at);
    }
}
