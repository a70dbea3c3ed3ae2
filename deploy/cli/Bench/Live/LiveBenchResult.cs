namespace EcomIntel.Cli.Bench.Live;

/// <summary>What live copies of role ingest did, and by how much more copies or a longer queue changed it. Medians of the turns.</summary>
/// <param name="Ok">No ratio is below its limit, nothing was refused, and every copy had work.</param>
/// <param name="Faults">What is not as it should be, a line each.</param>
internal sealed record LiveBenchResult(
    bool Ok, IReadOnlyList<string> Faults, IReadOnlyList<LiveRatio> Ratios, IReadOnlyList<LiveCase> Cases, LiveSetting Setting);

/// <param name="Name">Which case over which.</param>
/// <param name="Ratio">Of their events a second; the median of the turns' ratios.</param>
/// <param name="Limit">Below it is a fault.</param>
internal sealed record LiveRatio(string Name, double Ratio, double Limit, bool Ok);

/// <param name="Waiting">Orders that wait for stock.</param>
/// <param name="Queue">Of those, the lines that wait for the one SKU that all receipts are of; 0 where receipts are of SKUs that nobody waits for.</param>
internal sealed record LiveCase(string Name, int Copies, int Waiting, int Queue)
{
    public double EventsPerSecond { get; init; }

    /// <summary>Seconds of one transaction, from the buckets of the role's histogram; of all copies.</summary>
    public double BatchP50 { get; init; }

    public double BatchP99 { get; init; }

    public double EventsPerBatch { get; init; }

    /// <summary>Processor time of the copies and of PostgreSQL: what an event costs, whoever else uses the machine.</summary>
    public double ProcessorMsPerEvent { get; init; }

    public long Events { get; init; }

    /// <summary>Shipments that the hub released to nodes meanwhile.</summary>
    public long Shipments { get; init; }

    public double Seconds { get; init; }

    /// <summary>
    /// Units of the queue that were released, for each receipt of <see cref="LiveShop.ReceivedUnits"/>; null where receipts are of other SKUs.
    /// </summary>
    public double? ServedPerReceipt { get; init; }

    /// <summary>By copy; of the last turn.</summary>
    public IReadOnlyList<CopyShare> Shares { get; init; } = [];
}

/// <summary>What one of several copies applied.</summary>
/// <param name="Share">Of all events, 0 to 1.</param>
/// <param name="Partitions">By topic, those whose positions it moved.</param>
internal sealed record CopyShare(double Share, IReadOnlyDictionary<string, int> Partitions);

/// <param name="Window">Most events sent and not yet applied.</param>
internal sealed record LiveSetting(long Seed, int Turns, double SecondsOfTurn, int Window, int PartitionsOfTopic, int Processors);
