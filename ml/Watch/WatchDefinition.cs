using EcomIntel.Ml.Anomaly;

namespace EcomIntel.Ml.Watch;

/// <summary>What one watch looks at, day by day.</summary>
/// <param name="Job">The job's name, and its model's.</param>
/// <param name="Kind">Of its findings.</param>
/// <param name="Days">
/// SQL over ClickHouse's facts: columns <c>sku</c>, <c>part</c> (a channel, a location; empty for none), <c>day</c> and <c>units</c>, of what happened from
/// <c>{from:DateTime64(6)}</c> on and before <c>{to:DateTime64(6)}</c>.
/// </param>
/// <param name="Scopes">From the narrowest to the widest.</param>
/// <param name="UpOnly">Only more than expected is told.</param>
/// <param name="AtCost">Money at risk is at cost, not at the price.</param>
/// <param name="HasMoney">Money can be at risk.</param>
/// <param name="StockMatters">Days without stock say nothing where nothing was sold.</param>
internal sealed record WatchDefinition(
    string Job, string Kind, string Days, IReadOnlyList<Scope> Scopes, WatchWords Words, bool UpOnly = false, bool AtCost = false, bool HasMoney = true,
    bool StockMatters = false)
{
    /// <summary>Units ordered, when the order was captured: what was cancelled later was wanted too.</summary>
    public static readonly WatchDefinition Demand = new(
        "demand", "demand_anomaly",
        """
        SELECT sku, channel AS part, toDate32(time) AS day, toFloat64(sum(quantity)) AS units
        FROM line_facts WHERE due = 1 AND location = '' AND time >= {from:DateTime64(6)} AND time < {to:DateTime64(6)}
        GROUP BY sku, part, day
        """,
        [Scope.SkuChannel, Scope.Sku, Scope.Category, Scope.Whole], new("were ordered", "in", "Demand"), StockMatters: true);

    /// <summary>Units that came back, whatever they were found to be.</summary>
    public static readonly WatchDefinition Returns = new(
        "returns", "returns_anomaly",
        """
        SELECT sku, '' AS part, toDate32(time) AS day, toFloat64(sum(quantity)) AS units
        FROM return_facts WHERE step = 'received' AND time >= {from:DateTime64(6)} AND time < {to:DateTime64(6)}
        GROUP BY sku, day HAVING units > 0
        """,
        [Scope.Sku, Scope.Category, Scope.Whole], new("came back", "", "Returns"), UpOnly: true);

    /// <summary>Units that a count or a correction took out of the book.</summary>
    public static readonly WatchDefinition Shrinkage = new(
        "shrinkage", "shrinkage",
        """
        SELECT sku, location AS part, toDate32(time) AS day, toFloat64(sum(quantity)) AS units
        FROM stock_changes WHERE from_state = 'available' AND to_state = '' AND time >= {from:DateTime64(6)} AND time < {to:DateTime64(6)}
        GROUP BY sku, part, day
        """,
        [Scope.SkuChannel, Scope.Sku, Scope.Whole], new("were corrected away", "at", "Shrinkage"), UpOnly: true, AtCost: true);

    /// <summary>What partners send: orders of a channel, movements of a location, shipments of a carrier.</summary>
    public static readonly WatchDefinition Feeds = new(
        "feeds", "feed_anomaly",
        """
        SELECT feed AS sku, '' AS part, day, toFloat64(sum(n)) AS units FROM (
            SELECT concat('channel/', channel) AS feed, toDate32(time) AS day, uniqExact(order_id) AS n
            FROM line_facts WHERE due = 1 AND location = '' AND time >= {from:DateTime64(6)} AND time < {to:DateTime64(6)} GROUP BY feed, day
            UNION ALL
            SELECT concat('location/', location), toDate32(time) AS day, count()
            FROM stock_changes WHERE time >= {from:DateTime64(6)} AND time < {to:DateTime64(6)} AND location <> '' GROUP BY location, day
            UNION ALL
            SELECT concat('carrier/', carrier), toDate32(time) AS day, count()
            FROM shipments WHERE time >= {from:DateTime64(6)} AND time < {to:DateTime64(6)} AND carrier <> '' GROUP BY carrier, day)
        GROUP BY sku, day
        """,
        [Scope.Sku], new("came", "", "What comes"), HasMoney: false);
}

/// <param name="Verb">Of units, in a sentence: 12 units VERB where 96 were expected.</param>
/// <param name="Of">Before the part: in a channel, at a location.</param>
/// <param name="What">Of what a pattern is: demand has dropped.</param>
internal sealed record WatchWords(string Verb, string Of, string What);
