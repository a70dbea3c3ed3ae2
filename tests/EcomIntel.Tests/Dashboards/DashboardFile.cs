using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using EcomIntel.Cli.Supervisor;

namespace EcomIntel.Tests.Dashboards;

/// <summary>One of Grafana's dashboard files.</summary>
internal sealed class DashboardFile
{
    private DashboardFile(string path)
    {
        Path = path;
        using var json = JsonDocument.Parse(File.ReadAllText(path));
        Root = json.RootElement.Clone();
        Rows = [.. Root.GetProperty("panels").EnumerateArray().Where(panel => Kind(panel) == "row")];
        Panels = [.. Root.GetProperty("panels").EnumerateArray().Where(panel => Kind(panel) != "row").Select(panel => new DashboardPanel(panel))];
        Variables = [.. Root.GetProperty("templating").GetProperty("list").EnumerateArray()];
    }

    public static string Folder { get; } = System.IO.Path.Combine(Home.Find().Root, "dashboards/grafana");

    public static IReadOnlyList<DashboardFile> All { get; } =
        [.. Directory.GetFiles(System.IO.Path.Combine(Folder, "dashboards"), "*.json").Order(StringComparer.Ordinal).Select(path => new DashboardFile(path))];

    public string Path { get; }

    public JsonElement Root { get; }

    public string Uid => Root.GetProperty("uid").GetString()!;

    public IReadOnlyList<JsonElement> Rows { get; }

    public IReadOnlyList<DashboardPanel> Panels { get; }

    public IReadOnlyList<JsonElement> Variables { get; }

    public JsonElement Variable(string name) => Variables.Single(variable => variable.GetProperty("name").GetString() == name);

    private static string Kind(JsonElement panel) => panel.GetProperty("type").GetString()!;
}

/// <summary>A panel that shows figures.</summary>
internal sealed record DashboardPanel(JsonElement Json)
{
    public string Title => Json.GetProperty("title").GetString()!;

    public string Description => Json.GetProperty("description").GetString()!;

    public JsonElement Target => Json.GetProperty("targets").EnumerateArray().Single();

    /// <summary>It asks ClickHouse; the others ask Prometheus.</summary>
    public bool IsSql => Target.TryGetProperty("rawSql", out _);

    /// <summary>Empty where it asks Prometheus.</summary>
    public string Sql => IsSql ? Target.GetProperty("rawSql").GetString()! : "";

    /// <summary>Empty where it asks ClickHouse.</summary>
    public string Expression => IsSql ? "" : Target.GetProperty("expr").GetString()!;

    public bool IsTimeSeries => IsSql && Target.GetProperty("format").GetInt32() == 0;
}

/// <summary>What Grafana makes of a panel's SQL before a server sees it.</summary>
internal static partial class PanelSql
{
    /// <summary>What the browser does: conditions on variables that show all are dropped, the others get their values.</summary>
    public static string Interpolate(string sql, IReadOnlyDictionary<string, string[]> chosen)
    {
        const string macro = "$__conditionalAll(";
        for (var at = sql.IndexOf(macro, StringComparison.Ordinal); at >= 0; at = sql.IndexOf(macro, StringComparison.Ordinal))
        {
            var (begin, end, depth) = (at + macro.Length, at + macro.Length, 1);
            while (depth > 0)
            {
                depth += sql[end] switch { '(' => 1, ')' => -1, _ => 0 };
                end++;
            }
            var inner = sql[begin..(end - 1)];
            var comma = inner.LastIndexOf(',');
            var condition = chosen.ContainsKey(inner[(comma + 1)..].Trim().TrimStart('$')) ? inner[..comma] : "1=1";
            sql = string.Concat(sql.AsSpan(0, at), condition, sql.AsSpan(end));
        }
        return Quoted().Replace(
            sql, match => string.Join(',', chosen[match.Groups["name"].Value].Select(value => $"'{value.Replace("'", @"\'", StringComparison.Ordinal)}'")));
    }

    /// <summary>What the data source does: the range's ends as instants.</summary>
    public static string Expand(string sql, DateTimeOffset from, DateTimeOffset to) => sql
        .Replace("$__fromTime", string.Create(CultureInfo.InvariantCulture, $"toDateTime({from.ToUnixTimeSeconds()})"), StringComparison.Ordinal)
        .Replace("$__toTime", string.Create(CultureInfo.InvariantCulture, $"toDateTime({to.ToUnixTimeSeconds()})"), StringComparison.Ordinal);

    [GeneratedRegex(@"\$\{(?<name>\w+):singlequote\}", RegexOptions.None, 5000)]
    private static partial Regex Quoted();
}
