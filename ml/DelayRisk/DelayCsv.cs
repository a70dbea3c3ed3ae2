using System.Globalization;
using System.IO.Compression;
using CsvHelper;

namespace EcomIntel.Ml.DelayRisk;

/// <summary>
/// Reads purchase order lines: columns purchase_order, supplier, due_at, received_at (empty: not yet), and where they are known origin, destination, item,
/// quantity, value, ordered_at, cancelled_at and what was heard on the way (README.md). The delivery history of SCMS is read by its own columns.
/// </summary>
internal static class DelayCsv
{
    private const int MaxRecord = 64 << 10, MaxText = 200, MostLines = 2_000_000;
    private const double MaxNumber = 1e12;

    /// <summary>Where it is not known when a line was ordered, it is known of from so many days before it is due.</summary>
    private const int KnownBefore = 28;

    private static readonly string[] Required = ["purchase_order", "supplier", "due_at", "received_at"];

    private static readonly string[] RequiredOfScms = ["po / so #", "vendor", "scheduled delivery date", "delivered to client date"];

    private static readonly (string At, string? Arrives, WordKind Kind)[] Words =
    [
        ("acknowledged_at", "promised_at", WordKind.Acknowledged), ("changed_at", "changed_to", WordKind.DateChanged),
        ("announced_at", "announced_for", WordKind.Announced), ("departed_at", null, WordKind.Departed), ("port_at", null, WordKind.ArrivedAtPort),
        ("customs_cleared_at", null, WordKind.CustomsCleared), ("out_for_delivery_at", null, WordKind.OutForDelivery),
    ];

    private static readonly string[] Dates = ["yyyy-MM-dd", "d-MMM-yy", "M/d/yy", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss"];

    /// <summary>The buyer's own warehouse: no supplier.</summary>
    private const string OwnWarehouse = "SCMS from RDC";

    /// <param name="path">A CSV file, gzip where its name ends in .gz.</param>
    /// <exception cref="InvalidDataException">The file or a line has not the form; the message says which and what.</exception>
    public static IReadOnlyList<PurchaseLine> Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            using Stream text = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
            return Read(text, path);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path}: {wrong.Message}", wrong);
        }
    }

    internal static IReadOnlyList<PurchaseLine> Read(Stream text, string name)
    {
        using var csv = CsvReader.Create(text, new CsvReaderOptions
        {
            HasHeader = false, TrackLineNumbers = true, PoolStrings = true, MaxRecordSize = MaxRecord, AllowLineBreaksInQuotes = false,
        });
        if (!Next(csv, name))
            throw new InvalidDataException($"{name}: is empty");
        var header = Enumerable.Range(0, csv.FieldCount).Select(field => csv.GetString(field).Trim().TrimStart('\uFEFF').ToLowerInvariant()).ToArray();
        var scms = header.Contains(RequiredOfScms[0]);
        var required = scms ? RequiredOfScms : Required;
        if (required.FirstOrDefault(column => !header.Contains(column)) is { } missing)
            throw new InvalidDataException($"{name}: line 1 has no column {missing}; it must have {string.Join(", ", required)}");
        var row = new Row(csv, name, header);
        var lines = new List<PurchaseLine>();
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        while (Next(csv, name))
        {
            if (csv.FieldCount != header.Length)
                throw row.Wrong($"{csv.FieldCount} columns instead of {header.Length}");
            if (lines.Count == MostLines)
                throw row.Wrong($"more than {MostLines} lines");
            if ((scms ? Scms(row, counts) : Own(row, counts)) is { } line)
                lines.Add(line);
        }
        return lines;
    }

    private static PurchaseLine Own(Row row, Dictionary<string, int> counts)
    {
        var (order, due) = (row.Key("purchase_order"), row.Time("due_at") ?? throw row.Wrong("due_at is empty"));
        var ordered = Earliest(row.Time("ordered_at"), due);
        var said = new List<LineWord>();
        foreach (var (at, arrives, kind) in Words)
            if (row.Time(at) is { } heard)
                said.Add(new(heard, kind, arrives is null ? null : row.Time(arrives)));
        return new(order, Number(counts, order), row.Key("supplier"), row.Text("origin"), row.Text("destination"), row.Text("item"), row.Number("quantity"),
            row.Number("value"), ordered, due, [.. said.OrderBy(word => word.At).ThenBy(word => word.Kind)], row.Time("received_at"), row.Time("cancelled_at"));
    }

    /// <summary>What is only known later stays out: weight, freight, insurance, numbers of notices, when a delivery was recorded.</summary>
    private static PurchaseLine? Scms(Row row, Dictionary<string, int> counts)
    {
        var order = row.Key("po / so #");
        if (row.Text("vendor") == OwnWarehouse)
            return null;
        var due = row.Time("scheduled delivery date") ?? throw row.Wrong("scheduled delivery date is empty");
        var sent = row.Text("po sent to vendor date") is { Length: > 0 } text && char.IsAsciiDigit(text[0]) ? row.Time("po sent to vendor date") : null;
        return new(order, Number(counts, order), row.Key("vendor"), row.Text("manufacturing site"), row.Text("country"),
            $"{row.Text("sub classification")} by {row.Text("shipment mode")}", row.Number("line item quantity"), row.Number("line item value"),
            Earliest(sent, due), due, [], row.Time("delivered to client date"));
    }

    private static DateTimeOffset Earliest(DateTimeOffset? ordered, DateTimeOffset due) => ordered <= due ? ordered.Value : due.AddDays(-KnownBefore);

    private static int Number(Dictionary<string, int> counts, string order) => counts[order] = counts.GetValueOrDefault(order) + 1;

    private static bool Next(CsvReader csv, string name)
    {
        try
        {
            return csv.Read();
        }
        catch (Exception wrong) when (wrong is CsvFormatException or InvalidDataException or IOException)
        {
            throw new InvalidDataException($"{name}: after line {csv.LineNumber}: {wrong.Message}", wrong);
        }
    }

    private sealed class Row(CsvReader csv, string name, string[] header)
    {
        private const DateTimeStyles AsUtc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

        /// <summary>Empty where there is no such column.</summary>
        public string Text(string column)
        {
            var at = Array.IndexOf(header, column);
            var text = at < 0 ? "" : csv.GetString(at).Trim();
            return text.Length <= MaxText ? text : throw Wrong($"{column} is longer than {MaxText} characters");
        }

        public string Key(string column) => Text(column) is { Length: > 0 } text ? text : throw Wrong($"{column} is empty");

        public double Number(string column)
        {
            var text = Text(column);
            return text.Length == 0 ? 0
                : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= 0 && value <= MaxNumber ? value
                : throw Wrong($"{column} must be a number from 0 to {MaxNumber:0}");
        }

        public DateTimeOffset? Time(string column)
        {
            var text = Text(column);
            return text.Length == 0 ? null
                : DateTimeOffset.TryParseExact(text, Dates, CultureInfo.InvariantCulture, AsUtc, out var time) && time.Year is > 1970 and < 2200 ? time
                : throw Wrong($"{column} must read like 2024-12-31 or 2024-12-31T15:30:00Z");
        }

        public InvalidDataException Wrong(string what) => new($"{name}: line {csv.LineNumber}: {what}");
    }
}
