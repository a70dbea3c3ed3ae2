using EcomIntel.Core.Events;

namespace EcomIntel.Core.Processing;

/// <summary>What a batch's events name, and so what must be loaded before they can be decided.</summary>
internal sealed class Footprint
{
    public HashSet<string> Orders { get; } = new(StringComparer.Ordinal);
    public HashSet<string> Shipments { get; } = new(StringComparer.Ordinal);
    public HashSet<string> Skus { get; } = new(StringComparer.Ordinal);
    public HashSet<string> Returns { get; } = new(StringComparer.Ordinal);

    /// <summary>Orders whose returns matter.</summary>
    public HashSet<string> ReturnOrders { get; } = new(StringComparer.Ordinal);

    public void Add(CloudEvent e)
    {
        switch (e.Data)
        {
            case OrderPlaced data:
                Orders.Add(e.Subject);
                foreach (var line in data.Lines)
                    Skus.Add(line.Sku.Value);
                break;
            case PickConfirmed data:
                Orders.Add(data.OrderId.Value);
                Skus.Add(e.Subject);
                break;
            case PickShort data:
                Orders.Add(data.OrderId.Value);
                Skus.Add(e.Subject);
                break;
            case ReturnRequested data: AddReturn(e, data.ReturnId); break;
            case ReturnReceived data: AddReturn(e, data.ReturnId); break;
            case ReturnInspected data: AddReturn(e, data.ReturnId); break;
            case RefundPaid data: AddReturn(e, data.ReturnId); break;
            case ItemUpdated: Skus.Add(e.Subject); break;
            default:
                if (e.Type.Topic == Topics.Inventory)
                    Skus.Add(e.Subject);
                else if (e.Type.Topic == Topics.Carriers)
                    Shipments.Add(e.Subject);
                else if (e.Type.Topic == Topics.Orders)
                    Orders.Add(e.Subject);
                break;
        }
    }

    private void AddReturn(CloudEvent e, ReturnId id)
    {
        Orders.Add(e.Subject);
        ReturnOrders.Add(e.Subject);
        Returns.Add(id.Value);
    }
}
