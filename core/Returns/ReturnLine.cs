using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Returns;

/// <summary>Units of one order line that come back.</summary>
internal sealed class ReturnLine : Row
{
    public static readonly Table<ReturnLine> Table = new Table<ReturnLine>("return_lines")
        .Key(line => line.ReturnId).Key(line => line.Number, "line")
        .Column(line => line.Sku).Column(line => line.Reason).Column(line => line.Requested).Column(line => line.Received).Column(line => line.Inspected);

    public required ReturnId ReturnId { get; init; }

    /// <summary>Of the order's line.</summary>
    public required int Number { get; init; }
    public required Sku Sku { get; init; }
    public string? Reason { get; init; }
    public required long Requested { get; init; }

    /// <summary>Of those, units that came back: the sum of <see cref="Units"/>.</summary>
    public long Received { get; set; }

    /// <summary>Of those, units that were inspected.</summary>
    public long Inspected { get; set; }

    /// <summary>What was reported of it, as it was told.</summary>
    public List<ReturnReport> Reports { get; } = [];

    /// <summary>Where its units are booked.</summary>
    public List<ReturnUnit> Units { get; } = [];

    public ReturnReport Add(CloudEvent e, LocationId? location, string? disposition, long quantity)
    {
        var report = new ReturnReport
        {
            ReturnId = ReturnId, LineNumber = Number, Number = Reports.Count + 1, Location = location, Disposition = disposition, Quantity = quantity,
            At = e.Time, Event = e.Identity.ToString("n"),
        };
        Reports.Add(report);
        return report;
    }

    /// <summary>Units that were reported as received, those beyond what was requested included.</summary>
    public long Told(Predicate<ReturnReport>? which = null) =>
        Reports.Where(report => report.Disposition is null && which?.Invoke(report) != false).Sum(report => report.Quantity);

    /// <summary>Books its units anew.</summary>
    public void Book(IReadOnlyDictionary<(LocationId Place, string Disposition), long> units)
    {
        foreach (var unit in Units)
            unit.Quantity = units.GetValueOrDefault((unit.Location, unit.Disposition));
        foreach (var ((place, disposition), quantity) in units)
            if (quantity > 0 && !Units.Exists(unit => unit.Location == place && unit.Disposition == disposition))
                Units.Add(new() { ReturnId = ReturnId, LineNumber = Number, Location = place, Disposition = disposition, Quantity = quantity });
        Received = Units.Sum(unit => unit.Quantity);
        Inspected = Received - Units.Where(unit => unit.Disposition == ReturnUnit.Pending).Sum(unit => unit.Quantity);
    }
}

/// <summary>What a node reported of one line of a return, as it was told. Written once.</summary>
internal sealed class ReturnReport : Row
{
    public static readonly Table<ReturnReport> Table = new Table<ReturnReport>("return_reports")
        .Key(report => report.ReturnId).Key(report => report.LineNumber, "line").Key(report => report.Number)
        .Column(report => report.Location).Column(report => report.Disposition).Column(report => report.Quantity).Column(report => report.At)
        .Column(report => report.Event);

    public required ReturnId ReturnId { get; init; }
    public required int LineNumber { get; init; }

    /// <summary>1, 2 ... within the line, in the order in which they were heard.</summary>
    public required int Number { get; init; }

    /// <summary>Where. Null of an inspection that does not say.</summary>
    public LocationId? Location { get; init; }

    /// <summary>What becomes of inspected units; null where they were received.</summary>
    public string? Disposition { get; init; }
    public required long Quantity { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Identity of the event: of two of one instant the lower comes first.</summary>
    public required string Event { get; init; }
}

/// <summary>Where units of a returned line are booked, and as what.</summary>
internal sealed class ReturnUnit : Row
{
    /// <summary>The disposition of units that are not inspected yet.</summary>
    public const string Pending = "";

    public static readonly Table<ReturnUnit> Table = new Table<ReturnUnit>("return_units")
        .Key(unit => unit.ReturnId).Key(unit => unit.LineNumber, "line").Key(unit => unit.Location).Key(unit => unit.Disposition)
        .Column(unit => unit.Quantity);

    public required ReturnId ReturnId { get; init; }
    public required int LineNumber { get; init; }
    public required LocationId Location { get; init; }
    public required string Disposition { get; init; }
    public long Quantity { get; set; }
}
