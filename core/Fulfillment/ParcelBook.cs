using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Fulfillment;

/// <summary>The parcels of the shipments that carriers' events of the batch name.</summary>
internal sealed class ParcelBook
{
    private const string OfShipments = "WHERE shipment_id = ANY($1)";

    private readonly Dictionary<ShipmentId, List<Parcel>> _parcels = [];

    public IEnumerable<Parcel> All => _parcels.Values.SelectMany(parcels => parcels).OrderBy(parcel => parcel.ShipmentId)
        .ThenBy(parcel => parcel.Tracking, StringComparer.Ordinal);

    /// <summary>Read under the lock of the shipments' orders.</summary>
    public void Load(Load load, string[] shipments)
    {
        if (shipments.Length > 0)
            load.Rows(Parcel.Table, OfShipments, [shipments], parcel => ListOf(parcel.ShipmentId).Add(parcel));
    }

    public IReadOnlyList<Parcel> Of(ShipmentId id) => _parcels.GetValueOrDefault(id) ?? [];

    /// <summary>The parcel of that number, from now on known where it was not.</summary>
    /// <param name="named">By its number, not by a note that may be one.</param>
    public Parcel Of(ShipmentId id, string tracking, bool named)
    {
        var parcels = ListOf(id);
        if (parcels.Find(parcel => parcel.Tracking == tracking) is not { } parcel)
            parcels.Add(parcel = new() { ShipmentId = id, Tracking = tracking });
        parcel.IsNamed |= named;
        return parcel;
    }

    /// <summary>
    /// How a shipment that has left stands by its parcels: SHIPPED while one of them is on its way; then, by the worst of their ends, LOST, RETURNED,
    /// REFUSED or DELIVERED. A pure decision.
    /// </summary>
    /// <param name="fates">Of each parcel that it travels in.</param>
    /// <returns>With it, when the last parcel was delivered: null where one was not, or is lost.</returns>
    public static (ShipmentStatus Status, DateTimeOffset? DeliveredAt) StateOf(List<Fate> fates)
    {
        if (fates.Exists(fate => fate.End is null))
            return (ShipmentStatus.SHIPPED, null);
        if (fates.Exists(fate => fate.End == ParcelEnd.LOST))
            return (ShipmentStatus.LOST, null);
        var delivered = fates.TrueForAll(fate => fate.DeliveredAt is not null) ? fates.Max(fate => fate.DeliveredAt) : null;
        return (fates.Exists(fate => fate.End == ParcelEnd.RETURNED) ? ShipmentStatus.RETURNED
            : fates.Exists(fate => fate.End == ParcelEnd.REFUSED) ? ShipmentStatus.REFUSED : ShipmentStatus.DELIVERED, delivered);
    }

    /// <summary>Of each parcel there is; of the shipment as one where none is known.</summary>
    /// <param name="whole">What was reported without naming a parcel.</param>
    /// <param name="parcels">Of the shipment; those that only a note names count for the whole.</param>
    public static List<Fate> Fates(Fate whole, IReadOnlyList<Parcel> parcels)
    {
        foreach (var parcel in parcels)
            if (!parcel.IsNamed)
                whole = whole.And(parcel.Fate);
        var fates = parcels.Where(parcel => parcel is { IsNamed: true, IsReplaced: false }).Select(parcel => parcel.Fate.And(whole)).ToList();
        return fates.Count > 0 ? fates : [whole];
    }

    private List<Parcel> ListOf(ShipmentId id)
    {
        if (!_parcels.TryGetValue(id, out var parcels))
            _parcels.Add(id, parcels = []);
        return parcels;
    }
}
