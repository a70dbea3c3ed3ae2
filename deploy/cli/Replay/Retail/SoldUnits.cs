using System.Runtime.InteropServices;

namespace EcomIntel.Cli.Replay.Retail;

/// <summary>What each customer bought and has not sent back, by stock code: what a cancellation may refer to. The latest sale is undone first.</summary>
internal sealed class SoldUnits
{
    /// <summary>How long after a sale its units may come back; it bounds what is remembered.</summary>
    private static readonly TimeSpan Returnable = TimeSpan.FromDays(400);

    private readonly Dictionary<(string Customer, string Sku), List<SoldLine>> _sales = [];
    private readonly Queue<(DateTimeOffset Time, (string Customer, string Sku) Key)> _ages = new();

    public void Add(string customer, DateTimeOffset time, string order, Sale.SoldLine line)
    {
        var key = (customer, line.Sku);
        ref var sales = ref CollectionsMarshal.GetValueRefOrAddDefault(_sales, key, out _);
        (sales ??= new(1)).Add(new(time, order, line.Number, line.Price, line.Quantity));
        _ages.Enqueue((time, key));
    }

    public long Left(string customer, string sku)
    {
        long left = 0;
        if (_sales.TryGetValue((customer, sku), out var sales))
            foreach (var sale in sales)
                left += sale.Left;
        return left;
    }

    /// <summary>Units of the latest sales; there must be so many <see cref="Left"/>.</summary>
    public IEnumerable<Reversal.Part> Take(string customer, string sku, long quantity)
    {
        var sales = _sales[(customer, sku)];
        for (var i = sales.Count - 1; quantity > 0; i--)
        {
            var taken = Math.Min(quantity, sales[i].Left);
            if (taken == 0)
                continue;
            sales[i] = sales[i] with { Left = sales[i].Left - taken };
            quantity -= taken;
            yield return new(sales[i].Order, sales[i].Line, sku, taken, sales[i].Price);
        }
    }

    public void Forget(DateTimeOffset now)
    {
        while (_ages.TryPeek(out var oldest) && oldest.Time + Returnable < now)
        {
            _ages.Dequeue();
            if (!_sales.TryGetValue(oldest.Key, out var sales))
                continue;
            sales.RemoveAll(sale => sale.Time + Returnable < now);
            if (sales.Count == 0)
                _sales.Remove(oldest.Key);
        }
    }

    private readonly record struct SoldLine(DateTimeOffset Time, string Order, int Line, decimal Price, long Left);
}
