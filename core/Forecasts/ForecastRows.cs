using System.Globalization;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Forecasts;

/// <summary>The newest forecast of the demand of a sku at a location.</summary>
internal sealed class DemandForecast : Row
{
    public static readonly Table<DemandForecast> Table = new Table<DemandForecast>("demand_forecasts")
        .Key(row => row.Sku).Key(row => row.Location).Column(row => row.AsOf).Column(row => row.UpdatedBy).Column(row => row.Model)
        .Column(row => row.ModelVersion).Column(row => row.FirstDay)
        .Computed("daily", row => PostgresArray.Of(row.Daily), PostgresArray.Doubles)
        .Computed("levels", row => PostgresArray.Of(row.Quantiles.Levels), PostgresArray.Doubles)
        .Computed("sum_days", row => PostgresArray.Of(row.Quantiles.Days), "integer[]")
        .Computed("quantiles", row => PostgresArray.Of(row.Quantiles.Units), PostgresArray.Doubles)
        .NewerWins("as_of", "updated_by");

    public required Sku Sku { get; init; }
    public required LocationId Location { get; init; }
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>The event it is as of: of two of one instant the greater counts.</summary>
    public required Guid UpdatedBy { get; init; }
    public required string Model { get; init; }
    public required string ModelVersion { get; init; }

    /// <summary>UTC: <see cref="Daily"/> begins with it.</summary>
    public required DateOnly FirstDay { get; init; }

    /// <summary>Units expected on each day.</summary>
    public required double[] Daily { get; init; }
    public required SumQuantiles Quantiles { get; init; }
}

/// <summary>Distributions of units over the first days together.</summary>
/// <param name="Levels">Ascending, above 0 and below 1.</param>
/// <param name="Days">Ascending.</param>
/// <param name="Units">Of each of <paramref name="Days"/>, one a level: row after row.</param>
internal readonly record struct SumQuantiles(double[] Levels, int[] Days, double[] Units);

/// <summary>The newest forecast of how long a supplier takes for an item.</summary>
internal sealed class LeadTimeForecast : Row
{
    public static readonly Table<LeadTimeForecast> Table = new Table<LeadTimeForecast>("lead_time_forecasts")
        .Key(row => row.SupplierId).Key(row => row.Sku).Column(row => row.AsOf).Column(row => row.UpdatedBy).Column(row => row.ModelVersion)
        .Column(row => row.Lines).Computed("levels", row => PostgresArray.Of(row.Levels), PostgresArray.Doubles)
        .Computed("quantiles", row => PostgresArray.Of(row.Days), PostgresArray.Doubles)
        .NewerWins("as_of", "updated_by");

    public required SupplierId SupplierId { get; init; }
    public required Sku Sku { get; init; }
    public required DateTimeOffset AsOf { get; init; }
    public required Guid UpdatedBy { get; init; }
    public required string ModelVersion { get; init; }

    /// <summary>Received order lines of the item that it is learned from.</summary>
    public required int Lines { get; init; }
    public required double[] Levels { get; init; }

    /// <summary>From sent to received, one a level.</summary>
    public required double[] Days { get; init; }

    /// <summary>In a line between levels; beyond the outermost it is theirs.</summary>
    public double At(double level)
    {
        var above = Array.FindIndex(Levels, each => each >= level);
        return above <= 0 ? Days[above == 0 ? 0 : ^1]
            : Days[above - 1] + ((Days[above] - Days[above - 1]) * (level - Levels[above - 1]) / (Levels[above] - Levels[above - 1]));
    }
}

/// <summary>Units expected of a sku on the first days of a forecast together: kept of every forecast, to be held against what was ordered.</summary>
internal sealed class ForecastSum : Row
{
    public static readonly Table<ForecastSum> Table = new Table<ForecastSum>("forecast_sums")
        .Key(row => row.Sku).Key(row => row.AsOf).Key(row => row.Days).Column(row => row.UpdatedBy).Column(row => row.FirstDay).Column(row => row.Units)
        .Column(row => row.Model).Column(row => row.ModelVersion).NewerWins("updated_by");

    public required Sku Sku { get; init; }
    public required DateTimeOffset AsOf { get; init; }
    public required int Days { get; init; }
    public required Guid UpdatedBy { get; init; }
    public required DateOnly FirstDay { get; init; }
    public required decimal Units { get; init; }
    public required string Model { get; init; }
    public required string ModelVersion { get; init; }
}

/// <summary>Arrays as PostgreSQL reads them from text.</summary>
internal static class PostgresArray
{
    public const string Doubles = "double precision[]";

    public static string Of<T>(T[] values) where T : IFormattable =>
        $"{{{string.Join(',', values.Select(value => value.ToString(null, CultureInfo.InvariantCulture)))}}}";
}
