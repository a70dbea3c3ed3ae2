using System.Globalization;
using CsvHelper;

namespace EcomIntel.Ml.Series;

/// <summary>Reads daily demand: columns date, sku and units, and where they are known channel, category, price and in_stock (true or false).</summary>
internal static class DemandCsv
{
    private const int MaxRecord = 64 << 10;
    private const int MaxKey = 200;
    private const double MaxUnits = 1e9;

    private static readonly string[] Required = ["date", "sku", "units"];

    /// <exception cref="InvalidDataException">A file or line has not the form; the message says which and what.</exception>
    public static DemandBook Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return Read(file, path);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path}: {wrong.Message}", wrong);
        }
    }

    internal static DemandBook Read(Stream text, string name)
    {
        using var csv = CsvReader.Create(text, new CsvReaderOptions
        {
            HasHeader = false, TrackLineNumbers = true, PoolStrings = true, MaxRecordSize = MaxRecord, AllowLineBreaksInQuotes = false,
        });
        if (!Next(csv, name))
            throw new InvalidDataException($"{name}: is empty");
        var header = Enumerable.Range(0, csv.FieldCount).Select(field => csv.GetString(field).Trim().TrimStart('\uFEFF').ToLowerInvariant()).ToArray();
        if (Required.FirstOrDefault(column => !header.Contains(column)) is { } missing)
            throw new InvalidDataException($"{name}: line 1 has no column {missing}; it must have {string.Join(", ", Required)}");
        int date = At("date"), sku = At("sku"), units = At("units"), channel = At("channel"), category = At("category"), price = At("price");
        var inStock = At("in_stock");
        var book = new DemandBook();
        while (Next(csv, name))
        {
            if (csv.FieldCount != header.Length)
                throw Wrong($"{csv.FieldCount} columns instead of {header.Length}");
            var key = Text(sku);
            if (key.Length is 0 or > MaxKey)
                throw Wrong($"sku must be 1 to {MaxKey} characters");
            if (!DateOnly.TryParseExact(Text(date), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
                throw Wrong("date must read like 2024-12-31");
            if (Number(units, MaxUnits) is not { } sold)
                throw Wrong($"units must be a number from 0 to {MaxUnits:0}");
            double? each = null;
            if (price >= 0 && Text(price).Length > 0 && (each = Number(price, MaxUnits)) is null)
                throw Wrong($"price must be a number from 0 to {MaxUnits:0}");
            var stocked = true;
            if (inStock >= 0 && Text(inStock).Length > 0 && !bool.TryParse(Text(inStock), out stocked))
                throw Wrong("in_stock must be true or false");
            var kind = category >= 0 && Text(category) is { Length: > 0 } said ? said : null;
            book.Add(channel >= 0 && Text(channel) is { Length: > 0 } where ? $"{key} in {where}" : key, day, sold, each, kind, stocked);
        }
        return book;

        int At(string column) => Array.IndexOf(header, column);

        string Text(int column) => csv.GetString(column).Trim();

        double? Number(int column, double most) =>
            double.TryParse(Text(column), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= 0 && value <= most ? value : null;

        InvalidDataException Wrong(string what) => new($"{name}: line {csv.LineNumber}: {what}");
    }

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
}
