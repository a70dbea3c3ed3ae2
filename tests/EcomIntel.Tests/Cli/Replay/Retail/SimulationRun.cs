using EcomIntel.Cli.Replay;
using EcomIntel.Cli.Replay.Retail;
using EcomIntel.Cli.Replay.Retail.Supply;
using EcomIntel.Core.Events;

namespace EcomIntel.Tests.Cli.Replay.Retail;

/// <summary>Runs a simulation against a <see cref="MiniHub"/> to its end.</summary>
internal sealed class SimulationRun
{
    public required MiniHub Hub { get; init; }
    public required LineTally Tally { get; init; }
    public required List<CloudEvent> Events { get; init; }
    public required List<Truth> Truths { get; init; }
    public required bool Finished { get; init; }
    public required int OpenOrders { get; init; }

    public static SimulationRun Of(RetailerOptions options, TimeSpan? window = null) =>
        Of(tally => new SimulatedRetailer(options).Read(tally), options.Seed, window);

    public static SimulationRun Of(Func<LineTally, IEnumerable<RetailLine>> lines, long seed, TimeSpan? window = null)
    {
        var length = window ?? TimeSpan.FromHours(12);
        var tally = new LineTally();
        var truths = new List<Truth>();
        using var simulation = new RetailSimulation(new RetailFacts(tally).From(lines(tally)), "test", seed, truths.Add);
        var hub = new MiniHub(TimeSpan.FromMinutes(15));
        var events = new List<CloudEvent>();
        var from = simulation.Start;
        DateTimeOffset? end = null;
        while (!simulation.Finished && !(from > end))
        {
            var window1 = simulation.Window(from, from + length);
            events.AddRange(window1);
            from += length;
            foreach (var operation in hub.Apply(window1, from))
                simulation.Observe(operation);
            if (simulation.SourceEnded)
                end ??= from.AddDays(150);
        }
        return new() { Hub = hub, Tally = tally, Events = events, Truths = truths, Finished = simulation.Finished, OpenOrders = simulation.OpenOrders };
    }

    public double LineFillRate
    {
        get
        {
            var lines = Hub.Orders.SelectMany(order => order.Lines).Where(line => line.Cancelled < line.Ordered || line.Backordered).ToList();
            return lines.Count(line => line is { Backordered: false, Rejected: false } && line.Shipped == line.Ordered - line.Cancelled) / (double)lines.Count;
        }
    }

    public double SplitRate => Hub.Orders.Count(order => order.Shipments > 1) / (double)Hub.Orders.Count(order => order.Shipments > 0);
}
