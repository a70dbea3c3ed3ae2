using EcomIntel.Core.Events;

namespace EcomIntel.IntegrationTests.Model;

/// <summary>An order as its customer knows it.</summary>
internal sealed class ModelOrder(string id, IReadOnlyList<OrderPlaced.PlacedLine> lines, bool pending, string? customer)
{
    public string Id => id;
    public IReadOnlyList<OrderPlaced.PlacedLine> Lines => lines;
    public bool WasPending => pending;
    public string? Customer => customer;

    /// <summary>Of the total, what no card has been authorized for.</summary>
    public decimal Owed { get; set; } = pending ? lines.Sum(line => line.Quantity * line.Price) : 0;

    /// <summary>Cards that were authorized and not given up, by the provider's id.</summary>
    public Dictionary<string, decimal> Authorized { get; } = [];

    /// <summary>Of these, what was taken: it is not given up any more.</summary>
    public HashSet<string> Captured { get; } = new(StringComparer.Ordinal);

    /// <summary>What stops it, but for its payment.</summary>
    public SortedSet<string> Stopped { get; } = new(StringComparer.Ordinal);

    /// <summary>Units by line.</summary>
    public Dictionary<int, long> Cancelled { get; } = [];
    public long Units => lines.Sum(UnitsOf);
    public DateTimeOffset? CancelledAt { get; set; }
    public bool IsOpen => CancelledAt is null && !IsDelivered;
    public bool IsDelivered { get; set; }
    public decimal Refunded { get; set; }

    public long UnitsOf(OrderPlaced.PlacedLine line) => line.Quantity - Cancelled.GetValueOrDefault(line.Number);

    public IEnumerable<string> Holds()
    {
        if (!IsOpen)
            yield break;
        if (Owed > 0)
            yield return "awaiting_payment";
        foreach (var kind in Stopped)
            yield return kind;
    }
}

/// <summary>What a node was told to send, and what it has done with it.</summary>
internal sealed class ModelShipment(string id, string orderId, string location, string? packWith)
{
    public string Id => id;
    public string OrderId => orderId;
    public string Location => location;
    public SortedDictionary<int, ModelShipmentLine> Lines { get; } = [];
    public bool HasLeft { get; set; }
    public bool HasEnded { get; set; }
    public bool WasLost { get; set; }

    /// <summary>It is not to be sent: what is picked of it is put back.</summary>
    public bool WasRecalled { get; set; }

    /// <summary>What it is to be packed in.</summary>
    public string ParcelId => packWith ?? id;

    /// <summary>What has left with it, itself included.</summary>
    public List<ModelShipment> Together { get; set; } = [];

    /// <summary>Numbers of its parcels that have not arrived.</summary>
    public List<string> Parcels { get; set; } = [];

    /// <summary>A pick of it was heard later than it happened, perhaps after what followed it.</summary>
    public bool WasToldLate { get; set; }
    public bool IsPicked => Lines.Values.All(line => line.Picked == line.Units);
    public bool IsEmpty => Lines.Values.All(line => line.Units == 0);
}

internal sealed class ModelShipmentLine(string sku)
{
    public string Sku => sku;
    public long Units { get; set; }
    public long Picked { get; set; }

    /// <summary>Not found, which the hub has not heard yet: what the node is told of meanwhile has them still.</summary>
    public long Short { get; set; }
    public long Returned { get; set; }
}

internal sealed class ModelReturn(string id, string orderId, int line, string sku, long units)
{
    public long Requested { get; set; } = units;
    public string Id => id;
    public string OrderId => orderId;
    public int Line => line;
    public string Sku => sku;
    public SortedDictionary<string, long> Pending { get; } = new(StringComparer.Ordinal);
    public long Received { get; set; }
    public long Inspected { get; set; }
}

internal sealed class ModelTransfer(string id, string sku, string to, long units)
{
    public string Id => id;
    public string Sku => sku;
    public string To => to;
    public long Coming { get; set; } = units;
}
