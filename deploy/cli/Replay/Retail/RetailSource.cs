using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EcomIntel.Core.Events;

namespace EcomIntel.Cli.Replay.Retail;

/// <summary>A retailer's invoices as a stream of events, up to the midnight after the last of them: what is open then stays open.</summary>
internal sealed class RetailSource : IReplaySource
{
    internal const int WindowsADay = 4;

    /// <summary>Orders are answered at most two windows after they were decided, half a day: about how fast a warehouse works.</summary>
    private static readonly TimeSpan WindowLength = TimeSpan.FromDays(1.0 / WindowsADay);

    private readonly RetailSimulation _simulation;
    private readonly Func<double> _done;
    private DateTimeOffset _from;
    private bool _begun;

    private RetailSource(string name, IEnumerable<RetailLine> lines, LineTally tally, long seed, Func<double> done)
    {
        (Name, _done) = (name, done);
        _simulation = new RetailSimulation(new RetailFacts(tally).From(lines), name, seed);
        _from = _simulation.Start;
    }

    public string Name { get; }

    public bool Answers => true;

    public int Lead => 1;

    public double Done => _simulation.SourceEnded ? 1 : Math.Min(1, _done());

    /// <summary>Invoice lines in the form UCI publishes as Online Retail II.</summary>
    /// <param name="limit">Maximum lines to read; null for all.</param>
    /// <exception cref="SourceFileException">A file is not there or not what it should be.</exception>
    public static RetailSource OnlineRetail(IReadOnlyList<string> paths, LineTally tally, long seed, long? limit)
    {
        var files = paths.Select(SourceFile.At).ToList();
        var name = $"replay/online-retail-ii/{Fingerprint([.. files.Select(file => file.Sha256()), seed, limit])}";
        return new(name, RetailCsv.Read(files, tally, limit), tally, seed,
            () => Math.Max(SourceFile.Share(files), limit is { } max ? (tally.Applied + tally.Rejected.Values.Sum()) / (double)max : 0));
    }

    /// <summary>A retailer that does not exist.</summary>
    public static RetailSource Simulated(RetailerOptions options, LineTally tally, long? limit)
    {
        var days = 0.0;
        IEnumerable<RetailLine> Lines()
        {
            foreach (var line in new SimulatedRetailer(options).Read(tally, limit))
            {
                days = (line.Time - options.Start).TotalDays;
                yield return line;
            }
        }
        return new($"replay/simulated/{Fingerprint([options, limit])}", Lines(), tally, options.Seed,
            () => Math.Max(days / options.Days, limit is { } max ? (tally.Applied + tally.Rejected.Values.Sum()) / (double)max : 0));
    }

    public ReplayWindow? Next()
    {
        if (!_begun)
        {
            _begun = true;
            return new(_from, []);
        }
        if (_simulation.SourceEnded && _from.TimeOfDay == TimeSpan.Zero)
            return null;
        var to = _from + WindowLength;
        var events = _simulation.Window(_from, to);
        _from = to;
        return new(to, [.. events.Select(ReplayMessage.Of)]);
    }

    public void Observe(Operation operation) => _simulation.Observe(operation);

    public void Dispose() => _simulation.Dispose();

    /// <summary>Another file, seed or limit makes other events, which must not pass for these.</summary>
    private static string Fingerprint(IEnumerable<object?> parts)
    {
        var text = string.Join('\n', parts.Select(part => Convert.ToString(part, CultureInfo.InvariantCulture)));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 4));
    }
}
