using System.Data.Common;
using ClickHouse.Driver.ADO;
using EcomIntel.Core.Kpis;
using EcomIntel.Core.Kpis.LineFillRate;

namespace EcomIntel.Cli.Commands;

/// <summary>
/// What forecasts did for purchasing: the same days of the same world, replenished by forecasts and, in a second replay without models, by past demand. Both
/// are whole replays: suppliers answer what was ordered, customers wait for what was not there.
/// </summary>
/// <param name="From">The first day on which there were forecasts.</param>
/// <param name="To">Exclusive: the day after the last order.</param>
/// <param name="WithoutForecasts">Null where no second replay was asked for.</param>
internal sealed record DemoReplenishment(
    DateOnly From, DateOnly To, DemoReplenishment.Outcome WithForecasts, DemoReplenishment.Outcome? WithoutForecasts)
{
    private const string End = "SELECT max(toDate32(time)) + 1 FROM line_facts WHERE due = 1 AND location = ''";

    /// <summary>Units on the shelves at the end of each day, summed over the days: what came on a day is there on it and on all that follow.</summary>
    private const string OnHand = """
        SELECT toFloat64(sum(units * (toInt32({to:Date32}) - toInt32(greatest(day, {from:Date32}))))) FROM stock_on_hand_daily WHERE day < {to:Date32}
        """;

    private const string Ordered = """
        SELECT toFloat64(sum(quantity)) FROM line_facts
        WHERE due = 1 AND location = '' AND toDate32(time) >= {from:Date32} AND toDate32(time) < {to:Date32}
        """;

    /// <param name="LineFillRate">As its KPI says, of lines due in these days.</param>
    /// <param name="DaysOfCover">Units on hand, the mean of the days' ends, over units ordered a day; null where nothing was ordered.</param>
    internal sealed record Outcome(DemoProcurement.Ratio LineFillRate, double UnitsOnHand, double UnitsOrderedADay, double? DaysOfCover);

    /// <returns>Null where there is no such day.</returns>
    public static async Task<DemoReplenishment?> ReadAsync(ClickHouseConnection clickHouse, DateOnly from, CancellationToken token)
    {
        var to = DateOnly.FromDateTime((DateTime)(await AskAsync(clickHouse, End, null, token))!);
        return from < to ? new(from, to, await OutcomeAsync(clickHouse, from, to, token), null) : null;
    }

    /// <summary>Of the same days in another world.</summary>
    public async Task<DemoReplenishment> BesideAsync(ClickHouseConnection without, CancellationToken token) =>
        this with { WithoutForecasts = await OutcomeAsync(without, From, To, token) };

    private static async Task<Outcome> OutcomeAsync(ClickHouseConnection clickHouse, DateOnly from, DateOnly to, CancellationToken token)
    {
        var filled = await new KpiQueries(clickHouse).QueryAsync(new(LineFillRateKpi.Contract, from, to), token) is [var only, ..] ? only : null;
        double days = to.DayNumber - from.DayNumber;
        var onHand = (double)(await AskAsync(clickHouse, OnHand, (from, to), token))!;
        var ordered = (double)(await AskAsync(clickHouse, Ordered, (from, to), token))!;
        return new(
            new(filled?.Value is { } value ? Math.Round(value, 4) : null, (long)(filled?.Numerator ?? 0), (long)(filled?.Denominator ?? 0)),
            Math.Round(onHand / days, 1), Math.Round(ordered / days, 1), ordered > 0 ? Math.Round(onHand / ordered, 2) : null);
    }

    private static async Task<object?> AskAsync(DbConnection clickHouse, string sql, (DateOnly From, DateOnly To)? days, CancellationToken token)
    {
        await using var command = clickHouse.CreateCommand();
        command.CommandText = sql;
        if (days is var (from, to))
            foreach (var (name, day) in (ReadOnlySpan<(string, DateOnly)>)[("from", from), ("to", to)])
            {
                var parameter = command.CreateParameter();
                (parameter.ParameterName, parameter.Value) = (name, day);
                command.Parameters.Add(parameter);
            }
        return await command.ExecuteScalarAsync(token);
    }
}
