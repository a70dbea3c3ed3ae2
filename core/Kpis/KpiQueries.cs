using System.Data.Common;
using Dapper;

namespace EcomIntel.Core.Kpis;

/// <summary>Answers questions about KPIs: puts range, grain, grouping and filters around a contract's SQL. Names come from contracts, values are parameters.</summary>
public sealed class KpiQueries(DbConnection clickHouse)
{
    private const string Now = "SELECT now FROM business_now";

    /// <summary>Weeks and months of days before 1970 and after 2149 too.</summary>
    private const string Settings = "\nSETTINGS enable_extended_results_for_datetime_functions = 1";

    /// <summary>ClickHouse 26.5 loses a column (code 10) where a filter is pushed down into a query that reads FINAL and sorts.</summary>
    private const string RowsSettings = "\nSETTINGS query_plan_filter_push_down = 0";

    /// <summary>Business time: the replayed stream's watermark, or the wall clock.</summary>
    public async Task<DateTimeOffset> BusinessNowAsync(CancellationToken token) =>
        new(DateTime.SpecifyKind(await clickHouse.ExecuteScalarAsync<DateTime>(new CommandDefinition(Now, cancellationToken: token)), DateTimeKind.Utc), TimeSpan.Zero);

    /// <summary>The figures, in the order of period and dimensions.</summary>
    /// <exception cref="KpiQueryException">The question cannot be answered.</exception>
    public async Task<IReadOnlyList<KpiPoint>> QueryAsync(KpiQuery query, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.Invalid() is { } invalid)
            throw new KpiQueryException(invalid);
        var now = query.AsOf ?? await BusinessNowAsync(token);
        return query.Kpi.Kind == KpiKind.Ratio ? await RatioAsync(query, now, token) : await SnapshotAsync(query, now, token);
    }

    /// <summary>The things a figure counts, at most <paramref name="limit"/> from <paramref name="offset"/> on; each a row of named columns.</summary>
    /// <exception cref="KpiQueryException">The question cannot be answered.</exception>
    public async Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> RowsAsync(KpiQuery query, int limit, int offset, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(query);
        if ((query.Invalid() ?? (limit is < 1 or > 10_000 || offset < 0 ? "limit must be 1 to 10000 and offset 0 or more" : null)) is { } invalid)
            throw new KpiQueryException(invalid);
        var now = query.AsOf ?? await BusinessNowAsync(token);
        if (query.Kpi.Kind == KpiKind.Snapshot && query.To is { } to)
            now = Earlier(now, new DateTimeOffset(to.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero));
        var parameters = Parameters(query, now);
        parameters["limit"] = limit;
        parameters["offset"] = offset;
        var sql = $"SELECT * FROM (\n{query.Kpi.RowsSql}\n){Where(query, parameters)} LIMIT {{limit:UInt32}} OFFSET {{offset:UInt32}}{RowsSettings}";
        var rows = await clickHouse.QueryAsync(new CommandDefinition(sql, parameters, cancellationToken: token));
        return [.. rows.Select(row => new Dictionary<string, object?>((IDictionary<string, object?>)row, StringComparer.Ordinal))];
    }

    private async Task<IReadOnlyList<KpiPoint>> RatioAsync(KpiQuery query, DateTimeOffset now, CancellationToken token)
    {
        var parameters = Parameters(query, now);
        var sql = Grouped(query, Period(query.Grain, "day"), query.Kpi.Sql, parameters, "sum(denominator)");
        var rows = await ReadAsync(query, sql, parameters, token);
        return [.. rows.Select(row => new KpiPoint(row.Period, row.Dimensions, row.Denominator == 0 ? null : (double)row.Numerator / row.Denominator, row.Numerator, row.Denominator))];
    }

    private async Task<IReadOnlyList<KpiPoint>> SnapshotAsync(KpiQuery query, DateTimeOffset now, CancellationToken token)
    {
        var instants = Instants(query, now);
        var parameters = Parameters(query, now);
        parameters["instants"] = instants.Select(instant => instant.At.UtcDateTime).ToArray();
        var sql = Grouped(query, "toUnixTimestamp64Micro(instant)", query.Kpi.Sql, parameters, "toInt64(0)");
        var rows = await ReadAsync(query, sql, parameters, token);

        // All of them, whatever their age: a list dimension counts a thing more than once, so the whole is not the sum of the groups.
        var whole = query with { GroupBy = [], Filter = query.Filter?.Where(filter => filter.Key != "age").ToDictionary(StringComparer.Ordinal) };
        var wholeParameters = Parameters(whole, now);
        wholeParameters["instants"] = parameters["instants"];
        var wholes = (await ReadAsync(whole, Grouped(whole, "toUnixTimestamp64Micro(instant)", query.Kpi.Sql, wholeParameters, "toInt64(0)"), wholeParameters, token))
            .ToDictionary(row => row.Instant, row => row.Numerator);

        var periods = instants.ToDictionary(instant => (instant.At.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond, instant => instant.Period);
        var points = rows.Select(row => new KpiPoint(periods[row.Instant], row.Dimensions, row.Numerator, row.Numerator, Math.Max(row.Numerator, wholes.GetValueOrDefault(row.Instant)))).ToList();
        if (query.GroupBy is { Count: > 0 })
            return points;
        foreach (var (period, at) in instants)
            if (!points.Exists(point => point.Period == period))
                points.Add(new(period, [], 0, 0, wholes.GetValueOrDefault((at.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond)));
        return [.. points.OrderBy(point => point.Period)];
    }

    /// <summary>The end of each period that has begun, but no later than now.</summary>
    private static List<(DateOnly? Period, DateTimeOffset At)> Instants(KpiQuery query, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var to = query.To is { } wanted && wanted <= today ? wanted : today.AddDays(1);
        var end = Earlier(now, Midnight(to));
        if (query.Grain == KpiGrain.Total)
            return [(null, end)];
        var from = query.From ?? to.AddDays(-30);
        if (KpiQuery.Periods(query.Grain, from, to) > KpiQuery.MostPeriods)
            throw new KpiQueryException($"a snapshot has at most {KpiQuery.MostPeriods} points in time");
        var instants = new List<(DateOnly?, DateTimeOffset)>();
        for (var start = StartOf(query.Grain, from); start < to && Midnight(start) < end; start = Next(query.Grain, start))
            instants.Add((start, Earlier(end, Midnight(Next(query.Grain, start)))));
        return instants;
    }

    private static DateOnly StartOf(KpiGrain grain, DateOnly day) => grain switch
    {
        KpiGrain.Week => day.AddDays(-(((int)day.DayOfWeek + 6) % 7)),
        KpiGrain.Month => new(day.Year, day.Month, 1),
        _ => day,
    };

    private static DateOnly Next(KpiGrain grain, DateOnly start) => grain switch
    {
        KpiGrain.Week => start.AddDays(7),
        KpiGrain.Month => start.AddMonths(1),
        _ => start.AddDays(1),
    };

    private static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static string Period(KpiGrain grain, string day) => grain switch
    {
        KpiGrain.Day => day,
        KpiGrain.Week => $"toMonday({day})",
        KpiGrain.Month => $"toStartOfMonth({day})",
        _ => "",
    };

    private static string Grouped(KpiQuery query, string period, string source, Dictionary<string, object?> parameters, string denominator)
    {
        var keys = (query.GroupBy ?? []).Select(name => query.Kpi.Dimension(name)!).Select((dimension, index) => $"toString({Value(dimension)}) AS d{index}").ToList();
        var names = keys.Select((_, index) => $"d{index}").ToList();
        if (period.Length > 0)
        {
            keys.Insert(0, $"{period} AS period");
            names.Insert(0, "period");
        }
        var by = names.Count == 0 ? "" : $"\nGROUP BY {string.Join(", ", names)}\nORDER BY {string.Join(", ", names)}";
        return $"SELECT {string.Concat(keys.Select(key => key + ", "))}sum(numerator) AS counted, {denominator} AS over\nFROM (\n{source}\n){Where(query, parameters)}{by}{Settings}";
    }

    private static string Value(KpiDimension dimension) => dimension.IsList ? $"arrayJoin({dimension.Column})" : dimension.Column;

    private static string Where(KpiQuery query, Dictionary<string, object?> parameters)
    {
        var conditions = new List<string>();
        foreach (var (name, values) in query.Filter ?? new Dictionary<string, IReadOnlyList<string>>())
        {
            var dimension = query.Kpi.Dimension(name)!;
            var parameter = $"filter_{conditions.Count}";
            parameters[parameter] = values.ToArray();
            conditions.Add(dimension.IsList ? $"hasAny({dimension.Column}, {{{parameter}:Array(String)}})" : $"{dimension.Column} IN {{{parameter}:Array(String)}}");
        }
        return conditions.Count == 0 ? "" : $"\nWHERE {string.Join(" AND ", conditions)}";
    }

    private static Dictionary<string, object?> Parameters(KpiQuery query, DateTimeOffset now) => new(StringComparer.Ordinal)
    {
        ["now"] = now.UtcDateTime,
        ["from"] = query.From ?? KpiQuery.Earliest,
        ["to"] = query.To ?? KpiQuery.Latest,
    };

    private sealed record Row(DateOnly? Period, long Instant, IReadOnlyList<string> Dimensions, long Numerator, long Denominator);

    private async Task<List<Row>> ReadAsync(KpiQuery query, string sql, Dictionary<string, object?> parameters, CancellationToken token)
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
        var dimensions = query.GroupBy?.Count ?? 0;
        var first = reader.FieldCount - dimensions - 2;
        var rows = new List<Row>();
        while (await reader.ReadAsync(token))
        {
            var period = first == 0 || query.Kpi.Kind == KpiKind.Snapshot ? (DateOnly?)null : DateOnly.FromDateTime(reader.GetDateTime(0));
            var instant = query.Kpi.Kind == KpiKind.Snapshot ? reader.GetInt64(0) : 0;
            var values = Enumerable.Range(first, dimensions).Select(reader.GetString).ToList();
            rows.Add(new(period, instant, values, Whole(reader, reader.FieldCount - 2), Whole(reader, reader.FieldCount - 1)));
        }
        return rows;
    }

    /// <summary>A sum is Int64 or UInt64, as what it sums; the driver's GetInt64 takes the one alone.</summary>
    private static long Whole(DbDataReader reader, int column) => Convert.ToInt64(reader.GetValue(column), System.Globalization.CultureInfo.InvariantCulture);
}
