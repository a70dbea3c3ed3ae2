using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Hosting.Configuration;
using EcomIntel.Core.Hosting.Workers;
using EcomIntel.Core.Kpis;
using EcomIntel.GraphQL.Engine;
using Microsoft.Extensions.Logging;

namespace EcomIntel.GraphQL.Schema.Kpis;

/// <summary>ClickHouse as KPIs are read from it: through their contracts only.</summary>
internal sealed partial class KpiReader(ConnectionStrings connections, ApiLimits limits, ILogger<KpiReader> logger)
{
    /// <summary>Questions asked at a time by all callers together: ClickHouse uses every core for each.</summary>
    private const int MostAtOnce = 6;

    private readonly FairGate _gate = new(MostAtOnce);

    /// <param name="caller">Whose share of the questions it takes.</param>
    /// <exception cref="GraphQLException">The question cannot be answered, or ClickHouse is away.</exception>
    public async Task<T> AskAsync<T>(string caller, Func<KpiQueries, Task<T>> ask, CancellationToken token)
    {
        using var place = await _gate.EnterAsync(caller, token);
        try
        {
            await using var connection = ClickHouseDatabase.Connection(connections.ClickHouse, maxExecutionTime: limits.Timeout);
            return await ask(new KpiQueries(connection));
        }
        catch (KpiQueryException wrong)
        {
            throw new GraphQLException(wrong.Message, "BAD_USER_INPUT", wrong);
        }
        catch (Exception away) when (TransientErrors.Includes(away) && !token.IsCancellationRequested)
        {
            Away(logger, away.Message.ReplaceLineEndings(" "));
            throw new GraphQLException("the analytics do not answer; try again", "UNAVAILABLE", away);
        }
    }

    [LoggerMessage(EventId = 5002, Level = LogLevel.Warning, Message = "ClickHouse does not answer a query: {Reason}")]
    private static partial void Away(ILogger logger, string reason);
}
