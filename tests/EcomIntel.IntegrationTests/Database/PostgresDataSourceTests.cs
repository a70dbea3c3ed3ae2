using EcomIntel.Core.Database;
using EcomIntel.IntegrationTests.Processing;
using Npgsql;

namespace EcomIntel.IntegrationTests.Database;

/// <summary>A statement that PostgreSQL refuses must not spoil its connection for those that follow.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class PostgresDataSourceTests(PostgresFixture postgres)
{
    private const int Uses = 6;

    /// <summary>Whichever of its uses are refused: every combination.</summary>
    [Fact]
    public async Task A_statement_that_was_refused_is_answered_the_next_time()
    {
        await using var source = OneConnection();
        var wrong = new List<string>();
        for (var failing = 1; failing < 1 << Uses; failing++)
            for (var use = 0; use < Uses; use++)
            {
                var refused = (failing >> use & 1) == 1;
                await using var command = source.CreateCommand($"SELECT @value::bigint + {failing}");
                command.Parameters.AddWithValue("value", refused ? "no number" : "40");
                var answer = await AnswerAsync(async () => $"{await command.ExecuteScalarAsync()}");
                if (answer != (refused ? PostgresErrorCodes.InvalidTextRepresentation : $"{40 + failing}"))
                    wrong.Add($"{failing:b}, use {use}: {answer}");
            }
        Assert.Empty(wrong);
    }

    /// <summary>Of a batch nothing after the refused statement is answered.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_batch_that_was_refused_is_answered_the_next_time(bool prepared)
    {
        const int statements = 3;
        await using var source = OneConnection();
        var wrong = new List<string>();
        for (var failing = 0; failing < statements; failing++)
            for (var at = 0; at < Uses; at++)
                for (var use = 0; use < Uses; use++)
                {
                    await using var connection = await source.OpenConnectionAsync();
                    await using var batch = connection.CreateBatch();
                    for (var statement = 0; statement < statements; statement++)
                    {
                        var command = new NpgsqlBatchCommand($"SELECT $1::bigint + {statement} + {failing} - {at}");
                        command.Parameters.Add(new() { Value = use == at && statement == failing ? "no number" : "0" });
                        batch.BatchCommands.Add(command);
                    }
                    var answer = await AnswerAsync(async () =>
                    {
                        var sum = 0L;
                        await using var row = prepared ? await batch.ReadPreparedAsync(default) : await batch.ExecuteReaderAsync();
                        do
                            while (await row.ReadAsync())
                                sum += row.GetInt64(0);
                        while (await row.NextResultAsync());
                        return $"{sum}";
                    });
                    if (answer != (use == at ? PostgresErrorCodes.InvalidTextRepresentation
                        : $"{(statements * (statements - 1) / 2) + (statements * (failing - at))}"))
                        wrong.Add($"statement {failing} refused in use {at}, use {use}: {answer}");
                }
        Assert.Empty(wrong);
    }

    private NpgsqlDataSource OneConnection() =>
        PostgresDataSource.Create(new NpgsqlConnectionStringBuilder(postgres.Admin("postgres")) { MaxPoolSize = 1 }.ConnectionString, "tests");

    private static async Task<string> AnswerAsync(Func<Task<string>> ask)
    {
        try
        {
            return await ask();
        }
        catch (PostgresException refused)
        {
            return refused.SqlState;
        }
        catch (NpgsqlException failed)
        {
            return failed.Message;
        }
    }
}
