using System.Globalization;
using System.Text;
using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Paging;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.GraphQL.Schema.DeadLetters;

[GraphQLObject("DeadLetter")]
internal sealed record DeadLetter(
    long Number, string Version, string Status, string Reason, string Detail, string? Type, string? EventId, string? Source, DateTime? EventTime,
    string Topic, int Partition, long Offset, string ClusterId, string? Key, int Attempts, DateTime ReceivedAt, int Size, string? Sha256,
    string? Awaits, DateTime? WaitsUntil)
{
    public const string NodeType = "DeadLetter";

    public static readonly RowList<DeadLetter> Rows = new(
        $"""
        d.id AS number, {DeadLetterStore.VersionSql} AS version, upper(d.status) AS status, d.reason, d.detail, d.type, d.event_id, d.source, d.event_time,
        d.topic, d.partition, d."offset", d.cluster_id, d.key, d.attempts, d.received_at,
        {DeadLetterStore.SizeSql} AS size, {DeadLetterStore.Sha256Sql} AS sha256, d.awaits, d.waits_until
        """, "dead_letters d");

    public static readonly Sort<DeadLetter> ByNumber = new("number", [new("d.id", "bigint")], letter => [letter.Number.ToString(CultureInfo.InvariantCulture)]);

    public string Id => NodeId.Of(NodeType, Number.ToString(CultureInfo.InvariantCulture));

    public bool IsCut => Sha256 is not null;

    /// <returns>0, which no dead letter has, where the id's key is not a number.</returns>
    /// <exception cref="Engine.GraphQLException">The id is not of type DeadLetter.</exception>
    public static long NumberOf(string id) =>
        long.TryParse(NodeId.Key(NodeType, id), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}

/// <summary>Payload and replacement of dead letters, loaded only where they are selected: each may be 1 MiB.</summary>
[GraphQLResolvers("DeadLetter")]
internal static class DeadLetterBodies
{
    /// <summary>Maximum bytes of all bodies in one response.</summary>
    private const long MaxBytes = 16 << 20;

    private const string SelectSize = """
        SELECT coalesce(sum(octet_length(payload) + coalesce(octet_length(mended), 0)), 0)::bigint FROM dead_letters WHERE id = ANY(@keys)
        """;

    private const string Select = "SELECT id, payload, mended FROM dead_letters WHERE id = ANY(@keys)";

    private sealed record Bodies(long Id, byte[] Payload, byte[]? Mended);

    public static async Task<string> Payload([Parent] DeadLetter letter, RequestContext context) =>
        Encoding.UTF8.GetString((await context.Batch<long, Bodies>(letter.Number, Load))!.Payload);

    public static async Task<string?> Mended([Parent] DeadLetter letter, RequestContext context) =>
        (await context.Batch<long, Bodies>(letter.Number, Load))!.Mended is { } mended ? Encoding.UTF8.GetString(mended) : null;

    private static async Task<IReadOnlyDictionary<long, Bodies>> Load(IReadOnlyList<long> keys, RequestContext context)
    {
        var database = context.Services.GetRequiredService<ReadDatabase>();
        var numbers = new { keys = keys.ToArray() };
        if (await database.FindAsync<long>(SelectSize, numbers, context) is > MaxBytes and var size)
        {
            throw new GraphQLException(
                $"the {keys.Count} dead letters are {size >> 20} MiB, more than the limit of {MaxBytes >> 20} MiB: select payload and mended of fewer at once",
                "RESULT_TOO_LARGE");
        }
        return (await database.QueryAsync<Bodies>(Select, numbers, context)).ToDictionary(bodies => bodies.Id);
    }
}

[GraphQLObject("DeadLetterCount")]
internal sealed record DeadLetterCount(string Status, string Reason, string? Type, long Count);

/// <summary>See the SDL: conditions are combined with AND.</summary>
internal sealed record DeadLetterFilter(string[]? Statuses, string[]? Reasons, string[]? Types, string[]? Topics, string[]? Sources);

[GraphQLResolvers("Query")]
internal static class DeadLetterQueries
{
    private const string SelectTypes = "SELECT DISTINCT type FROM dead_letters WHERE type = ANY(@types)";
    private const string SelectTopics = "SELECT DISTINCT topic FROM dead_letters WHERE topic = ANY(@topics)";

    private static readonly IReadOnlyList<string> WireNames = [.. EventCatalogue.All.Select(type => type.WireName)];

    public static async Task<Connection<DeadLetter>> DeadLetters(
        RequestContext context, [Service] ReadDatabase database,
        int? first, string? after, int? last, string? before, DeadLetterFilter? filter, SortDirection direction)
    {
        await CheckAsync(filter, database, context);
        var page = new PageArguments(first, after, last, before);
        var (rows, order) = (Schema.DeadLetters.DeadLetter.Rows, Schema.DeadLetters.DeadLetter.ByNumber);
        return await rows.PageAsync(database, Narrow(filter), order, direction, page, context);
    }

    public static Task<DeadLetter?> DeadLetter(RequestContext context, [Service] ReadDatabase database, string id)
    {
        var ofNumber = new Conditions().And("d.id = @number", "number", Schema.DeadLetters.DeadLetter.NumberOf(id));
        return Schema.DeadLetters.DeadLetter.Rows.FindAsync(database, ofNumber, context);
    }

    public static async Task<IReadOnlyList<DeadLetterCount>> DeadLetterCounts(
        RequestContext context, [Service] ReadDatabase database, DeadLetterFilter? filter)
    {
        await CheckAsync(filter, database, context);
        var conditions = Narrow(filter);
        var sql = $"""
            SELECT upper(d.status) AS status, d.reason, d.type, count(*) AS count FROM dead_letters d{conditions.Where}
            GROUP BY d.status, d.reason, d.type ORDER BY count(*) DESC, d.status, d.reason, d.type
            """;
        return await database.CountAsync<DeadLetterCount>(sql, conditions.Parameters, context);
    }

    /// <summary>A rejected event may be of a type or topic that the hub does not know: such a name exists where a dead letter has it.</summary>
    private static async Task CheckAsync(DeadLetterFilter? filter, ReadDatabase database, RequestContext context)
    {
        KnownNames.Check("reason", filter?.Reasons, RejectionCodes.All);
        if (filter?.Types?.Except(WireNames, StringComparer.Ordinal).ToArray() is { Length: > 0 } types)
            KnownNames.Check("event type", types, [.. WireNames, .. await database.CountAsync<string>(SelectTypes, new { types }, context)]);
        if (filter?.Topics?.Except(Topics.Incoming, StringComparer.Ordinal).ToArray() is { Length: > 0 } topics)
            KnownNames.Check("topic", topics, [.. Topics.Incoming, .. await database.CountAsync<string>(SelectTopics, new { topics }, context)]);
    }

    private static Conditions Narrow(DeadLetterFilter? filter) => new Conditions()
        .And("d.status = ANY(@statuses)", "statuses", filter?.Statuses is { } statuses ? Array.ConvertAll(statuses, status => status.ToLowerInvariant()) : null)
        .And("d.reason = ANY(@reasons)", "reasons", filter?.Reasons)
        .And("d.type = ANY(@types)", "types", filter?.Types)
        .And("d.topic = ANY(@topics)", "topics", filter?.Topics)
        .And("d.source = ANY(@sources)", "sources", filter?.Sources);
}
