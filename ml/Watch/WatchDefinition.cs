using EcomIntel.Ml.Anomaly;
using EcomIntel.Ml.Series;

namespace EcomIntel.Ml.Watch;

/// <summary>What one watch looks at, day by day or hour by hour.</summary>
/// <param name="Job">The job's name, and its model's.</param>
/// <param name="Kind">Of its findings.</param>
/// <param name="Steps">
/// SQL over ClickHouse's facts: columns <c>sku</c>, <c>part</c> (a channel, a location; empty for none), <c>at</c> (the beginning of a day or an hour) and
/// <c>units</c>, of what happened from
/// <c>{from:DateTime64(6, 'UTC')}</c> on and before <c>{to:DateTime64(6, 'UTC')}</c>.
/// </param>
/// <param name="Scopes">From the narrowest to the widest.</param>
/// <param name="UpOnly">Only more than expected is told.</param>
/// <param name="AtCost">Money at risk is at cost, not at the price.</param>
/// <param name="HasMoney">Money can be at risk.</param>
/// <param name="StockMatters">Days without stock say nothing where nothing was sold.</param>
internal sealed record WatchDefinition(
    string Job, string Kind, string Steps, IReadOnlyList<Scope> Scopes, WatchWords Words, bool UpOnly = false, bool AtCost = false, bool HasMoney = true,
    bool StockMatters = false, Grain Grain = Grain.Day)
{
    /// <summary>
    /// History that is looked at, in days: from once to twice so many, so that memory has an end. It begins anew at the same days whoever looks.
    /// </summary>
    public int BlockDays => Grain == Grain.Day ? 182 : 56;

    public int StepsADay => Grain == Grain.Day ? 1 : 24;

    /// <summary>Units ordered, when the order was captured: what was cancelled later was wanted too.</summary>
    public static readonly WatchDefinition Demand = new(
        "demand", "demand_anomaly",
        """
        SELECT sku, channel AS part, toDate32(time) AS at, toFloat64(sum(quantity)) AS units
        FROM line_facts WHERE due = 1 AND location = '' AND time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')}
        GROUP BY sku, part, at
        """,
        [Scope.SkuChannel, Scope.Sku, Scope.Category, Scope.Whole], new("were ordered", "in", "Demand"), StockMatters: true);

    /// <summary>The same hour by hour, where the policy asks for it: not by channel, where hours are mostly empty.</summary>
    public static readonly WatchDefinition DemandByHour = Demand with
    {
        Job = "demand_hourly",
        Steps = """
            SELECT sku, '' AS part, toStartOfHour(time) AS at, toFloat64(sum(quantity)) AS units
            FROM line_facts WHERE due = 1 AND location = '' AND time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')}
            GROUP BY sku, at
            """,
        Scopes = [Scope.Sku, Scope.Category, Scope.Whole],
        StockMatters = false,
        Grain = Grain.Hour,
    };

    /// <summary>Units that came back, whatever they were found to be.</summary>
    public static readonly WatchDefinition Returns = new(
        "returns", "returns_anomaly",
        """
        SELECT sku, '' AS part, toDate32(time) AS at, toFloat64(sum(quantity)) AS units
        FROM return_facts WHERE step = 'received' AND time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')}
        GROUP BY sku, at HAVING units > 0
        """,
        [Scope.Sku, Scope.Category, Scope.Whole], new("came back", "", "Returns"), UpOnly: true);

    /// <summary>Units that a count or a correction took out of the book.</summary>
    public static readonly WatchDefinition Shrinkage = new(
        "shrinkage", "shrinkage",
        """
        SELECT sku, location AS part, toDate32(time) AS at, toFloat64(sum(quantity)) AS units
        FROM stock_changes WHERE from_state = 'available' AND to_state = '' AND time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')}
        GROUP BY sku, part, at
        """,
        [Scope.SkuChannel, Scope.Sku, Scope.Whole], new("were corrected away", "at", "Shrinkage"), UpOnly: true, AtCost: true);

    /// <summary>What partners send: orders of a channel, movements of a location, shipments of a carrier.</summary>
    public static readonly WatchDefinition Feeds = new(
        "feeds", "feed_anomaly",
        """
        SELECT feed AS sku, '' AS part, at, toFloat64(sum(n)) AS units FROM (
            SELECT concat('channel/', channel) AS feed, toDate32(time) AS at, uniqExact(order_id) AS n
            FROM line_facts WHERE due = 1 AND location = '' AND time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')} GROUP BY feed, at
            UNION ALL
            SELECT concat('location/', location), toDate32(time) AS at, count()
            FROM stock_changes WHERE time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')} AND location <> '' GROUP BY location, at
            UNION ALL
            SELECT concat('carrier/', carrier), toDate32(time) AS at, count()
            FROM shipments WHERE time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')} AND carrier <> '' GROUP BY carrier, at)
        GROUP BY sku, at
        """,
        [Scope.Sku], new("came", "", "What comes"), HasMoney: false);
}

/// <param name="Verb">Of units, in a sentence: 12 units VERB where 96 were expected.</param>
/// <param name="Of">Before the part: in a channel, at a location.</param>
/// <param name="What">Of what a pattern is: demand has dropped.</param>
internal sealed record WatchWords(string Verb, string Of, string What);
