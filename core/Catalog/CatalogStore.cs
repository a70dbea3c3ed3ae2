using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using Npgsql;

namespace EcomIntel.Core.Catalog;

internal static class CatalogStore
{
    public const string SelectLocations = "SELECT location, name, kind, priority, country, active, updated_at FROM locations";

    public const string SelectChannels = "SELECT channel, name, priority, updated_at FROM channels";

    /// <summary>A sku's row is the lock of all its stock: whoever changes a balance of the sku holds it. Taken in the order of skus.</summary>
    public const string LockItems = "SELECT sku, updated_at FROM items WHERE sku = ANY($1) ORDER BY sku FOR NO KEY UPDATE";

    public static Location ReadLocation(NpgsqlDataReader row) => new(
        new(row.GetString(0)), new(row.GetString(1), row.GetString(2), row.GetInt32(3), row.IsDBNull(4) ? null : row.GetString(4), row.GetBoolean(5)), row.GetFieldValue<DateTimeOffset>(6));

    public static Channel ReadChannel(NpgsqlDataReader row) => new(row.GetString(0), new(row.GetString(1), row.GetInt32(2)), row.GetFieldValue<DateTimeOffset>(3));

    public static void Save(NpgsqlBatch batch, CatalogBook catalog)
    {
        if (catalog.ChangedItems.Count > 0)
        {
            var items = catalog.ChangedItems.Values.OrderBy(item => item.Sku).ToList();
            batch.Add("""
                INSERT INTO items (sku, name, category, unit_cost, price, weight_kg, hazmat, active, updated_at)
                SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
                ON CONFLICT (sku) DO UPDATE SET name = excluded.name, category = excluded.category, unit_cost = excluded.unit_cost, price = excluded.price,
                    weight_kg = excluded.weight_kg, hazmat = excluded.hazmat, active = excluded.active, updated_at = excluded.updated_at
                    WHERE items.updated_at <= excluded.updated_at
                """,
                items.Column(i => i.Sku.Value), items.Column(i => i.Facts.Name), items.Column(i => i.Facts.Category), items.Column(i => i.Facts.UnitCost), items.Column(i => i.Facts.Price),
                items.Column(i => i.Facts.WeightKg), items.Column(i => i.Facts.Hazmat), items.Column(i => i.Facts.Active), items.Column(i => i.UpdatedAt));
        }
        if (catalog.ChangedLocations.Count > 0)
        {
            var locations = catalog.ChangedLocations.Values.OrderBy(location => location.Id).ToList();
            batch.Add("""
                INSERT INTO locations (location, name, kind, priority, country, active, updated_at)
                SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)
                ON CONFLICT (location) DO UPDATE SET name = excluded.name, kind = excluded.kind, priority = excluded.priority, country = excluded.country,
                    active = excluded.active, updated_at = excluded.updated_at
                    WHERE locations.updated_at <= excluded.updated_at
                """,
                locations.Column(l => l.Id.Value), locations.Column(l => l.Facts.Name), locations.Column(l => l.Facts.Kind), locations.Column(l => l.Facts.Priority),
                locations.Column(l => l.Facts.Country), locations.Column(l => l.Facts.Active), locations.Column(l => l.UpdatedAt));
        }
        if (catalog.ChangedChannels.Count > 0)
        {
            var channels = catalog.ChangedChannels.Values.OrderBy(channel => channel.Id, StringComparer.Ordinal).ToList();
            batch.Add("""
                INSERT INTO channels (channel, name, priority, updated_at) SELECT * FROM unnest($1, $2, $3, $4)
                ON CONFLICT (channel) DO UPDATE SET name = excluded.name, priority = excluded.priority, updated_at = excluded.updated_at
                    WHERE channels.updated_at <= excluded.updated_at
                """,
                channels.Column(c => c.Id), channels.Column(c => c.Facts.Name), channels.Column(c => c.Facts.Priority), channels.Column(c => c.UpdatedAt));
        }
        if (catalog.ChangedCarriers.Count > 0)
        {
            var carriers = catalog.ChangedCarriers.Values.OrderBy(carrier => carrier.Id, StringComparer.Ordinal).ToList();
            batch.Add("""
                INSERT INTO carriers (carrier, name, active, updated_at) SELECT * FROM unnest($1, $2, $3, $4)
                ON CONFLICT (carrier) DO UPDATE SET name = excluded.name, active = excluded.active, updated_at = excluded.updated_at
                    WHERE carriers.updated_at <= excluded.updated_at
                """,
                carriers.Column(c => c.Id), carriers.Column(c => c.Facts.Name), carriers.Column(c => c.Facts.Active), carriers.Column(c => c.UpdatedAt));
        }
    }
}
