using EcomIntel.Core.Database;
using EcomIntel.Core.Orders;
using Npgsql;

namespace EcomIntel.Core.Returns;

/// <summary>Loads the returns of orders (whose rows are locked), saves what changed.</summary>
internal static class ReturnStore
{
    public const string SelectReturns = "SELECT return_id, order_id, status, location, requested_at, received_at, inspected_at, refunded FROM returns WHERE order_id = ANY($1) OR return_id = ANY($2)";

    public const string SelectLines = """
        SELECT l.return_id, l.line, l.sku, l.reason, l.requested, l.received, l.inspected
        FROM return_lines l JOIN returns r USING (return_id) WHERE r.order_id = ANY($1) OR r.return_id = ANY($2) ORDER BY l.return_id, l.line
        """;

    public static Return ReadReturn(NpgsqlDataReader row)
    {
        var read = new Return(new(row.GetString(0)), new(row.GetString(1)), row.GetFieldValue<DateTimeOffset>(4))
        {
            Status = Enum.Parse<ReturnStatus>(row.GetString(2)),
            Location = row.IsDBNull(3) ? null : new(row.GetString(3)),
            ReceivedAt = row.IsDBNull(5) ? null : row.GetFieldValue<DateTimeOffset>(5),
            InspectedAt = row.IsDBNull(6) ? null : row.GetFieldValue<DateTimeOffset>(6),
            Refunded = row.IsDBNull(7) ? null : row.GetDecimal(7),
        };
        read.Loaded();
        return read;
    }

    public static void ReadLine(NpgsqlDataReader row, ReturnBook returns)
    {
        var line = new ReturnLine(row.GetInt32(1), new(row.GetString(2)), row.IsDBNull(3) ? null : row.GetString(3), row.GetInt64(4)) { Received = row.GetInt64(5), Inspected = row.GetInt64(6) };
        line.Loaded();
        returns.Find(new(row.GetString(0)))!.Lines.Add(line);
    }

    public static void Save(NpgsqlBatch batch, ReturnBook returns)
    {
        var rows = returns.All.Where(row => row.IsNew || row.IsChanged).OrderBy(row => row.Id).ToList();
        if (rows.Count == 0)
            return;
        batch.Add("""
            INSERT INTO returns (return_id, order_id, status, location, requested_at, received_at, inspected_at, refunded)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (return_id) DO UPDATE SET status = excluded.status, location = excluded.location, received_at = excluded.received_at, inspected_at = excluded.inspected_at, refunded = excluded.refunded
            """,
            rows.Column(r => r.Id.Value), rows.Column(r => r.OrderId.Value), rows.Column(r => r.Status.ToString()), rows.Column(r => r.Location?.Value), rows.Column(r => r.RequestedAt), rows.Column(r => r.ReceivedAt),
            rows.Column(r => r.InspectedAt), rows.Column(r => r.Refunded));
        var lines = rows.SelectMany(row => row.Lines.Where(line => line.IsNew || line.IsChanged).Select(line => (row.Id, Line: line))).ToList();
        batch.Add("""
            INSERT INTO return_lines (return_id, line, sku, reason, requested, received, inspected)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (return_id, line) DO UPDATE SET received = excluded.received, inspected = excluded.inspected
            """,
            lines.Column(r => r.Id.Value), lines.Column(r => r.Line.Number), lines.Column(r => r.Line.Sku.Value), lines.Column(r => r.Line.Reason), lines.Column(r => r.Line.Requested), lines.Column(r => r.Line.Received), lines.Column(r => r.Line.Inspected));
    }
}
