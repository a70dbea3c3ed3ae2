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
    public static Follower Start(string api, string authorization, int breakOffAfter)
    {
        string[] arguments = ["graphql/changes.mjs", $"ws://{api}/graphql", authorization, breakOffAfter.ToString(CultureInfo.InvariantCulture)];
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

    public async Task UntilAsync(Func<Follower, bool> so, TimeSpan most)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!so(this) && TimeProvider.System.GetElapsedTime(began) < most)
            await Task.Delay(20);
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
            _changes.Add((long.Parse(place[^1], CultureInfo.InvariantCulture), $"{Of("event")} {Of("orderId")} {Of("version")} {Of("status")} {Of("units")}"));
    }

    public void Dispose()
    {
        if (!_node.HasExited)
            _node.Kill(entireProcessTree: true);
        _node.Dispose();
    }
}
