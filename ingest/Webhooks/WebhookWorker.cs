using System.Security.Cryptography;
using System.Text;
using EcomIntel.Core.Database;
using EcomIntel.Core.Hosting.Health;
using EcomIntel.Core.Hosting.Workers;
using EcomIntel.Core.Webhooks;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EcomIntel.Ingest.Webhooks;

/// <summary>Tells endpoints of alerts and cases, one copy at a time.</summary>
internal sealed partial class WebhookWorker(
    WorkerServices services, WebhookOptions options, WebhookEndpoints endpoints, NpgsqlDataSource postgres, WebhookInstruments instruments)
    : WorkerLoop("webhooks", services)
{
    protected override async Task<IWorkSession> OpenAsync(CancellationToken stopping)
    {
        var leaderLock = await LeaderLock.AcquireAsync(postgres, "webhooks", () => Health.Is(WorkState.Standby, "another copy is at work"), Clock, stopping);
        try
        {
            var hashes = endpoints.Senders.ToDictionary(
                each => each.Key, each => SHA256.HashData(Encoding.UTF8.GetBytes(each.Value.Endpoint.Url)), StringComparer.Ordinal);
            await WebhookQueue.EnterAsync(leaderLock.Connection, hashes, stopping);
            await using var listen = new NpgsqlCommand("LISTEN outbox", leaderLock.Connection);
            await listen.ExecuteNonQueryAsync(stopping);
            var names = string.Join(", ", hashes.Keys);
            Begins(Logger, names);
            return new WebhookSession(leaderLock, new(postgres), endpoints.Senders, options, instruments, Clock);
        }
        catch
        {
            await leaderLock.DisposeAsync();
            throw;
        }
    }

    [LoggerMessage(EventId = 3300, Level = LogLevel.Information, Message = "Telling {Endpoints} of alerts and cases")]
    private static partial void Begins(ILogger logger, string endpoints);
}

/// <summary>The endpoints of the configuration, each with its client: they outlive sessions.</summary>
internal sealed class WebhookEndpoints(WebhookOptions options, IReadOnlyDictionary<string, WebhookSecrets> secrets, TimeProvider clock) : IDisposable
{
    public IReadOnlyDictionary<string, WebhookSender> Senders { get; } = options.Endpoints.ToDictionary(
        each => each.Key, each => new WebhookSender(each.Key, each.Value, secrets[each.Key], options, clock), StringComparer.Ordinal);

    public void Dispose()
    {
        foreach (var sender in Senders.Values)
            sender.Dispose();
    }
}
