using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using EcomIntel.Cli.Supervisor;
using ClickHouse.Driver.ADO;
using EcomIntel.Tests.Dashboards;

namespace EcomIntel.IntegrationTests.Dashboards;

/// <summary>A test that wants a real Grafana, and is skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class GrafanaFactAttribute : FactAttribute
{
    public GrafanaFactAttribute()
    {
        if (!File.Exists(GrafanaServer.Program))
            Skip = "no Grafana: ../shared/grafana/grafana is not beside the checkout";
    }
}

/// <summary>A real Grafana that has loaded the project's provisioning, on a folder of its own.</summary>
internal sealed class GrafanaServer : IAsyncDisposable
{
    private readonly string _folder;
    private readonly HttpClient _http;

    private GrafanaServer(string folder, Uri address)
    {
        _folder = folder;
        _http = new HttpClient { BaseAddress = address };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes("admin:admin")));
    }

    public static string Program { get; } = Path.Combine(Home.Find().Root, "../shared/grafana/grafana");

    public static async Task<GrafanaServer> StartAsync(ClickHouseConnectionStringBuilder clickHouse)
    {
        var folder = Directory.CreateTempSubdirectory("ecomintel-grafana-").FullName;
        var told = await RunAsync(new Dictionary<string, string>
        {
            ["ECOMINTEL_CLICKHOUSE_HOST"] = clickHouse.Host,
            ["ECOMINTEL_CLICKHOUSE_PORT"] = clickHouse.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["ECOMINTEL_CLICKHOUSE_DATABASE"] = clickHouse.Database,
            ["ECOMINTEL_CLICKHOUSE_USER"] = clickHouse.Username,
            ["ECOMINTEL_CLICKHOUSE_PASSWORD"] = clickHouse.Password,
            ["ECOMINTEL_PROMETHEUS_URL"] = "http://127.0.0.1:9",
            ["ECOMINTEL_DASHBOARDS"] = Path.Combine(DashboardFile.Folder, "dashboards"),
        }, "start", folder, Path.Combine(DashboardFile.Folder, "provisioning"));
        return new GrafanaServer(folder, new Uri(told.Trim()));
    }

    public async Task<JsonElement> GetAsync(string path) => JsonDocument.Parse(await _http.GetStringAsync(new Uri(path, UriKind.Relative))).RootElement;

    /// <summary>A query as a panel sends it: the answer's frames.</summary>
    public async Task<IReadOnlyList<JsonElement>> AskAsync(string source, JsonElement target, string sql, DateTimeOffset from, DateTimeOffset to)
    {
        var query = target.EnumerateObject().ToDictionary(property => property.Name, property => (object)property.Value);
        (query["rawSql"], query["datasource"], query["intervalMs"], query["maxDataPoints"]) = (sql, new { uid = source }, 60_000, 1_000);
        var body = JsonSerializer.Serialize(
            new { queries = new[] { query }, from = $"{from.ToUnixTimeMilliseconds()}", to = $"{to.ToUnixTimeMilliseconds()}" });
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _http.PostAsync(new Uri("/api/ds/query", UriKind.Relative), content);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return [.. JsonDocument.Parse(text).RootElement.GetProperty("results").GetProperty("A").GetProperty("frames").EnumerateArray()];
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await RunAsync([], "stop", _folder);
        Directory.Delete(_folder, recursive: true);
    }

    // Its output goes to a file: the server that it leaves behind would hold a pipe open.
    private static async Task<string> RunAsync(Dictionary<string, string> environment, params string[] arguments)
    {
        var told = Path.Combine(arguments[1], "told");
        var start = new ProcessStartInfo("bash", ["-c", "\"$0\" \"$@\" >\"$TOLD\" 2>&1", Program, .. arguments]) { UseShellExecute = false };
        start.Environment["TOLD"] = told;
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));
        var text = await File.ReadAllTextAsync(told);
        Assert.True(process.ExitCode == 0, text);
        return text;
    }
}
