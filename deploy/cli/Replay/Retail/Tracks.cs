namespace EcomIntel.Cli.Replay.Retail;

/// <summary>An order on its way, as far as the simulation must know it to answer decisions.</summary>
internal sealed class OrderTrack(Sale sale, bool shipComplete)
{
    public readonly string Id = sale.Invoice;
    public readonly DateTimeOffset PlacedAt = sale.Time;
    public readonly string Country = sale.Country;
    public readonly bool ShipComplete = shipComplete;
    public readonly LineTrack[] Lines = [.. sale.Lines.Select(line => new LineTrack(line.Sku, line.Quantity, line.Price))];
    public readonly List<ShipmentTrack> Shipments = [];

    /// <summary>Those that have arrived.</summary>
    public readonly List<ShipmentTrack> Arrived = [];

    public LineTrack Line(int number) => Lines[number - 1];

    public bool Closed => Array.TrueForAll(Lines, line => line.Closed);

    /// <summary>Units of a line that are in shipments still on their way, and those delivered.</summary>
    public long Released(int number)
    {
        var units = Line(number).Delivered;
        foreach (var shipment in Shipments)
            foreach (var line in shipment.Lines)
                if (line.Number == number)
                    units += line.Quantity;
        return units;
    }
}

internal sealed class LineTrack(string sku, long ordered, decimal price)
{
    public readonly string Sku = sku;
    public readonly long Ordered = ordered;
    public readonly decimal Price = price;

    /// <summary>Units promised from stock, as the hub says.</summary>
    public long Allocated;
    /// <summary>Units the simulation has cancelled.</summary>
    public long Cancelled;
    public long Picked, Delivered;

    /// <summary>The line has been found without stock and is looked after.</summary>
    public bool Waiting;

    /// <summary>Units to come back once the line has been delivered.</summary>
    public List<(string Invoice, long Quantity)>? Unwanted;

    public bool Closed => Delivered + Cancelled >= Ordered;
}

/// <summary>A released shipment: the lines a node is to pick.</summary>
internal sealed class ShipmentTrack(string id, string location, OrderTrack order)
{
    public readonly string Id = id;
    public readonly string Location = location;
    public readonly OrderTrack Order = order;
    public readonly List<ShipmentLine> Lines = [];

    public bool ByPartner => Location == Network.Partner;

    /// <summary>It is closed.</summary>
    public bool Labelled;

    /// <summary>Units of a line that the hub had it send at an instant: of those it was told of, without those that it had not found by then.</summary>
    public long Told(int number, DateTimeOffset at) => Lines.Where(line => line.Number == number).Sum(line => line.ToldAt(at));

    /// <summary>Something of it is left to send.</summary>
    public bool Alive => Lines.Exists(line => line.Quantity > 0);
}

/// <param name="number">The order's line.</param>
/// <param name="part">1, and more for units of the line that joined the shipment later.</param>
internal sealed class ShipmentLine(int number, int part, long quantity)
{
    private readonly List<(DateTimeOffset At, long Quantity)> _lost = [];
    private readonly long _told = quantity;

    public readonly int Number = number;
    public readonly int Part = part;

    /// <summary>Units to send: what was released, less what was cancelled or not found.</summary>
    public long Quantity = quantity;
    public bool Picked, Packed;

    /// <summary>Within its shipment.</summary>
    public string Name => Part == 1 ? $"{Number}" : $"{Number}.{Part}";

    public void Lose(DateTimeOffset at, long missing)
    {
        Quantity -= missing;
        _lost.Add((at, missing));
    }

    public long ToldAt(DateTimeOffset at) => _told - _lost.Where(lost => lost.At < at).Sum(lost => lost.Quantity);
}
