using System.Text.Json;

namespace EcomIntel.Core.Events;

// Topic catalog, key the thing's own id: master data, each event the whole of it.

/// <param name="UnitCost">Standard cost of one unit, net.</param>
/// <param name="Price">List price of one unit, net.</param>
public sealed record ItemUpdated(
    string Name, string? Category = null, decimal? UnitCost = null, decimal? Price = null, decimal? WeightKg = null, bool Hazmat = false, bool Active = true)
    : IEventData
{
    public string? Invalid() => Check.Text(nameof(Name), Name) ?? Check.Text(nameof(Category), Category)
        ?? (UnitCost is { } cost ? Check.Money(nameof(UnitCost), cost) : null)
        ?? (Price is { } price ? Check.Money(nameof(Price), price) : null)
        ?? (WeightKg is { } weight ? Check.Money(nameof(WeightKg), weight) : null);
}

/// <param name="Kind"><c>warehouse</c>, <c>store</c> or <c>3pl</c>.</param>
/// <param name="Priority">Lower is chosen first among nodes that serve an order equally well.</param>
/// <param name="Active">Whether it may be given orders.</param>
/// <param name="ReopensAt">Of one that is not active: when it is open again, unless another update says otherwise.</param>
public sealed record LocationUpdated(
    string Name, string Kind = "warehouse", int Priority = 100, string? Country = null, bool Active = true, DateTimeOffset? ReopensAt = null) : IEventData
{
    public string? Invalid() => Check.Text(nameof(Name), Name) ?? Check.Text(nameof(Country), Country) ?? Check.Time(nameof(ReopensAt), ReopensAt)
        ?? (Kind is "warehouse" or "store" or "3pl" ? null : "kind must be warehouse, store or 3pl")
        ?? (Priority is < 0 or > 1_000_000 ? "priority must be 0 to 1000000" : null);
}

/// <param name="Priority">Lower is served first.</param>
public sealed record ChannelUpdated(string Name, int Priority = 100) : IEventData
{
    public string? Invalid() => Check.Text(nameof(Name), Name) ?? (Priority is < 0 or > 1_000_000 ? "priority must be 0 to 1000000" : null);
}

public sealed record CarrierUpdated(string Name, bool Active = true) : IEventData
{
    public string? Invalid() => Check.Text(nameof(Name), Name);
}

/// <summary>A new version of a policy; the subject names its kind, for example <c>allocation</c>. It rules from the event's time on.</summary>
public sealed record PolicyUpdated(int Version, JsonElement Settings) : IEventData
{
    public string? Invalid() => Version < 1 ? "version must be 1 or more" : Settings.ValueKind != JsonValueKind.Object ? "settings must be an object" : null;
}

/// <summary>A replaying source's promise: nothing earlier than the event's time will follow on this partition.</summary>
public sealed record ClockTicked : IEventData
{
    public string? Invalid() => null;
}
