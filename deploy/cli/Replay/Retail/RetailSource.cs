using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EcomIntel.Cli.Replay.Retail.Supply;
using EcomIntel.Core.Events;

namespace EcomIntel.Cli.Replay.Retail;

/// <summary>A retailer's invoices as a stream of events, up to the midnight after the last of them: what is open then stays open.</summary>
internal sealed class RetailSource : IReplaySource
{
    internal const int WindowsADay = 4;

    /// <summary>Orders are answered at most two windows after they were decided, half a day: about how fast a warehouse works.</summary>
    private static readonly TimeSpan WindowLength = TimeSpan.FromDays(1.0 / WindowsADay);

    private readonly RetailSimulation _simulation;
    private readonly LineTally _tally;
    private readonly Func<double> _read;
    private DateTimeOffset _from, _taken;
    private long _lines;
    private bool _begun, _ended;

    /// <param name="read">Share of the source that has been read, 0 to 1.</param>
    /// <param name="tell">Takes what is true of the simulated suppliers and stands in no event.</param>
    private RetailSource(string name, IEnumerable<RetailLine> lines, LineTally tally, long seed, Func<double> read, Action<Truth>? tell)
    {
        (Name, _tally, _read) = (name, tally, read);
        _simulation = new RetailSimulation(new RetailFacts(tally).From(Taken(lines)), name, seed, tell);
        _from = _simulation.Start;
    }

    public string Name { get; }

    public bool Answers => true;

    public int Lead => 1;

    /// <summary>
    /// Lines are read ahead of the events twice: to put them in order of time, and to know what will be in demand. What was read is therefore counted as done
    /// only as far as it came out of that order, and business time has come.
    /// </summary>
    public double Done
    {
        get
        {
            var taken = _ended ? 1 : Math.Min(1, _read()) * _lines / Math.Max(_lines, _tally.Read);
            var span = _taken - _simulation.Start;
            return span <= TimeSpan.Zero ? (_ended ? 1 : 0) : taken * Math.Clamp((_from - _simulation.Start) / span, 0, 1);
        }
    }

    /// <summary>Invoice lines in the form UCI publishes as Online Retail II.</summary>
    /// <param name="limit">Maximum lines to read; null for all.</param>
    /// <param name="tell">Takes what is true of the simulated suppliers and stands in no event.</param>
    /// <exception cref="SourceFileException">A file is not there or not what it should be.</exception>
    public static RetailSource OnlineRetail(IReadOnlyList<string> paths, LineTally tally, long seed, long? limit, Action<Truth>? tell = null)
    {
        var files = paths.Select(SourceFile.At).ToList();
        var name = $"replay/online-retail-ii/{Fingerprint([.. files.Select(file => file.Sha256()), seed, limit])}";
        return new(name, RetailCsv.Read(files, tally, limit), tally, seed,
            () => Math.Max(SourceFile.ShareRead(files), Share(tally, limit)), tell);
    }

    /// <summary>A retailer that does not exist.</summary>
    /// <param name="tell">Takes what is true of the simulated suppliers and customers, and stands in no event.</param>
    public static RetailSource Simulated(RetailerOptions options, LineTally tally, long? limit, Action<Truth>? tell = null)
    {
        var days = 0.0;
        IEnumerable<RetailLine> Lines()
        {
            foreach (var line in new SimulatedRetailer(options, tell).Read(tally, limit))
            {
                days = (line.Time - options.Start).TotalDays;
                yield return line;
            }
        }
        return new($"replay/simulated/{Fingerprint([options, limit])}", Lines(), tally, options.Seed,
            () => Math.Max(days / options.Days, Share(tally, limit)), tell);
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

    private static double Share(LineTally tally, long? limit) => limit is { } max ? (double)tally.Read / max : 0;

    private IEnumerable<RetailLine> Taken(IEnumerable<RetailLine> lines)
    {
        foreach (var line in lines)
        {
            _lines++;
            _taken = line.Time;
            yield return line;
        }
        _ended = true;
    }

    /// <summary>Another file, seed or limit makes other events, which must not pass for these.</summary>
    private static string Fingerprint(IEnumerable<object?> parts)
    {
        var text = string.Join('\n', parts.Select(part => Convert.ToString(part, CultureInfo.InvariantCulture)));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 4));
    }
}
