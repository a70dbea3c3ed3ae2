using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Dapper;

namespace EcomIntel.Core.Kpis;

/// <summary>
/// What contracts publish in ClickHouse: of each KPI a view <c>kpi_NAME</c> of its state by day and dimensions as of business time, which any tool may filter,
/// group and merge (the comment says how), and a view <c>kpi_NAME_rows</c> of the things counted. The SQL is the contract's own, with its parameters in place.
/// </summary>
public static class KpiViews
{
    private const string Mark = "KPI contract ";

    private const string Known =
        """
        SELECT name, comment FROM system.tables WHERE database = currentDatabase() AND engine = 'View' AND startsWith(comment, {mark:String})
        """;

    private const string Newest = "SELECT toInt64(max(edition)) FROM kpi_editions";

    /// <summary>Names of what a contract publishes.</summary>
    public static string NameOf(KpiContract kpi) => $"kpi_{kpi?.Name}";

    public static string RowsNameOf(KpiContract kpi) => $"{NameOf(kpi)}_rows";

    /// <summary>
    /// Makes the views what the catalogue says: makes and replaces those that differ, drops those of retired KPIs. A program whose catalogue's edition is lower
    /// than the one published last leaves all as it is, so that two copies of different versions never undo each other's.
    /// </summary>
    /// <returns>The views that were made, replaced or dropped.</returns>
    public static Task<IReadOnlyList<string>> PublishAsync(DbConnection clickHouse, CancellationToken token) =>
        PublishAsync(clickHouse, KpiCatalogue.All, KpiCatalogue.Retired.Select(kpi => kpi.Name), KpiCatalogue.Edition, token);

    internal static async Task<IReadOnlyList<string>> PublishAsync(
        DbConnection clickHouse, IEnumerable<KpiContract> contracts, IEnumerable<string> retired, int edition, CancellationToken token)
    {
        var newest = await clickHouse.ExecuteScalarAsync<long>(new CommandDefinition(Newest, cancellationToken: token));
        if (newest > edition)
            return [];
        var views = new CommandDefinition(Known, Parameters("mark", Mark), cancellationToken: token);
        var known = (await clickHouse.QueryAsync<(string Name, string Comment)>(views))
            .ToDictionary(view => view.Name, view => view.Comment, StringComparer.Ordinal);
        var changed = new List<string>();
        foreach (var (name, sql) in contracts.SelectMany(Statements))
        {
            if (known.TryGetValue(name, out var comment) && sql.EndsWith($"COMMENT {Quoted(comment)}", StringComparison.Ordinal))
                continue;
            await clickHouse.ExecuteAsync(new CommandDefinition(sql, cancellationToken: token));
            changed.Add(name);
        }
        foreach (var name in retired.SelectMany(kpi => new[] { $"kpi_{kpi}", $"kpi_{kpi}_rows" }).Where(known.ContainsKey))
        {
            await clickHouse.ExecuteAsync(new CommandDefinition($"DROP VIEW IF EXISTS `{name}`", cancellationToken: token));
            changed.Add(name);
        }
        if (newest < edition)
            await clickHouse.ExecuteAsync(new CommandDefinition("INSERT INTO kpi_editions (edition) SELECT {edition:UInt32}", Parameters("edition", edition),
                cancellationToken: token));
        return changed;
    }

    /// <summary>
    /// The views of a contract, each with the statement that makes or replaces it; the comment ends with a digest of the SQL, by which a change is seen.
    /// </summary>
    internal static IEnumerable<(string Name, string Sql)> Statements(KpiContract kpi)
    {
        var merge = string.Join("; ", kpi.Arithmetic.Measures.Select(measure => $"{measure.Name} = {measure.Sql}"));
        yield return Statement(NameOf(kpi), InPlace(kpi.StateSql), $"{Mark}{kpi.Name}, version {kpi.Version}: {kpi.Title}, {kpi.Unit.Name}. {merge}.");
        yield return Statement(RowsNameOf(kpi), InPlace(kpi.RowsSql), $"{Mark}{kpi.Name}, version {kpi.Version}: the things counted.");
    }

    /// <summary>The SQL as of business time and over all days.</summary>
    internal static string InPlace(string sql) => sql
        .Replace("{now:DateTime64(6, 'UTC')}", "(SELECT now FROM business_now)", StringComparison.Ordinal)
        .Replace("{from:Date32}", $"toDate32('{KpiQuery.Earliest:yyyy-MM-dd}')", StringComparison.Ordinal)
        .Replace("{to:Date32}", $"toDate32('{KpiQuery.Latest:yyyy-MM-dd}')", StringComparison.Ordinal);

    private static (string Name, string Sql) Statement(string name, string sql, string words)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql + words)))[..16];
        return (name, $"CREATE OR REPLACE VIEW `{name}` AS\n{sql}\nCOMMENT {Quoted($"{words} [{digest}]")}");
    }

    private static string Quoted(string text) => $"'{text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("'", @"\'", StringComparison.Ordinal)}'";

    /// <summary>ClickHouse's placeholders are not Dapper's: values go in by name.</summary>
    private static Dictionary<string, object> Parameters(string name, object value) => new(StringComparer.Ordinal) { [name] = value };
}
