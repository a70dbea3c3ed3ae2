using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EcomIntel.IntegrationTests.Conformance;

namespace EcomIntel.IntegrationTests.GraphQL;

/// <summary>An app in a process of its own that follows orderChanges by npm graphql-ws: see changes.mjs.</summary>
internal sealed class Follower : IDisposable
{
    private static readonly string[] Cases = ["exceptionCaseChanges", "caseId", "reports"];

    private const string DecidedCases = """
        SELECT sequence, type || ' ' || (told ->> 'caseId') || ' ' || (told ->> 'version') || ' ' || (told ->> 'caseStatus') || ' ' || (told ->> 'reports')
        FROM (SELECT sequence, type, convert_from(payload, 'UTF8')::jsonb -> 'data' AS told FROM outbox WHERE type LIKE 'exception.%') x ORDER BY sequence
        """;

    private const string Decided = """
        SELECT sequence, type || ' ' || (told ->> 'orderId') || ' ' || (told ->> 'version') || ' ' || (told ->> 'status') || ' ' || (told ->> 'units')
        FROM (SELECT sequence, type, convert_from(payload, 'UTF8')::jsonb -> 'data' -> 'order' AS told FROM outbox) x
        WHERE told IS NOT NULL AND (type LIKE 'order.%' OR type LIKE 'hold.%') ORDER BY sequence
        """;

    private readonly Process _node;
    private readonly ConcurrentQueue<string> _other = new();
    private readonly List<(long Sequence, string Told)> _changes = [];
    private readonly Lock _gate = new();

    private Follower(Process node) => _node = node;

    /// <summary>What it was told, in the order in which it was told.</summary>
    public List<(long Sequence, string Told)> Changes
    {
        get { lock (_gate) return [.. _changes]; }
    }

    /// <summary>Connections, and how each ended.</summary>
    public IReadOnlyCollection<string> Other => _other;

    public long Last
    {
        get { lock (_gate) return _changes.Count == 0 ? 0 : _changes[^1].Sequence; }
    }

    /// <param name="breakOffAfter">Changes after which it disconnects and reconnects; 0 for never.</param>
    /// <param name="minutes">After which it ends by itself, should nobody end it.</param>
    /// <param name="cases">It follows exceptionCaseChanges instead.</param>
    public static Follower Start(string api, string authorization, int breakOffAfter, double minutes = 4, bool cases = false)
    {
        string[] arguments = ["graphql/changes.mjs", $"ws://{api}/graphql", authorization, .. Numbers(breakOffAfter, minutes), .. cases ? Cases : []];
        var node = Process.Start(new ProcessStartInfo("node", arguments)
        {
            WorkingDirectory = Oracle.Folder,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var follower = new Follower(node);
        node.OutputDataReceived += (_, line) => follower.Heard(line.Data);
        node.BeginOutputReadLine();
        return follower;
    }

    private static IEnumerable<string> Numbers(params double[] numbers) => numbers.Select(number => number.ToString(CultureInfo.InvariantCulture));

    public async Task UntilAsync(Func<Follower, bool> so, TimeSpan most)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!so(this) && TimeProvider.System.GetElapsedTime(began) < most)
            await Task.Delay(20);
    }

    /// <summary>What a follower is to be told: every decision about an order, or a case, in order.</summary>
    public static async Task<List<(long Sequence, string Told)>> DecidedAsync(Processing.Database database, bool cases = false) =>
        (await database.QueryAsync(cases ? DecidedCases : Decided)).ConvertAll(row =>
        {
            var columns = row.Split('|', 2);
            return (long.Parse(columns[0], CultureInfo.InvariantCulture), columns[1]);
        });

    /// <summary>It was told each once and in order, from where it began.</summary>
    public async Task AssertWasToldAsync(List<(long Sequence, string Told)> decided, string who, int least = 500)
    {
        await UntilAsync(app => app.Last >= decided[^1].Sequence, TimeSpan.FromSeconds(60));
        var told = Changes;
        Assert.True(told.Count > least, $"{who} was told {told.Count}; {string.Join(' ', Other.TakeLast(20))}");
        var wanted = decided.Where(change => change.Sequence >= told[0].Sequence).ToList();
        Assert.True(wanted.Count > decided.Count - 20, $"{who} began only at {told[0].Sequence}");
        var same = wanted.Zip(told).TakeWhile(pair => pair.First == pair.Second).Count();
        Assert.True(same == wanted.Count && same == told.Count,
            $"{who} was told {told.Count} of {wanted.Count}; the first that differs is {told.ElementAtOrDefault(same)}, "
            + $"decided was {wanted.ElementAtOrDefault(same)}; {string.Join(' ', Other.TakeLast(20))}");
    }

    private void Heard(string? line)
    {
        if (line is null)
            return;
        using var told = JsonDocument.Parse(line);
        if (!told.RootElement.TryGetProperty("cursor", out var cursor))
        {
            _other.Enqueue(line);
            return;
        }
        var place = JsonSerializer.Deserialize<string[]>(Base64Url.DecodeFromChars(cursor.GetString()!))!;
        string Of(string name) => told.RootElement.GetProperty(name).ToString();
        lock (_gate)
            _changes.Add((long.Parse(place[^1], CultureInfo.InvariantCulture), $"{Of("event")} {Of("id")} {Of("version")} {Of("status")} {Of("count")}"));
    }

    public void Dispose()
    {
        if (!_node.HasExited)
            _node.Kill(entireProcessTree: true);
        _node.Dispose();
    }
}
