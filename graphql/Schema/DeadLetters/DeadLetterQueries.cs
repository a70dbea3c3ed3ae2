using System.Globalization;
using System.Text;
using EcomIntel.Core.Processing;
using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Paging;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.GraphQL.Schema.DeadLetters;

[GraphQLObject("DeadLetter")]
internal sealed record DeadLetter(
    long Number, string Version, string Status, string Reason, string Detail, string? Type, string? EventId, string? Source, DateTime? EventTime, string Topic, int Partition, long Offset,
    string ClusterId, string? Key, int Attempts, DateTime ReceivedAt)
{
    public const string NodeType = "DeadLetter";

    public static readonly RowList<DeadLetter> Rows = new(
        $"""
        d.id AS number, {DeadLetterStore.VersionSql} AS version, upper(d.status) AS status, d.reason, d.detail, d.type, d.event_id, d.source, d.event_time, d.topic, d.partition, d."offset",
        d.cluster_id, d.key, d.attempts, d.received_at
        """, "dead_letters d");

    public static readonly Sort<DeadLetter> ByNumber = new("number", [new("d.id", "bigint")], letter => [letter.Number.ToString(CultureInfo.InvariantCulture)]);

    public string Id => NodeId.Of(NodeType, Number.ToString(CultureInfo.InvariantCulture));

    /// <exception cref="Engine.GraphQLException">The id is no dead letter's.</exception>
    public static long NumberOf(string id) => long.TryParse(NodeId.Key(NodeType, id), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}

/// <summary>What a letter says, and what was put in its place: loaded only where it is asked for, since each may be a mebibyte.</summary>
[GraphQLResolvers("DeadLetter")]
internal static class DeadLetterTexts
{
    /// <summary>Bytes of all letters of one answer.</summary>
    private const long Most = 16 << 20;

    private const string Size = "SELECT coalesce(sum(octet_length(payload) + coalesce(octet_length(mended), 0)), 0)::bigint FROM dead_letters WHERE id = ANY(@keys)";

    private const string Select = "SELECT id, payload, mended FROM dead_letters WHERE id = ANY(@keys)";

    private sealed record Texts(long Id, byte[] Payload, byte[]? Mended);

    public static async Task<string> Payload([Parent] DeadLetter letter, RequestContext context) => Encoding.UTF8.GetString((await context.Batch<long, Texts>(letter.Number, Load))!.Payload);

    public static async Task<string?> Mended([Parent] DeadLetter letter, RequestContext context) =>
        (await context.Batch<long, Texts>(letter.Number, Load))!.Mended is { } mended ? Encoding.UTF8.GetString(mended) : null;

    private static async Task<IReadOnlyDictionary<long, Texts>> Load(IReadOnlyList<long> keys, RequestContext context)
    {
        var database = context.Services.GetRequiredService<ReadDatabase>();
        var numbers = new { keys = keys.ToArray() };
        if (await database.FindAsync<long>(Size, numbers, context.Cancellation) is > Most and var size)
            throw new GraphQLException($"these {keys.Count} letters are {size >> 20} MiB: ask for the texts of fewer at once, {Most >> 20} MiB at most", "RESULT_TOO_LARGE");
        return (await database.QueryAsync<Texts>(Select, numbers, context.Cancellation)).ToDictionary(texts => texts.Id);
    }
}

[GraphQLObject("DeadLetterCount")]
internal sealed record DeadLetterCount(string Status, string Reason, string? Type, long Count);

/// <summary>See the SDL: all that is given must hold.</summary>
internal sealed record DeadLetterFilter(string[]? Statuses, string[]? Reasons, string[]? Types, string[]? Topics, string[]? Sources);

[GraphQLResolvers("Query")]
internal static class DeadLetterQueries
{
    public static Task<Connection<DeadLetter>> DeadLetters(
        RequestContext context, [Service] ReadDatabase database, int? first, string? after, int? last, string? before, DeadLetterFilter? filter, SortDirection direction) =>
        Schema.DeadLetters.DeadLetter.Rows.PageAsync(database, Narrow(filter), Schema.DeadLetters.DeadLetter.ByNumber, direction, new(first, after, last, before), context.Cancellation);

    public static Task<DeadLetter?> DeadLetter(RequestContext context, [Service] ReadDatabase database, string id) =>
        Schema.DeadLetters.DeadLetter.Rows.FindAsync(database, new Conditions().And("d.id = @number", "number", Schema.DeadLetters.DeadLetter.NumberOf(id)), context.Cancellation);

    public static async Task<IReadOnlyList<DeadLetterCount>> DeadLetterCounts(RequestContext context, [Service] ReadDatabase database, DeadLetterFilter? filter)
    {
        var conditions = Narrow(filter);
        return await database.QueryAsync<DeadLetterCount>(
            $"SELECT upper(d.status) AS status, d.reason, d.type, count(*) AS count FROM dead_letters d{conditions.Where} GROUP BY d.status, d.reason, d.type ORDER BY count(*) DESC, d.status, d.reason, d.type",
            conditions.Parameters, context.Cancellation);
    }

    private static Conditions Narrow(DeadLetterFilter? filter) => new Conditions()
        .And("d.status = ANY(@statuses)", "statuses", filter?.Statuses is { } statuses ? Array.ConvertAll(statuses, status => status.ToLowerInvariant()) : null)
        .And("d.reason = ANY(@reasons)", "reasons", filter?.Reasons)
        .And("d.type = ANY(@types)", "types", filter?.Types)
        .And("d.topic = ANY(@topics)", "topics", filter?.Topics)
        .And("d.source = ANY(@sources)", "sources", filter?.Sources);
}
