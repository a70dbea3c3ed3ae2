using EcomIntel.Cli.Replay;
using EcomIntel.Cli.Replay.Retail;
using EcomIntel.Ml.Series;

namespace EcomIntel.Cli.Models;

/// <summary>Daily demand of a retailer's invoices, by the same rules by which they are replayed.</summary>
internal static class RetailDemand
{
    /// <summary>A product's category is the last word of its first description (BAG, HOLDER, MUG): the invoices have none.</summary>
    /// <exception cref="SourceFileException">The file cannot be read.</exception>
    public static DemandBook Read(SourceFile file)
    {
        var tally = new LineTally();
        var book = new DemandBook();
        foreach (var sale in new RetailFacts(tally).From(RetailCsv.Read([file], tally, limit: null)).OfType<Sale>())
            foreach (var line in sale.Lines)
                book.Add(line.Sku, DateOnly.FromDateTime(sale.Time.UtcDateTime), line.Quantity, (double)line.Price, LastWord(line.Description));
        return book;
    }

    private static string? LastWord(string description) =>
        description.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() is { Length: > 2 } word ? word : null;
}
