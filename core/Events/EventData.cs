using System.Text.Json.Serialization;

namespace EcomIntel.Core.Events;

/// <summary>What an event says, beside its envelope.</summary>
public interface IEventData
{
    /// <summary>What is wrong with it by itself, in one line; null if nothing. What only the stored state can tell is the handler's to judge.</summary>
    string? Invalid();
}

/// <summary>The state of stock at a location. <see cref="InTransit"/> alone is not on hand.</summary>
[JsonConverter(typeof(StockStateConverter))]
public enum StockState
{
    Available = 1,
    Allocated = 2,
    Picked = 3,
    Quarantined = 4,
    Inspection = 5,
    Damaged = 6,
    ReturnPending = 7,
    ReturnToVendor = 8,
    InTransit = 9,
}

/// <summary>Limits that every event is held to, so that no column overflows and no sum does.</summary>
public static class Check
{
    /// <summary>Most units in one event: sums of a billion of them still fit 64 bits.</summary>
    public const long MaxQuantity = 1_000_000_000;

    /// <summary>Highest price, cost or amount in one event.</summary>
    public const decimal MaxMoney = 1_000_000_000m;

    /// <summary>Highest number of an order's line.</summary>
    public const int MaxLine = 1_000_000;

    private const int MaxText = 500;

    public static readonly DateTimeOffset Earliest = new(1970, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Latest = new(2199, 12, 31, 0, 0, 0, TimeSpan.Zero);

    public static string? Quantity(string name, long value) =>
        value is < 1 or > MaxQuantity ? $"{Json(name)} must be 1 to {MaxQuantity}" : null;

    public static string? Money(string name, decimal value) =>
        value is < 0 or > MaxMoney ? $"{Json(name)} must be 0 to {MaxMoney}"
        : decimal.Round(value, 4) != value ? $"{Json(name)} has more than 4 decimals" : null;

    /// <summary>Farthest from zero that a measured value may be.</summary>
    public const decimal MaxMeasure = 1_000_000_000_000m;

    /// <summary>Any figure that a model gives: of at most 10 decimals.</summary>
    public static string? Measure(string name, decimal? value) =>
        value is < -MaxMeasure or > MaxMeasure ? $"{Json(name)} must be {-MaxMeasure} to {MaxMeasure}"
        : value is { } known && decimal.Round(known, 10) != known ? $"{Json(name)} has more than 10 decimals" : null;

    /// <summary>A member's name, as it is written in JSON.</summary>
    internal static string Member(string name) => Json(name);

    public static string? Time(string name, DateTimeOffset? value) =>
        value < Earliest || value > Latest ? $"{Json(name)} must be {Earliest:yyyy} to {Latest:yyyy}" : null;

    public static string? Code(string name, string? value) =>
        Identifier.IsValid(value) ? null : $"{Json(name)} must be 1 to {Identifier.MaxLength} printable characters";

    public static string? Lot(string? value) => value is { Length: 0 } ? null : Code("lot", value);

    public static string? State(StockState value) => Enum.IsDefined(value) ? null : "unknown stock state";

    public static string? Line(int number) => number is < 1 or > MaxLine ? $"line must be 1 to {MaxLine}" : null;

    /// <summary>Free text: any characters a text column can hold.</summary>
    public static string? Text(string name, string? value) =>
        value is null ? null
        : value.Length > MaxText && value.EnumerateRunes().Count() > MaxText ? $"{Json(name)} is longer than {MaxText} characters"
        : value.Contains('\0', StringComparison.Ordinal) ? $"{Json(name)} has a NUL character" : null;

    internal static string? Lines<T>(IReadOnlyList<T>? lines, Func<T, int> number, Func<T, string?> invalid) where T : class
    {
        if (lines is not { Count: >= 1 and <= OrderPlaced.MaxLines })
            return $"lines must be 1 to {OrderPlaced.MaxLines}";
        foreach (var line in lines)
        {
            if (line is null)
                return "a line is null";
            if ((Line(number(line)) ?? invalid(line)) is { } wrong)
                return $"line {number(line)}: {wrong}";
        }
        return null;
    }

    private static string Json(string name) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(name);
}
