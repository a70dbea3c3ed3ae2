using EcomIntel.Core.Orders;

namespace EcomIntel.Core.Fulfillment;

/// <summary>
/// What leaves, or is to leave, in one go, of the shipments that were told to go in one parcel. A shipment with numbers of its own is in the consignment of
/// those numbers. One without is in the first that left once it was packed; while nothing is known of it, in one that has not left. A report without a
/// number is of the labelled consignment that may be meant, or of one without a label.
/// </summary>
/// <param name="numbers">Of its parcels; none where none was labelled.</param>
internal sealed class Consignment(HashSet<string> numbers)
{
    private readonly List<Shipment> _shipments = [];

    /// <summary>When all that names it by its numbers was packed.</summary>
    private DateTimeOffset _packedAt;

    public IReadOnlySet<string> Numbers => numbers;

    public IReadOnlyList<Shipment> Shipments => _shipments;

    /// <summary>The earliest report of its having left; null where none was heard.</summary>
    public DateTimeOffset? LeftAt { get; private set; }

    /// <summary>The first shipment that a number or a report names; null where none is known, so that all of it may still stand in the house.</summary>
    public Shipment? First => numbers.Count > 0 || LeftAt is not null ? _shipments[0] : null;

    /// <summary>All of them, with each shipment in one. A pure decision.</summary>
    /// <param name="all">That were told to go in one parcel, as they were released.</param>
    /// <param name="parcelsOf">What was labelled or reported of each.</param>
    public static List<Consignment> Of(IReadOnlyList<Shipment> all, Func<Shipment, IReadOnlyList<Parcel>> parcelsOf)
    {
        var rows = all.SelectMany(parcelsOf).ToList();
        var replaced = rows.Where(row => row.IsReplaced).Select(row => row.Tracking).ToHashSet(StringComparer.Ordinal);
        var (found, unnumbered) = (new List<Consignment>(), new List<Shipment>());
        foreach (var shipment in all)
        {
            var own = parcelsOf(shipment).Where(row => row.IsNamed && !replaced.Contains(row.Tracking)).Select(row => row.Tracking)
                .ToHashSet(StringComparer.Ordinal);
            if (own.Count == 0)
            {
                unnumbered.Add(shipment);
                continue;
            }
            if (found.Find(other => other.Numbers.SetEquals(own)) is not { } labelled)
                found.Add(labelled = new(own) { LeftAt = rows.Where(row => own.Contains(row.Tracking)).Min(row => row.ShippedAt) });
            labelled.Add(shipment);
            labelled._packedAt = Later(labelled._packedAt, PackedAt(shipment));
        }
        foreach (var shipment in unnumbered.FindAll(shipment => shipment.LeftAt is not null).OrderBy(shipment => shipment.LeftAt))
        {
            var labelled = found.FindAll(other => other.Numbers.Count > 0 && other._packedAt <= shipment.LeftAt);
            (FirstFor(shipment, labelled) ?? FirstFor(shipment, found.FindAll(other => other.Numbers.Count == 0)) ?? New()).Add(shipment);
        }
        foreach (var shipment in unnumbered.FindAll(shipment => shipment.LeftAt is null))
        {
            var isKnown = shipment.PackedAt is not null || parcelsOf(shipment).Any(row => row.IsNamed);
            (FirstFor(shipment, isKnown ? found : found.FindAll(other => other.LeftAt is null)) ?? New()).Add(shipment);
        }
        return found;

        Consignment New()
        {
            found.Add(new([]));
            return found[^1];
        }
    }

    private void Add(Shipment shipment)
    {
        _shipments.Add(shipment);
        if (!(LeftAt <= shipment.LeftAt))
            LeftAt = shipment.LeftAt ?? LeftAt;
    }

    /// <summary>That left first once it was packed, else one that has not left.</summary>
    private static Consignment? FirstFor(Shipment shipment, List<Consignment> of) =>
        of.FindAll(other => !(other.LeftAt < PackedAt(shipment))).OrderBy(other => other.LeftAt ?? DateTimeOffset.MaxValue).FirstOrDefault();

    /// <summary>It cannot be in what left earlier.</summary>
    private static DateTimeOffset PackedAt(Shipment shipment) => shipment.PackedAt ?? shipment.ReleasedAt;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
