namespace EcomIntel.Core.Kpis.Arithmetic;

/// <summary>
/// What a contract's figures give where the KPI is about what is so, and how the state of each day is made of it. The state of a day is what is so at its end,
/// or now on the day under way; a day begins a microsecond after midnight, so that what happens at midnight belongs to the day that ends then. States by day,
/// and not a view with the instants as parameters: every range ends with a day, so nothing more can be asked for, a plain view can be read by any tool, and it
/// is filtered like any other.
/// </summary>
public abstract class StateSource
{
    private const string Now = "{now:DateTime64(6, 'UTC')}";
    private const string From = "toInt32({from:Date32})";
    private const string To = "toInt32({to:Date32})";
    private const string Today = $"assumeNotNull(toInt32(toDate32({Now} - toIntervalMicrosecond(1))))";

    /// <summary>
    /// Things, each so from <c>since</c> on until <c>until</c> (null: still): <c>amount</c> of them or of their worth. A thing counts on each of its days;
    /// dimensions may depend on the day's <c>instant</c>.
    /// </summary>
    public static readonly StateSource Intervals = new IntervalSource();

    /// <summary>
    /// Changes of a balance: <c>amount</c> more (or fewer) from <c>at</c> on. The dimensions of a change are those of the balance it changes.
    /// </summary>
    public static readonly StateSource Movements = new MovementSource();

    private protected StateSource()
    {
    }

    internal abstract IReadOnlyList<string> Figures { get; }

    internal abstract string StateSql(KpiContract kpi);

    private static string Indented(string sql, int by) => sql.Replace("\n", "\n" + new string(' ', by), StringComparison.Ordinal);

    private sealed class IntervalSource : StateSource
    {
        internal override IReadOnlyList<string> Figures => ["since", "until", "amount"];

        /// <summary>Days are counted out generously, and those kept at whose instant it is so.</summary>
        internal override string StateSql(KpiContract kpi) =>
            $"""
            SELECT
                day,
                {string.Concat(kpi.Dimensions.Select(Column))}amount
            FROM (
                SELECT *, day, least(toDateTime64(day + 1, 6, 'UTC'), {Now}) AS instant
                FROM (
                    {Indented(kpi.FiguresSql, 8)}
                )
                ARRAY JOIN arrayMap(number -> toDate32('1970-01-01') + number, range(
                    toUInt32(greatest(0, toInt32(toDate32(since - toIntervalMicrosecond(1))), {From})),
                    toUInt32(greatest(0, 1 + least(toInt32(toDate32(ifNull(until, {Now}))), {To} - 1, {Today}))))) AS day
            )
            WHERE since <= instant AND (until IS NULL OR until > instant)
            """;
    }

    private static string Column(KpiDimension dimension) => (dimension.Sql is { } sql ? $"{sql} AS {dimension.Column}" : dimension.Column) + ",\n    ";

    private sealed class MovementSource : StateSource
    {
        internal override IReadOnlyList<string> Figures => ["at", "amount"];

        /// <summary>A day's changes are added up; the balance after them stands until the next day that has some.</summary>
        internal override string StateSql(KpiContract kpi)
        {
            var columns = string.Concat(kpi.Dimensions.Select(dimension => $"{dimension.Column}, "));
            var partition = kpi.Dimensions.Count == 0 ? "" : $"PARTITION BY {columns[..^2]} ";
            return $"""
                SELECT day, {columns}amount
                FROM (
                    SELECT
                        {columns}number,
                        sum(change) OVER ({partition}ORDER BY number ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS amount,
                        leadInFrame(number, 1, toInt32({Today} + 1)) OVER (
                            {partition}ORDER BY number ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS next
                    FROM (
                        SELECT {columns}toInt32(toDate32(at - toIntervalMicrosecond(1))) AS number, sum(amount) AS change
                        FROM (
                            {Indented(kpi.FiguresSql, 12)}
                        )
                        WHERE at <= {Now}
                        GROUP BY {columns}number
                    )
                )
                ARRAY JOIN arrayMap(each -> toDate32('1970-01-01') + each, range(
                    toUInt32(greatest(0, number, {From})), toUInt32(greatest(0, least(next, {To}, {Today} + 1))))) AS day
                """;
        }
    }
}
