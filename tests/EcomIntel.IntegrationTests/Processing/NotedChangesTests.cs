using EcomIntel.Core.Database;
using EcomIntel.Core.Processing;
using Npgsql;

namespace EcomIntel.IntegrationTests.Processing;

/// <summary>Live, another copy notes what a look is about to forget.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class NotedChangesTests(PostgresFixture postgres)
{
    [Fact]
    public async Task What_was_looked_at_is_forgotten_and_what_was_noted_since_is_not()
    {
        await using var database = await postgres.CreateAsync();
        await NoteAsync(database, "a", "b", "b", "c");
        var look = await LookAsync(database);
        Assert.Equal(["a", "b", "c"], look.Keys.Order(StringComparer.Ordinal));
        await NoteAsync(database, "b", "d");
        await ForgetAsync(database, look, key => key != "c");
        Assert.Equal(["b", "c", "d"], await NotedAsync(database));
    }

    /// <summary>The other copy has changed something, and has not committed when the look forgets: the look waits, and leaves it noted.</summary>
    [Fact]
    public async Task What_is_being_noted_is_waited_for_and_stays()
    {
        await using var database = await postgres.CreateAsync();
        await NoteAsync(database, "a");
        await using var other = await database.Source.OpenConnectionAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using (var batch = new NpgsqlBatch(other, transaction))
        {
            Queue().Note(batch, ["a"]);
            await batch.ExecuteNonQueryAsync();
        }
        var forgetting = ForgetAsync(database, await LookAsync(database), _ => true);
        while (await database.CountAsync("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 0)
            Assert.False(forgetting.IsCompleted);
        await transaction.CommitAsync();
        await forgetting;
        Assert.Equal(["a"], await NotedAsync(database));
    }

    private static NotedChanges Queue() => new("changed_supplies", "sku");

    private static Task<List<string>> NotedAsync(Database database) => database.QueryAsync("SELECT sku FROM changed_supplies ORDER BY sku");

    private static async Task<NotedChanges> LookAsync(Database database)
    {
        var queue = Queue();
        await using var connection = await database.Source.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection);
        var load = new Load(new Keys(), null, batch);
        queue.Load(load);
        await load.RunAsync(CancellationToken.None);
        return queue;
    }

    private static Task NoteAsync(Database database, params string[] keys) => RunAsync(database, batch => Queue().Note(batch, keys));

    private static Task ForgetAsync(Database database, NotedChanges queue, Func<string, bool> looked) =>
        RunAsync(database, batch => queue.Forget(batch, looked));

    private static async Task RunAsync(Database database, Action<NpgsqlBatch> add)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection);
        add(batch);
        await batch.ExecuteNonQueryAsync();
    }
}
