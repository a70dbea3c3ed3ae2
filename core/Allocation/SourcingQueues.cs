using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Processing;
using Npgsql;

namespace EcomIntel.Core.Allocation;

/// <summary>
/// What of the lines that wait for a sku is at hand: of a long queue only its head. A round serves orders in their priority, and a line takes one unit at
/// least; so lines behind as many as there are units matter only when some before them could not take what is there. Then more of the queue is asked for, and
/// the batch decided anew: the outcome is that of the whole queue.
/// </summary>
/// <param name="margin">Lines read beyond the units that are available, since a batch may bring more.</param>
internal sealed class SourcingQueues(int margin)
{
    /// <summary>
    /// Skus that changed since the last round, those that this batch may change, and those that a decision asked for; of each, the head of its queue, one line
    /// more than wanted where there are more.
    /// </summary>
    private const string SelectHeads = """
        WITH skus AS (
            SELECT sku FROM changed_skus
            UNION SELECT * FROM unnest($1)
            UNION SELECT * FROM unnest($4)
            UNION SELECT sku FROM order_lines WHERE order_id = ANY($2)
            UNION SELECT DISTINCT sku FROM order_lines l WHERE $3 AND ordered > cancelled + sourced
                AND EXISTS (SELECT FROM stock_balances b WHERE b.sku = l.sku AND b.state = 'available' AND b.quantity > 0 OFFSET 0)
        ), depths AS (
            SELECT sku, greatest(coalesce(d.depth, 0), $6::bigint
                + (SELECT coalesce(sum(quantity), 0) FROM stock_balances b WHERE b.sku = skus.sku AND b.state = 'available'))::bigint AS depth
            FROM skus LEFT JOIN unnest($4, $5) AS d (queue, depth) ON d.queue = skus.sku
        )
        SELECT sku, depth, order_id, queue_tier, queue_promised_at, queue_channel_priority, queue_placed_at
        FROM depths LEFT JOIN LATERAL (
            SELECT order_id, queue_tier, queue_promised_at, queue_channel_priority, queue_placed_at FROM order_lines l
            WHERE l.sku = depths.sku AND ordered > cancelled + sourced
                AND order_id NOT IN (SELECT order_id FROM orders WHERE reservation_ended_at IS NOT NULL)
            ORDER BY queue_tier NULLS FIRST, queue_promised_at, queue_channel_priority, queue_placed_at, order_id COLLATE "C"
            LIMIT depth + 1
        ) head ON true
        ORDER BY sku, queue_tier NULLS FIRST, queue_promised_at, queue_channel_priority, queue_placed_at, order_id COLLATE "C"
        """;

    /// <summary>Where nothing of a queue is at hand, all of it is behind.</summary>
    private static readonly OrderPriority BeforeAll = new(int.MinValue, DateTimeOffset.MinValue, int.MinValue, DateTimeOffset.MinValue, new(""));

    private readonly Dictionary<Sku, OrderPriority> _ends = [];
    private readonly HashSet<string> _named = new(StringComparer.Ordinal);
    private HashSet<string>? _asked;

    /// <summary>Skus whose queues were read, and so are looked at when a round runs.</summary>
    public IReadOnlyCollection<string> Read => _named;

    /// <summary>The round itself makes more of these available: who waits for them must be at hand.</summary>
    /// <exception cref="QueueTooShortException">Their queues were not read.</exception>
    public void Require(IEnumerable<Sku> skus)
    {
        if (_asked is not null && skus.Select(sku => sku.Value).Where(sku => !_named.Contains(sku) && !_asked.Contains(sku)).Distinct().ToList()
            is { Count: > 0 } unread)
            throw new QueueTooShortException(unread);
    }

    /// <summary>Whether a line of this sku and priority stands behind what is at hand of its queue.</summary>
    public bool IsBehind(Sku sku, OrderPriority priority) => _ends.TryGetValue(sku, out var end) && priority.CompareTo(end) > 0;

    /// <summary>Skus of whose queues only the head is at hand.</summary>
    public IReadOnlyCollection<Sku> Cut => _ends.Keys;

    /// <param name="lookAtAll">Nodes or rules have changed: any line that waits may be served now.</param>
    /// <param name="whole">All of every queue is wanted.</param>
    public void AddTo(Load load, bool lookAtAll, bool whole)
    {
        var taken = 0;
        string? current = null;
        var last = BeforeAll;
        var (skus, depths) = (load.Keys.Of(CatalogSlice.Skus), load.Keys.Depths);
        _asked = [.. skus, .. depths.Keys];
        // Without events nothing more comes in, and the units there are say how far the queue is served.
        var beyond = whole ? int.MaxValue : skus.Length > 0 ? margin : Math.Min(margin, 20);
        load.Query(SelectHeads, [skus, load.Keys.Of(OrdersSlice.Orders), lookAtAll, depths.Keys.ToArray(), depths.Values.ToArray(), beyond], row =>
        {
            var sku = row.GetString(0);
            if (sku != current)
                (current, taken, last) = (sku, 0, BeforeAll);
            _named.Add(sku);
            if (row.IsDBNull(2))
                return; // nobody waits for it
            if (++taken > row.GetInt64(1))
                _ends[new(sku)] = last;
            else
            {
                load.Keys.Add(OrdersSlice.Orders, row.GetString(2));
                last = PriorityOf(row);
            }
        });
    }

    private static OrderPriority PriorityOf(NpgsqlDataReader row) => row.IsDBNull(3)
        ? new(int.MinValue, default, 0, default, new(row.GetString(2)))
        : new(row.GetInt32(3), row.GetFieldValue<DateTimeOffset>(4), row.GetInt32(5), row.GetFieldValue<DateTimeOffset>(6), new(row.GetString(2)));
}
