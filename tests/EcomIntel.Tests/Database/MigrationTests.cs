using EcomIntel.Core.Database;
using EcomIntel.Core.Database.ClickHouse;

namespace EcomIntel.Tests.Database;

public sealed class MigrationTests
{
    private static readonly Migration First = new("0001-a", "A;"), Second = new("0002-b", "B;"), Third = new("0003-c", "C;");

    [Fact]
    public async Task Files_are_applied_once_and_in_order()
    {
        var store = new Store();
        Assert.Equal(["0001-a",
            "0003-c"], await MigrationRunner.ApplyAsync(store, [Third, First], CancellationToken.None));
        Assert.Equal(["0002-b"], await MigrationRunner.ApplyAsync(store, [First, Second, Third], CancellationToken.None));
        Assert.Empty(await MigrationRunner.ApplyAsync(store, [First, Second, Third], CancellationToken.None));
        Assert.Equal(["0001-a",
            "0003-c",
            "0002-b"], store.Order);
    }

    [Theory]
    [InlineData("changed", "Test migration 0002-b has changed since it was applied")]
    [InlineData("gone", "Test migration 0002-b was applied and is not in this program any more")]
    [InlineData("older", "Test has migration 0003-c, which this program does not know: the program is older than the database")]
    [InlineData("twice", "Test migrations 0002-b and 0002-x have one number")]
    public async Task What_does_not_fit_is_named_and_nothing_is_applied(string wrong, string says)
    {
        var store = new Store();
        await MigrationRunner.ApplyAsync(store, [First, Second, Third], CancellationToken.None);
        Migration next = new("0004-d", "D;");
        Migration[] files = wrong switch
        {
            "changed" => [First, Second with { Sql = "B2;" }, Third, next],
            "gone" => [First, Third, next],
            "older" => [First, Second],
            _ => [First, Second, new("0002-x", ""), Third, next],
        };
        var error = await Assert.ThrowsAsync<MigrationException>(() => MigrationRunner.ApplyAsync(store, files, CancellationToken.None));
        Assert.StartsWith(says, error.Message, StringComparison.Ordinal);
        Assert.Equal(3, store.Order.Count);
    }

    [Fact]
    public void A_checkout_with_other_line_ends_is_the_same_file() =>
        Assert.Equal(new Migration("0001-a", "A;\nB;\n").Checksum, new Migration("0001-a", "A;\r\nB;\r\n").Checksum);

    /// <summary>As every database that was migrated before has them.</summary>
    [Fact]
    public void The_first_files_have_the_names_and_checksums_they_were_applied_with()
    {
        Assert.Equal(
        [
            "0001-foundation.sql d5e9537d9b96d342ce99d66082107dd77e346e79ca6d08f2f9ace5b8d91b3686",
            "0002-commerce.sql 1169f858c657aa93172285d5d78daa65d45130f12cd0e6b4604218d6aaba2d40",
            "0003-governance.sql 974c38e51d235d6407a8934ac3a8311752ad8de6cc89ff486ac5e6941e89e843",
            "0004-reading.sql 69e3f229197c5857af15eecbe962888bd397d468f256feb04da2943124fc2b34",
        ],
        PostgresMigrations.Files.Take(4).Select(file => $"{file.Name} {file.Checksum}"));
        Assert.Equal(
            ["0001-facts 21742b777df3233443b2c7551ebddedd2fd634fe2a3b50745d7a60395c178197"],
            ClickHouseMigrations.Files.Take(1).Select(file => $"{file.Name} {file.Checksum}"));
    }

    [Fact]
    public void Statements_of_ClickHouse_end_at_a_semicolon_that_ends_a_line() =>
        Assert.Equal(
            ["-- why\nCREATE TABLE a (x Int32)", "INSERT INTO a SELECT ';' || 'a;b'", "SELECT 1"],
            ClickHouseMigrations.Statements("-- why\r\nCREATE TABLE a (x Int32);  \r\nINSERT INTO a SELECT ';' || 'a;b';\n\n-- nothing;\n;\nSELECT 1\n"));

    /// <summary>A comment behind a semicolon hides that a statement ends there.</summary>
    [Fact]
    public void No_statement_of_the_files_has_another_in_it() =>
        Assert.All(ClickHouseMigrations.Files.SelectMany(file => ClickHouseMigrations.Statements(file.Sql)), statement =>
            Assert.DoesNotMatch(@";[ \t]*--", statement));

    private sealed class Store : IMigrationStore
    {
        private readonly Dictionary<string, string> _applied = [];

        public List<string> Order { get; } = [];

        public string Name => "Test";

        public Task<IReadOnlyDictionary<string, string>> BeginAsync(CancellationToken token) =>
            Task.FromResult<IReadOnlyDictionary<string, string>>(new Dictionary<string, string>(_applied));

        public Task ApplyAsync(Migration migration, CancellationToken token)
        {
            _applied.Add(migration.Name, migration.Checksum);
            Order.Add(migration.Name);
            return Task.CompletedTask;
        }
    }
}
