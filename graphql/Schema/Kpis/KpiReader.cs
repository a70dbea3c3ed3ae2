using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Hosting.Configuration;
using EcomIntel.Core.Hosting.Workers;
using EcomIntel.Core.Kpis;
using EcomIntel.GraphQL.Engine;
using Microsoft.Extensions.Logging;

namespace EcomIntel.GraphQL.Schema.Kpis;

/// <summary>ClickHouse as KPIs are read from it: through their contracts only.</summary>
internal sealed partial class KpiReader(ConnectionStrings connections, ILogger<KpiReader> logger)
{
    /// <exception cref="GraphQLException">The question cannot be answered, or ClickHouse is away.</exception>
    public async Task<T> AskAsync<T>(Func<KpiQueries, Task<T>> ask, CancellationToken token)
    {
        try
        {
            await using var connection = new ClickHouseConnection(connections.ClickHouse);
            return await ask(new KpiQueries(connection));
        }
        catch (KpiQueryException wrong)
        {
            throw new GraphQLException(wrong.Message, "BAD_USER_INPUT", wrong);
        }
        catch (Exception away) when (Outage.Passes(away) && !token.IsCancellationRequested)
        {
            Away(logger, away.Message.ReplaceLineEndings(" "));
            throw new GraphQLException("the analytics do not answer; try again", "UNAVAILABLE", away);
        }
    }

    [LoggerMessage(EventId = 5002, Level = LogLevel.Warning, Message = "ClickHouse does not answer a query: {Reason}")]
    private static partial void Away(ILogger logger, string reason);
}
