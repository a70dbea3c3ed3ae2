using EcomIntel.Core.Database;
using EcomIntel.Core.Hosting.Workers;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EcomIntel.Hosting;

/// <summary>
/// Holds PostgreSQL's schema to this program's when the role starts. While files are lacking the role is not ready and says which; what was applied and is gone
/// or changed ends it; a newer schema is told and worked on, since roles of the version before go on while they are replaced.
/// </summary>
internal sealed partial class SchemaWorker(WorkerServices services, NpgsqlDataSource postgres) : WorkerLoop("schema", services)
{
    protected override async Task<IWorkSession> OpenAsync(CancellationToken stopping)
    {
        if (await PostgresMigrations.VerifyAsync(postgres, stopping) is { Count: > 0 } newer)
            IsOlder(Logger, string.Join(", ", newer));
        return new Verified(Clock);
    }

    private sealed class Verified(TimeProvider clock) : IWorkSession
    {
        public Task RunOnceAsync(CancellationToken stopping, CancellationToken abort) => Task.Delay(TimeSpan.FromSeconds(1), clock, stopping);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    [LoggerMessage(EventId = 2010, Level = LogLevel.Warning,
        Message = "PostgreSQL has {Migrations}, which this program does not know: it is older than the database")]
    private static partial void IsOlder(ILogger logger, string migrations);
}
