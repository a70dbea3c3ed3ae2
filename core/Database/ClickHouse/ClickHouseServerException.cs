using System.Collections.Frozen;
using System.Data.Common;
using System.Globalization;
using System.Text.RegularExpressions;

namespace EcomIntel.Core.Database.ClickHouse;

/// <summary>
/// ClickHouse refused, failed or could not be reached. <see cref="ErrorCode"/> is ClickHouse's own code (60 UNKNOWN_TABLE, 241 MEMORY_LIMIT_EXCEEDED, ...):
/// as the server gave it, 210 NETWORK_ERROR when no connection could be had or it broke, 159 TIMEOUT_EXCEEDED when no answer came in time, and 0 when an
/// HTTP error came with none (a proxy's, say).
/// </summary>
public sealed partial class ClickHouseServerException : DbException
{
    internal const int TimeoutExceeded = 159;
    internal const int NetworkError = 210;

    // Codes of load, of replicas that are away and of the network: the same request may succeed a little later.
    private static readonly FrozenSet<int> Passing = FrozenSet.ToFrozenSet(
    [
        159, // TIMEOUT_EXCEEDED
        160, // TOO_SLOW
        202, // TOO_MANY_SIMULTANEOUS_QUERIES
        203, // NO_FREE_CONNECTION
        209, // SOCKET_TIMEOUT
        210, // NETWORK_ERROR
        225, // NO_ZOOKEEPER
        236, // ABORTED
        241, // MEMORY_LIMIT_EXCEEDED
        242, // TABLE_IS_READ_ONLY
        252, // TOO_MANY_PARTS
        279, // ALL_CONNECTION_TRIES_FAILED
        285, // TOO_FEW_LIVE_REPLICAS
        286, // UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE
        319, // UNKNOWN_STATUS_OF_INSERT
        373, // SESSION_IS_LOCKED
        439, // CANNOT_SCHEDULE_TASK
        499, // S3_ERROR
        733, // TABLE_IS_BEING_RESTARTED
        745, // SERVER_OVERLOADED
        999, // KEEPER_EXCEPTION
    ]);

    private readonly bool transient;

    internal ClickHouseServerException(string message, int code, string? queryId = null, Exception? inner = null, bool? transient = null)
        : base(message, inner)
    {
        ErrorCode = code;
        QueryId = queryId;
        this.transient = transient ?? Passing.Contains(code);
    }

    /// <inheritdoc/>
    public override int ErrorCode { get; }

    /// <summary>The id under which system.query_log has the query, when the server gave one.</summary>
    public string? QueryId { get; }

    /// <summary>True for codes of overload, of replicas away and of the network: the same request may succeed later. An insert repeated for it needs its deduplication token.</summary>
    public override bool IsTransient => transient;

    /// <summary>From the text of an exception as the server writes it: <c>Code: 60. DB::Exception: ...</c>.</summary>
    internal static ClickHouseServerException FromText(string text, int? code, string? queryId, bool? transient = null)
    {
        if (code is null && CodeInText().Match(text) is { Success: true } match)
            code = int.Parse(match.Groups["code"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
        return new(text.Trim(), code ?? 0, queryId, transient: transient);
    }

    [GeneratedRegex(@"Code: (?<code>[0-9]{1,6})\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex CodeInText();
}
