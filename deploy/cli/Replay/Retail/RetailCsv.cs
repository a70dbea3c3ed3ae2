using System.Globalization;
using CsvHelper;
using EcomIntel.Core.Events;

namespace EcomIntel.Cli.Replay.Retail;

/// <summary>
/// Reads invoice lines in the form UCI publishes as Online Retail II (and its elder, Online Retail), as .csv or .csv.gz, line by line. Times carry no zone and
/// are taken as UTC.
/// </summary>
internal static class RetailCsv
{
    private static readonly string[][] Columns =
    [
        ["Invoice", "InvoiceNo"], ["StockCode"], ["Description"], ["Quantity"], ["InvoiceDate"], ["Price", "UnitPrice"], ["Customer ID", "CustomerID"],
        ["Country"],
    ];

    private static readonly string[] DateFormats = ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "M/d/yyyy H:mm"];

    private const int MaxCode = 20;

    private static readonly CsvReaderOptions Options = new()
    {
        HasHeader = false,
        TrackLineNumbers = true,
        PoolStrings = true,
        MaxRecordSize = 64 << 10,
        // No field of this data spans lines: a quote left open then spoils its own line, not the rest of the file.
        AllowLineBreaksInQuotes = false,
    };

    /// <summary>All lines of all files, in order of time, each counted as read.</summary>
    /// <param name="limit">Maximum lines to read; null for all.</param>
    /// <exception cref="SourceFileException">A file cannot be read, has not the columns, or its quoting runs away.</exception>
    public static IEnumerable<RetailLine> Read(IReadOnlyList<SourceFile> files, LineTally tally, long? limit)
    {
        // Files are merged by time, so two exports that overlap meet line by line and their duplicates show.
        var streams = files.Select(file => TimeOrder.Sort(
            Readable(Lines(file), tally, limit), line => line.Time, line => tally.Reject(line, LineReasons.OutOfOrder, "earlier than lines before it")))
            .ToList();
        return TimeOrder.Merge(streams, line => line.Time);
    }

    private static IEnumerable<RetailLine> Readable(IEnumerable<SourceLine> source, LineTally tally, long? limit)
    {
        foreach (var line in source)
        {
            if (limit is { } max && tally.Read >= max)
                yield break;
            tally.CountRead();
            if (line.Rejected is { } rejected)
                tally.Reject(rejected);
            else
                yield return line.Line!;
        }
    }

    private static IEnumerable<SourceLine> Lines(SourceFile file)
    {
        using var text = file.Open();
        foreach (var line in Lines(text, file.Name))
            yield return line;
    }

    internal static IEnumerable<SourceLine> Lines(Stream text, string origin)
    {
        using var csv = CsvReader.Create(text, Options);
        if (!Next(csv, origin))
            throw new SourceFileException($"{origin}: is empty");
        var header = Enumerable.Range(0, csv.FieldCount).Select(field => csv.GetString(field).Trim().TrimStart('\uFEFF')).ToArray();
        var at = Array.ConvertAll(Columns, names => Array.FindIndex(header, name => names.Contains(name, StringComparer.OrdinalIgnoreCase)));
        var missing = Array.IndexOf(at, -1);
        if (missing >= 0)
            throw new SourceFileException(
                $"{origin}: line 1 has no column {Columns[missing][0]}; it must have {string.Join(", ", Columns.Select(names => names[0]))}");
        while (Next(csv, origin))
            yield return Parse(csv, at, header.Length, origin);
    }

    private static bool Next(CsvReader csv, string origin)
    {
        try
        {
            return csv.Read();
        }
        catch (Exception wrong) when (wrong is CsvFormatException or InvalidDataException or IOException)
        {
            throw new SourceFileException($"{origin}: after line {csv.LineNumber}: {wrong.Message}", wrong);
        }
    }

    private static SourceLine Parse(CsvReader csv, int[] at, int columns, string origin)
    {
        var number = csv.LineNumber;
        if (csv.FieldCount != columns)
            return Reject(LineReasons.BadColumns, $"{csv.FieldCount} columns instead of {columns}");
        string invoice = Text(0), code = Text(1);
        if (!Identifier.IsValid(invoice) || invoice.Length > MaxCode)
            return Reject(LineReasons.BadInvoice, $"invoice must be 1 to {MaxCode} characters");
        if (!Identifier.IsValid(code) || code.Length > MaxCode)
            return Reject(LineReasons.BadCode, $"stock code must be 1 to {MaxCode} characters");
        if (!long.TryParse(Text(3), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var quantity)
            || quantity is < -Check.MaxQuantity or > Check.MaxQuantity)
            return Reject(LineReasons.BadQuantity, $"quantity must be a whole number up to {Check.MaxQuantity} either way");
        if (!DateTimeOffset.TryParseExact(Text(4), DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            || Check.Time("date", time) is not null)
            return Reject(LineReasons.BadDate, "date must read like 2010-12-31 23:59:00");
        if (!decimal.TryParse(Text(5), NumberStyles.Float, CultureInfo.InvariantCulture, out var price)
            || Math.Abs(price) > Check.MaxMoney || decimal.Round(price, 4) != price)
            return Reject(LineReasons.BadPrice, $"price must be a number of at most 4 decimals up to {Check.MaxMoney} either way");
        var customer = Clip(Text(6), 100);
        return new(
            new(origin, number, invoice, code, Clip(Text(2), 500), quantity, time, price, customer.Length == 0 ? null : customer, Clip(Text(7), 100)), null);

        string Text(int column) => csv.GetString(at[column]).Trim();

        SourceLine Reject(string reason, string detail) => new(null, new(origin, number, reason, detail));
    }

    /// <summary>Free text as a text column can hold it.</summary>
    private static string Clip(string text, int length)
    {
        var clean = text.Contains('\0', StringComparison.Ordinal) ? text.Replace("\0", "", StringComparison.Ordinal) : text;
        return clean.Length > length ? clean[..length] : clean;
    }
}
