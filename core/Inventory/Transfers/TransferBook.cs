using EcomIntel.Core.Events;

namespace EcomIntel.Core.Inventory.Transfers;

/// <summary>The transfers that the batch at hand names, of all their skus.</summary>
internal sealed class TransferBook
{
    private readonly Dictionary<(string Id, Sku Sku), List<TransferReport>> _reports = [];
    private readonly Dictionary<(string Id, Sku Sku, string Lot, LocationId To), Transfer> _transfers = [];

    public IEnumerable<TransferReport> Reports => _reports.OrderBy(each => each.Key.Sku).ThenBy(each => each.Key.Id, StringComparer.Ordinal)
        .SelectMany(each => each.Value);

    public IEnumerable<Transfer> All => _transfers.Values.OrderBy(transfer => transfer.Sku).ThenBy(transfer => transfer.Id, StringComparer.Ordinal)
        .ThenBy(transfer => transfer.Lot, StringComparer.Ordinal).ThenBy(transfer => transfer.To);

    public void Add(TransferReport report)
    {
        if (!_reports.TryGetValue((report.TransferId, report.Sku), out var reports))
            _reports.Add((report.TransferId, report.Sku), reports = []);
        reports.Add(report);
    }

    public void Add(Transfer transfer) => _transfers.Add((transfer.Id, transfer.Sku, transfer.Lot, transfer.To), transfer);

    public IReadOnlyList<TransferReport> Of(string id, Sku sku) => _reports.GetValueOrDefault((id, sku)) ?? [];

    /// <summary>The transfer's rows say what its course comes to.</summary>
    public void Update(string id, Sku sku, TransferCourse course)
    {
        foreach (var transfer in _transfers.Values)
            if (transfer.Id == id && transfer.Sku == sku)
                transfer.Over = 0;
        foreach (var sum in course.Sums())
        {
            if (!_transfers.TryGetValue((id, sku, sum.Lot, sum.To), out var transfer))
                Add(transfer = new() { Id = id, Sku = sku, Lot = sum.Lot, To = sum.To });
            (transfer.From, transfer.DispatchedAt, transfer.Dispatched) = (sum.From, sum.DispatchedAt, sum.Dispatched);
            (transfer.Received, transfer.Lost, transfer.Short, transfer.Over) = (sum.Received, sum.Lost, sum.Short, sum.Over);
            transfer.SettledAt = sum.SettledAt;
        }
    }
}
