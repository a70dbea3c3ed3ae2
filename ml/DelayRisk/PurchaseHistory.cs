using EcomIntel.Core.Procurement.DelayRisk;
using Npgsql;
using NpgsqlTypes;

namespace EcomIntel.Ml.DelayRisk;

/// <summary>A line as PostgreSQL has it, with what the findings about it need.</summary>
/// <param name="AgainstAt">What it is judged by: the first promise, or the date as ordered.</param>
/// <param name="AssessedAt">When it was assessed last; null: never.</param>
/// <param name="SalePrice">Of one unit, in the base currency; null where that is not known.</param>
internal sealed record KnownLine(PurchaseLine Line, DateTimeOffset AgainstAt, DateTimeOffset? AssessedAt, decimal? SalePrice);

/// <summary>
/// Purchase order lines that were sent, with all that was heard of them, from PostgreSQL: rows have their own times, and what is later is left out.
/// </summary>
internal static class PurchaseHistory
{
    /// <summary>Lines, the latest: so memory has an end.</summary>
    private const int Most = 300_000;

    // A line of which nothing came and nothing will was settled when we withdrew it, when the order ended, or when the supplier answered.
    private const string Lines =
        """
        SELECT l.purchase_order_id, l.line, o.supplier_id, coalesce(s.country, ''), o.location, l.sku, l.ordered,
            (l.ordered * l.price * coalesce(o.base_rate, 1))::double precision, o.sent_at, l.due_at,
            CASE WHEN l.full_at IS NOT NULL THEN l.full_at
                WHEN l.received > 0 AND l.ordered = l.cancelled + l.closed_short + l.received THEN l.last_received_at END,
            CASE WHEN l.received = 0 AND l.ordered = l.cancelled + l.closed_short THEN coalesce(l.withdrawn_at, o.closed_at, o.acknowledged_at, l.due_at) END,
            r.assessed_at, i.price
        FROM purchase_order_lines l JOIN purchase_orders o USING (purchase_order_id) JOIN suppliers s USING (supplier_id) JOIN items i ON i.sku = l.sku
        LEFT JOIN delay_risks r ON r.purchase_order_id = l.purchase_order_id AND r.line = l.line AND r.assessed_at < $1
        WHERE o.sent_at < $1 ORDER BY o.sent_at DESC, l.purchase_order_id COLLATE "C", l.line LIMIT $2
        """;

    private const string Said =
        """
        SELECT purchase_order_id, line, at, kind, arrives_at FROM (
            SELECT purchase_order_id, line, at, kind, arrives_at, identity FROM purchase_order_promises WHERE kind <> 'MILESTONE' AND at < $1
            UNION ALL
            SELECT m.purchase_order_id, l.line, m.at, m.milestone, m.expected_at, m.identity
            FROM purchase_order_milestones m JOIN purchase_order_lines l USING (purchase_order_id)
            WHERE m.at < $1 AND (m.asn_id IS NULL OR EXISTS (SELECT FROM purchase_order_promises p WHERE p.purchase_order_id = m.purchase_order_id
                AND p.line = l.line AND p.asn_id = m.asn_id AND p.kind = 'ANNOUNCED'))) AS said
        ORDER BY at, identity
        """;

    /// <returns>In the order in which they were sent.</returns>
    public static async Task<IReadOnlyList<KnownLine>> ReadAsync(NpgsqlDataSource postgres, DateTimeOffset asOf, CancellationToken token)
    {
        var said = new Dictionary<(string, int), List<LineWord>>();
        await using (var command = postgres.CreateCommand(Said))
        {
            command.Parameters.Add(new() { Value = asOf.ToUniversalTime() });
            await using var row = await command.ExecuteReaderAsync(token);
            while (await row.ReadAsync(token))
                if (KindOf(row.GetString(3)) is { } kind)
                {
                    var key = (row.GetString(0), row.GetInt32(1));
                    (said.TryGetValue(key, out var words) ? words : said[key] = []).Add(new(row.GetFieldValue<DateTimeOffset>(2), kind, Time(row, 4)));
                }
        }
        var lines = new List<KnownLine>();
        await using (var command = postgres.CreateCommand(Lines))
        {
            command.Parameters.Add(new() { Value = asOf.ToUniversalTime() });
            command.Parameters.Add(new() { Value = Most });
            await using var row = await command.ExecuteReaderAsync(token);
            while (await row.ReadAsync(token))
            {
                var words = said.GetValueOrDefault((row.GetString(0), row.GetInt32(1)), []);
                var line = new PurchaseLine(row.GetString(0), row.GetInt32(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5),
                    row.GetInt64(6), row.GetDouble(7), row.GetFieldValue<DateTimeOffset>(8), row.GetFieldValue<DateTimeOffset>(9), words, Before(row, 10),
                    Before(row, 11));
                var first = words.Where(word => word.IsPromise).Select(word => word.ArrivesAt).FirstOrDefault();
                lines.Add(new(line, first ?? line.DueAt, Time(row, 12), row.IsDBNull(13) ? null : row.GetDecimal(13)));
            }
        }
        lines.Reverse();
        return lines;

        DateTimeOffset? Before(NpgsqlDataReader row, int column) => Time(row, column) is { } at && at < asOf ? at : null;

        static DateTimeOffset? Time(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
    }

    /// <summary>What hangs on lines, of rows as they are now: one statement for all.</summary>
    /// <returns>By the place of the line among those asked for; without those that there are not.</returns>
    public static async Task<IReadOnlyDictionary<int, (LineAtRisk Line, int TransferDays)>> AtRiskAsync(
        NpgsqlDataSource postgres, IReadOnlyList<PurchaseLine> lines, DateTimeOffset asOf, CancellationToken token)
    {
        if (lines.Count == 0)
            return new Dictionary<int, (LineAtRisk, int)>();
        await using var command = postgres.CreateCommand(LinesAtRisk.Select);
        command.Parameters.AddWithValue("purchaseOrders", lines.Select(line => line.Order).ToArray());
        command.Parameters.AddWithValue("lines", lines.Select(line => line.Number).ToArray());
        command.Parameters.AddWithValue("now", asOf.ToUniversalTime());
        command.Parameters.AddWithValue("locations", NpgsqlDbType.Array | NpgsqlDbType.Text, DBNull.Value);
        command.Parameters.AddWithValue("channels", NpgsqlDbType.Array | NpgsqlDbType.Text, DBNull.Value);
        await using var row = await command.ExecuteReaderAsync(token);
        var known = new List<LinesAtRisk.Known>();
        while (await row.ReadAsync(token))
            known.Add(new(row.GetString(0), row.GetString(1), row.GetInt32(2), row.GetInt32(3), row.GetInt64(4), row.GetDecimal(5), row.GetString(6),
                row.GetInt32(7)));
        return known.GroupBy(each => each.Asked).Select(each => (At: each.Key - 1, Line: LinesAtRisk.Of(each))).Where(each => each.Line is not null)
            .ToDictionary(each => each.At, each => each.Line!.Value);
    }

    private static WordKind? KindOf(string kind) => kind switch
    {
        "ACKNOWLEDGED" => WordKind.Acknowledged,
        "DATE_CHANGED" => WordKind.DateChanged,
        "ANNOUNCED" => WordKind.Announced,
        "departed" => WordKind.Departed,
        "arrived_at_port" => WordKind.ArrivedAtPort,
        "customs_cleared" => WordKind.CustomsCleared,
        "out_for_delivery" => WordKind.OutForDelivery,
        _ => null,
    };
}
