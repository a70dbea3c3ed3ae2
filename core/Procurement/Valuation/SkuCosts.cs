using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.Invoices;

namespace EcomIntel.Core.Procurement.Valuation;

/// <summary>
/// What the stock of one sku has cost: its layers, first in, first out. Whatever is done, cost in = cost on hand + cost out, to the last decimal.
/// </summary>
internal sealed class SkuCosts
{
    /// <summary>Costs are kept with so many decimals, as columns are.</summary>
    public const int Decimals = 4;

    private readonly List<CostLayer> _layers = [];
    private int _first;

    public IReadOnlyList<CostLayer> Layers => _layers;

    public long OnHand => _layers.Sum(layer => layer.Remaining);

    public decimal CostOnHand => _layers.Sum(layer => layer.RemainingCost);

    /// <summary>A layer later than those there are.</summary>
    public void Add(CostLayer layer) => _layers.Add(layer);

    /// <summary>Takes the oldest units.</summary>
    /// <returns>What they had cost; and how many there were not, which is none while layers follow the ledger.</returns>
    public (decimal Cost, long Missing) Take(long quantity)
    {
        var (cost, left) = (0m, quantity);
        for (; left > 0 && _first < _layers.Count; _first++)
        {
            var layer = _layers[_first];
            var units = Math.Min(left, layer.Remaining);
            // The last units take what is left of the layer's cost: nothing is lost to rounding.
            var part = units == layer.Remaining ? layer.RemainingCost
                : decimal.Round(layer.RemainingCost * ((decimal)units / layer.Remaining), Decimals, MidpointRounding.AwayFromZero);
            (layer.Remaining, layer.RemainingCost) = (layer.Remaining - units, layer.RemainingCost - part);
            (cost, left) = (cost + part, left - units);
            if (layer.Remaining > 0)
                break;
        }
        return (cost, left);
    }

    /// <summary>
    /// A cost of units that came in before: what is still on hand of them bears its share by units, and the rest is the cost of what has gone.
    /// </summary>
    /// <param name="quantity">Units that came in with the receipt.</param>
    /// <returns>The two shares: they add up to the amount.</returns>
    public (decimal OnHand, decimal Gone) Post(ReceiptId receipt, decimal amount, long quantity)
    {
        var open = _layers.FindAll(layer => layer.ReceiptId == receipt && layer.Remaining > 0);
        var units = open.Sum(layer => layer.Remaining);
        var onHand = units >= quantity ? amount : decimal.Round(amount * ((decimal)units / quantity), Decimals, MidpointRounding.AwayFromZero);
        if (units == 0)
            return (0, amount);
        var parts = Spread.Over(onHand, open.ConvertAll(layer => (decimal)layer.Remaining), Decimals);
        for (var index = 0; index < open.Count; index++)
            open[index].RemainingCost += parts[index];
        return (onHand, amount - onHand);
    }
}
