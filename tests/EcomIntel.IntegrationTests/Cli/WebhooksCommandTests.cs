using System.Text.Json;
using EcomIntel.IntegrationTests.Processing;

namespace EcomIntel.IntegrationTests.Cli;

using Database = Processing.Database;

/// <summary>The command as an operator types it.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class WebhooksCommandTests(PostgresFixture postgres)
{
    [Fact]
    public async Task What_could_not_be_delivered_is_listed_and_sent_again()
    {
        await using var database = await postgres.CreateAsync();
        Assert.Equal((0, "no endpoint is configured, or role relay has not started since\n", ""), await WebhooksAsync(database, "list"));
        await database.ExecuteAsync("""
            INSERT INTO webhook_endpoints (endpoint, position, url_hash, disabled_at) VALUES
                ('chat', 0, sha256('chat'), '2026-03-01Z'), ('pager', 0, sha256('pager'), NULL);
            INSERT INTO webhook_deliveries VALUES
                ('msg_1', 'chat', 1, 'alert.raised', 'a', '{}', 'dead', 15, '2026-03-01Z', '2026-03-01Z', '2026-03-02Z', 'HTTP 410'),
                ('msg_2', 'pager', 2, 'exception.opened', 'b', '{}', 'dead', 15, '2026-03-01Z', '2026-03-01Z', '2026-03-02Z', 'HTTP 500'),
                ('msg_3', 'pager', 3, 'exception.opened', 'c', '{}', 'pending', 1, '2026-03-01Z', '2026-03-01Z', NULL, 'HTTP 500'),
                ('msg_4', 'pager', 4, 'exception.opened', 'd', '{}', 'delivered', 1, '2026-03-01Z', '2026-03-01Z', '2026-03-02Z', NULL)
            """);
        var (code, said, error) = await WebhooksAsync(database, "list");
        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("chat: gone since 2026-03-01 00:00:00Z: it is sent nothing until", said, StringComparison.Ordinal);
        Assert.Contains("\npager: nothing delivered yet; 1 pending, 1 dead, 0 decisions not looked at yet\n", said, StringComparison.Ordinal);
        Assert.Contains("msg_2", said, StringComparison.Ordinal);
        Assert.DoesNotContain("msg_3", said, StringComparison.Ordinal);
        Assert.Equal("msg_2 msg_1", await IdsAsync(database));
        Assert.Equal("msg_4 msg_3 msg_2 msg_1", await IdsAsync(database, "--status", "all"));
        Assert.Equal("msg_3", await IdsAsync(database, "--status", "pending", "--endpoint", "pager"));
        Assert.Equal((1, "", "ecomintel: there is no endpoint mail\n"), await WebhooksAsync(database, "list", "--endpoint", "mail"));

        Assert.Equal((1, "", "ecomintel: delivery msg_3 is pending, not dead\n"), await WebhooksAsync(database, "retry", "msg_2", "msg_3"));
        Assert.Equal((1, "", "ecomintel: there is no delivery msg_9\n"), await WebhooksAsync(database, "retry", "msg_9"));
        Assert.Equal((0, "1 will be sent again; see: webhooks list --status all\n", ""), await WebhooksAsync(database, "retry", "--endpoint", "chat"));
        Assert.Equal("msg_2", await IdsAsync(database));
        Assert.Equal(["msg_1|pending|0|"], await database.QueryAsync("""
            SELECT delivery_id, d.status, d.attempts, e.disabled_at FROM webhook_deliveries d JOIN webhook_endpoints e USING (endpoint) WHERE endpoint = 'chat'
            """));
        Assert.Equal((0, "1 will be sent again; see: webhooks list --status all\n", ""), await WebhooksAsync(database, "retry", "--all", "--note", "mended"));
        Assert.Equal("", await IdsAsync(database));
        Assert.Equal(["msg_1|", "msg_2|mended"], await database.QueryAsync(
            "SELECT subject, reason FROM audit_log WHERE action = 'webhook.retry' AND outcome = 'done' ORDER BY entry"));
    }

    private static async Task<string> IdsAsync(Database database, params string[] line)
    {
        var (_, told, _) = await WebhooksAsync(database, ["list", .. line, "--json"]);
        using var json = JsonDocument.Parse(told);
        return string.Join(' ', json.RootElement.GetProperty("deliveries").EnumerateArray().Select(each => each.GetProperty("id").GetString()));
    }

    private static Task<(int Code, string Out, string Error)> WebhooksAsync(Database database, params string[] line) =>
        KeysCommandTests.RunAsync(database.ConnectionString, ["webhooks", .. line]);
}
