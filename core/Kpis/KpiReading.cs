using System.Data.Common;
using Dapper;
using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis;

/// <summary>Reads the states of contracts as of one instant: puts range, periods, grouping and filters around a contract's SQL.</summary>
internal sealed class KpiReading(DbConnection clickHouse, DateTimeOffset now)
{
    /// <summary>Weeks and months of days before 1970 and after 2149 too.</summary>
    private const string Settings = "\nSETTINGS enable_extended_results_for_datetime_functions = 1";

    /// <summary>ClickHouse 26.5 loses a column (code 10) where a filter is pushed down into a query that reads FINAL and is sorted.</summary>
    private const string RowsSettings = "\nSETTINGS query_plan_filter_push_down = 0";

    public DateTimeOffset Now => now;

    /// <summary>The figures of all groups, in the order of period and dimensions; without groups, the one of each period.</summary>
    public async Task<IReadOnlyList<KpiPoint>> ReadAsync(KpiQuery query, KpiPeriods periods, CancellationToken token)
    {
        if (periods.Days is { Count: 0 })
            return [];
        var kpi = query.Kpi;
        var keys = (query.GroupBy ?? []).Select(name => kpi.Dimension(name)!).Select((dimension, index) => $"toString({Value(dimension)}) AS d{index}")
            .ToList();
        var dimensions = keys.Count;
        if (kpi.Unit.IsMoney)
            keys.Add("toString(currency) AS currency_of");
        if (periods.Sql.Length > 0)
            keys.Insert(0, $"{periods.Sql} AS period");
        var names = keys.Select(key => key[(key.LastIndexOf(' ') + 1)..]).ToList();
        var by = names.Count == 0 ? "" : $"\nGROUP BY {string.Join(", ", names)}\nORDER BY {string.Join(", ", names)}";
        var merged = kpi.Arithmetic.Merge.Select((sql, index) => $"{sql} AS m{index}").ToList();

        var parameters = Parameters(periods.From, periods.To);
        var conditions = Conditions(query, parameters);
        if (kpi.Arithmetic.HasDays)
            conditions.Insert(0, "day >= {from:Date32} AND day < {to:Date32}");
        if (periods.Days is { } days)
        {
            parameters["days"] = days.Keys.ToArray();
            conditions.Add("day IN {days:Array(Date32)}");
        }
        var sql = $"SELECT {string.Join(", ", keys.Concat(merged))}\nFROM (\n{kpi.StateSql}\n){Where(conditions)}{by}{Settings}";

        var points = new List<KpiPoint>();
        await foreach (var row in RowsAsync(sql, parameters, token))
        {
            var column = 0;
            DateOnly? period = periods.Sql.Length > 0 ? Day(row[column++]) : null;
            if (periods.Days is { } ends)
                period = ends[period!.Value];
            var values = row[column..(column += dimensions)].Select(value => (string)value!).ToList();
            var currency = kpi.Unit.IsMoney ? (string)row[column++]! : null;
            var figure = kpi.Arithmetic.Finish(new(row[column..], now, periods.DaysOf(period)));
            List<KpiMeasure> measures = [.. kpi.Arithmetic.Measures.Zip(figure.Measures, (measure, value) => new KpiMeasure(measure.Name, value))];
            points.Add(new(period, values, figure.Value, figure.Exact, figure.Numerator, figure.Denominator, currency, measures));
        }
        return points;
    }

    /// <summary>The first day that any thing of a KPI's state is of, whatever the filter; null where there is none.</summary>
    public async Task<DateOnly?> FirstDayAsync(KpiQuery query, CancellationToken token)
    {
        var sql = $"SELECT minOrNull(day) FROM (\n{query.Kpi.StateSql}\n)";
        await foreach (var row in RowsAsync(sql, Parameters(KpiQuery.Earliest, KpiQuery.Latest), token))
            if (row[0] is not (null or DBNull))
                return Day(row[0]);
        return null;
    }

    /// <summary>The things counted, in the contract's order.</summary>
    public async Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> RowsAsync(KpiQuery query, int limit, int offset, CancellationToken token)
    {
        var kpi = query.Kpi;
        var parameters = Parameters(query.From ?? KpiQuery.Earliest, query.To ?? KpiQuery.Latest);
        var conditions = Conditions(query, parameters);
        if (kpi.Arithmetic.IsOverDays)
            conditions.Insert(0, "day >= {from:Date32} AND day < {to:Date32}");
        else if (query.To is { } to && new DateTimeOffset(to.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) is var end && end < now)
            parameters["now"] = end.UtcDateTime;
        parameters["limit"] = limit;
        parameters["offset"] = offset;
        var page = $"ORDER BY {kpi.RowsOrder}\nLIMIT {{limit:UInt32}} OFFSET {{offset:UInt32}}{(kpi.Arithmetic.IsOverDays ? "" : RowsSettings)}";
        var sql = $"SELECT * FROM (\n{kpi.RowsSql}\n){Where(conditions)}\n{page}";
        var rows = await clickHouse.QueryAsync(new CommandDefinition(sql, parameters, cancellationToken: token));
        return [.. rows.Select(row => new Dictionary<string, object?>((IDictionary<string, object?>)row, StringComparer.Ordinal))];
    }

    private Dictionary<string, object?> Parameters(DateOnly from, DateOnly to) =>
        new(StringComparer.Ordinal) { ["now"] = now.UtcDateTime, ["from"] = from, ["to"] = to };

    private static string Value(KpiDimension dimension) => dimension.IsList ? $"arrayJoin({dimension.Column})" : dimension.Column;

    private static List<string> Conditions(KpiQuery query, Dictionary<string, object?> parameters)
    {
        var conditions = new List<string>();
        foreach (var (name, values) in query.Filter ?? new Dictionary<string, IReadOnlyList<string>>())
        {
            var dimension = query.Kpi.Dimension(name)!;
            var parameter = $"filter_{conditions.Count}";
            parameters[parameter] = values.ToArray();
            conditions.Add(dimension.IsList ? $"hasAny({dimension.Column}, {{{parameter}:Array(String)}})"
                : $"{dimension.Column} IN {{{parameter}:Array(String)}}");
        }
        return conditions;
    }

    private static string Where(List<string> conditions) => conditions.Count == 0 ? "" : $"\nWHERE {string.Join(" AND ", conditions)}";

    /// <summary>Dates come as either type, by the driver's settings.</summary>
    private static DateOnly Day(object? value) => value is DateOnly day ? day : DateOnly.FromDateTime((DateTime)value!);

    private async IAsyncEnumerable<object?[]> RowsAsync(
        string sql, Dictionary<string, object?> parameters, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        await using var command = clickHouse.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
        if (clickHouse.State != System.Data.ConnectionState.Open)
            await clickHouse.OpenAsync(token);
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            var row = new object?[reader.FieldCount];
            reader.GetValues(row!);
            yield return row;
        }
    }
}
