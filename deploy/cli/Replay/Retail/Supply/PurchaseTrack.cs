namespace EcomIntel.Cli.Replay.Retail.Supply;

/// <summary>A purchase order that its supplier works on.</summary>
internal sealed class PurchaseTrack(SimulatedSupplier supplier, Decisions.PurchaseOrder order, DateTimeOffset sentAt)
{
    public readonly string Id = order.PurchaseOrderId;
    public readonly SimulatedSupplier Supplier = supplier;
    public readonly string Location = order.Location;
    public readonly DateTimeOffset SentAt = sentAt;
    public readonly BoughtLine[] Lines = [.. order.Lines.Select(line => new BoughtLine(line.Line, line.Sku, line.Ordered, line.Price))];
    public readonly List<Consignment> Consignments = [];

    public BoughtLine? Line(int number) => Array.Find(Lines, line => line.Number == number);

    /// <summary>When the last receipt so far was.</summary>
    public DateTimeOffset CountedAt;

    /// <summary>Nothing more is on its way or will be.</summary>
    public bool Over => Consignments.TrueForAll(consignment => consignment.Arrived || !consignment.Alive);
}

/// <summary>What became of a line: ordered = delivered + damaged + short + cancelled, once all is over.</summary>
internal sealed class BoughtLine(int number, string sku, long ordered, decimal price)
{
    public readonly int Number = number;
    public readonly string Sku = sku;
    public readonly long Ordered = ordered;

    /// <summary>What the supplier wants for a unit.</summary>
    public decimal Price = price;

    /// <summary>That is more than it was ordered at.</summary>
    public bool Dearer;

    public long Delivered, Damaged, Short, Cancelled, Over;
    public DateTimeOffset? LastArrivedAt;

    /// <summary>The retailer closed it, or the last receipt said that no more of it comes.</summary>
    public bool Closed;
}

/// <summary>Units that leave a supplier together.</summary>
internal sealed class Consignment(PurchaseTrack order, int number)
{
    public readonly PurchaseTrack Order = order;
    public readonly int Number = number;
    public readonly List<Part> Parts = [];

    /// <summary>As announced; null where it was not.</summary>
    public string? AsnId;
    public bool Departed, Arrived;

    /// <summary>When it will arrive, or has.</summary>
    public DateTimeOffset ArrivesAt;

    public bool Alive => Parts.Count > 0;

    public string Id => $"{Order.Id}-{Number}";

    /// <summary>Units of one line.</summary>
    /// <param name="quantity">Units of the order that it is to bring.</param>
    internal sealed class Part(BoughtLine line, long quantity)
    {
        public readonly BoughtLine Line = line;
        public readonly long Quantity = quantity;

        /// <summary>Units that are not in it, whether the supplier knows or not.</summary>
        public long Missing;

        /// <summary>The supplier knows what is missing, announces and bills without it.</summary>
        public bool MissingIsKnown;

        /// <summary>Of the missing ones, units of another article in their place.</summary>
        public long Wrong;
        public string? WrongSku;

        /// <summary>Units more than were ordered.</summary>
        public long Over;

        /// <summary>Units of the article in it.</summary>
        public long Inside => Quantity - Missing + Over;

        /// <summary>Units that the supplier believes in it.</summary>
        public long Claimed => Quantity - (MissingIsKnown ? Missing : 0) + Over;
    }
}
