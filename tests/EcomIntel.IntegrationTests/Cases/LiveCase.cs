using System.Text;
using EcomIntel.Core.Events;
using EcomIntel.IntegrationTests.Pipeline;
using Npgsql;

namespace EcomIntel.IntegrationTests.Cases;

/// <summary>
/// A recorded case among others in one hub. Ids of orders, returns and transfers are a case's own as they are; its items get its number. Places are shared:
/// they are the same in all cases, and hold a case's items for it alone.
/// </summary>
internal sealed class LiveCase
{
    private readonly List<string> _orders, _skus;

    public LiveCase(string number)
    {
        Number = number;
        var events = RecordedCase.Events(number);
        var items = events.Where(e => e.Data is ItemUpdated).Select(e => e.Subject).ToList();
        (_orders, _skus) = ([.. events.Where(e => e.Data is OrderPlaced).Select(e => e.Subject)], items.ConvertAll(item => $"{item}-{number}"));
        Phases = [.. RecordedCase.Phases(events.ConvertAll(e => Apart(e, items)))];
    }

    public string Number { get; }

    /// <inheritdoc cref="RecordedCase.Phases"/>
    public IReadOnlyList<IReadOnlyList<CloudEvent>> Phases { get; }

    private string Source => $"case-{Number}";

    private CloudEvent Apart(CloudEvent e, List<string> items)
    {
        var text = items.Aggregate(Encoding.UTF8.GetString(EventCodec.Encode(e with { Source = Source })),
            (text, item) => text.Replace($"\"{item}\"", $"\"{item}-{Number}\"", StringComparison.Ordinal));
        return EventCodec.Decode(Encoding.UTF8.GetBytes(text)).Event!;
    }

    /// <summary>The database as if this case alone were in it: what <see cref="CaseEnds"/> asks of a table, a view of the table's name answers.</summary>
    public async Task<Processing.Database> ViewAsync(PipelineInstance hub)
    {
        var hubs = new NpgsqlConnectionStringBuilder(hub.PostgresString);
        var (all, own) = (hubs.SearchPath, $"{hubs.SearchPath}_case_{Number}");
        var database = new Processing.Database(new NpgsqlConnectionStringBuilder(hub.PostgresString) { SearchPath = $"{own},{all}" }.ConnectionString);
        var (orders, skus) = (Listed(_orders), Listed(_skus));
        var words = Listed(Phases.SelectMany(events => events).SelectMany(e => Encoding.UTF8.GetString(EventCodec.Encode(e)).Split('"')).Distinct());
        var views = new Dictionary<string, string>
        {
            ["dead_letters"] = $"source = '{Source}'",
            ["parcels"] = $"shipment_id IN (SELECT shipment_id FROM {all}.shipments WHERE order_id IN ({orders}))",
            ["return_lines"] = $"return_id IN (SELECT return_id FROM {all}.returns WHERE order_id IN ({orders}))",
            ["stock_balances"] = $"sku IN ({skus})",
        };
        foreach (var table in (string[])["orders", "order_lines", "holds", "allocations", "shipments"])
            views.Add(table, $"order_id IN ({orders})");
        await database.ExecuteAsync($"CREATE SCHEMA {own}");
        foreach (var (table, condition) in views)
            await database.ExecuteAsync($"CREATE VIEW {own}.{table} AS SELECT * FROM {all}.{table} WHERE {condition}");
        // By the name it has in the case.
        await database.ExecuteAsync($"""
            CREATE VIEW {own}.exception_cases AS
            SELECT case_id, category, replace(subject, '-{Number}', '') AS subject, location, money_at_risk, detail, status, detected_at
            FROM {all}.exception_cases WHERE subject IN ({words})
            """);
        return database;
    }

    private static string Listed(IEnumerable<string> values) =>
        string.Join(", ", values.DefaultIfEmpty("").Select(value => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'"));
}
