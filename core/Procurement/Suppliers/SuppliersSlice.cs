using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Procurement.Suppliers;

/// <summary>Suppliers, what they sell, and what currencies are worth; their newest scorecards are at hand with them.</summary>
internal sealed class SuppliersSlice : Slice
{
    /// <summary>Anything of purchasing happens in the batch: suppliers and rates are at hand.</summary>
    public static readonly KeyKind Purchasing = new("purchasing");

    /// <summary>Skus whose suppliers are at hand.</summary>
    public static readonly KeyKind Bought = new("sku that is bought");

    public override IReadOnlyList<Fact> Facts { get; } = [new SupplierFact(), new SupplierItemFact(), new RateFact()];

    public override void Open(Workspace workspace)
    {
        var catalog = workspace.Get<CatalogBook>();
        workspace.Get<PolicyBook>().Define(SuppliersPolicy.Kind);
        var suppliers = workspace.Share(new SupplierBook(workspace.Outbox, workspace.Provide));
        var scores = workspace.Share(new ScoreBook());
        workspace.On<SupplierUpdated>(EventCatalogue.SupplierUpdated, suppliers.Update, static (_, _, keys) => keys.Add(Purchasing, ""));
        workspace.On<SupplierItemUpdated>(EventCatalogue.SupplierItemUpdated, (e, data) => suppliers.Update(e, data, catalog.Has(data.Sku)),
            static (_, data, keys) =>
            {
                keys.Add(Purchasing, "");
                keys.Add(Bought, data.Sku.Value);
                keys.Add(CatalogSlice.Skus, data.Sku.Value);
            });
        workspace.On<RateUpdated>(EventCatalogue.RateUpdated, suppliers.Update, static (_, _, keys) => keys.Add(Purchasing, ""));
        workspace.Load(Stage.Aggregates, load =>
        {
            if (!load.Keys.Any(Purchasing))
                return;
            load.Rows(Supplier.Table, "", [], suppliers.Add);
            load.Rows(CurrencyRate.Table, "", [], suppliers.Add);
            load.Rows(SupplierScore.Table, "WHERE day = (SELECT max(day) FROM supplier_scores)", [], scores.Add);
        });
        workspace.Load(Stage.Skus, load =>
        {
            if (load.Keys.Any(Bought))
                load.Rows(SupplierItem.Table, "WHERE sku = ANY($1)", [load.Keys.Of(Bought)], suppliers.Add);
        });
        workspace.Save(batch =>
        {
            Supplier.Table.Save(batch, suppliers.All);
            SupplierItem.Table.Save(batch, suppliers.Items);
            CurrencyRate.Table.Save(batch, suppliers.Rates);
        });
    }
}
