using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Catalog;

/// <summary>Master data: items, locations, channels, carriers.</summary>
internal sealed class CatalogSlice : Slice
{
    /// <summary>Skus whose item, and with it the lock of all its stock, a batch needs.</summary>
    public static readonly KeyKind Skus = new("sku");

    public override IReadOnlyList<Fact> Facts { get; } = [new ItemFact(), new LocationFact()];

    public override void Open(Workspace workspace)
    {
        var catalog = workspace.Share(new CatalogBook(workspace.Outbox, workspace.Provide));
        workspace.On<ItemUpdated>(EventCatalogue.ItemUpdated, catalog.Update, static (e, _, keys) => keys.Add(Skus, e.Subject));
        workspace.On<LocationUpdated>(EventCatalogue.LocationUpdated, catalog.Update);
        workspace.On<ChannelUpdated>(EventCatalogue.ChannelUpdated, catalog.Update);
        workspace.On<CarrierUpdated>(EventCatalogue.CarrierUpdated, catalog.Update);
        workspace.Load(Stage.References, load =>
        {
            load.Rows(Location.Table, "", [], catalog.Add);
            load.Rows(Channel.Table, "", [], catalog.Add);
        });
        // A sku's row is the lock of all its stock: whoever changes a balance of the sku holds it.
        workspace.Load(Stage.Skus, load =>
        {
            if (load.Keys.Any(Skus))
                load.Rows(Item.Table, "WHERE sku = ANY($1) ORDER BY sku FOR NO KEY UPDATE", [load.Keys.Of(Skus)], catalog.Add);
        });
        workspace.Save(batch =>
        {
            Item.Table.Save(batch, catalog.Items);
            ItemCost.Table.Save(batch, catalog.Costs);
            Location.Table.Save(batch, catalog.Locations);
            Channel.Table.Save(batch, catalog.Channels);
            Carrier.Table.Save(batch, catalog.Carriers);
        });
    }
}
