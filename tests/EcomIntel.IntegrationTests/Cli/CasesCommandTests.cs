using System.Globalization;
using System.Text.Json;
using EcomIntel.Core.Events;
using EcomIntel.IntegrationTests.Processing;

namespace EcomIntel.IntegrationTests.Cli;

using Database = Processing.Database;

/// <summary>The command as an operator types it.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class CasesCommandTests(PostgresFixture postgres)
{
    [Fact]
    public async Task What_differs_from_the_book_is_told_to_whoever_looks()
    {
        await using var database = await postgres.CreateAsync();
        Assert.Equal((0, "no open cases\n", ""), await CasesAsync(database, "list"));
        var at = new DateTimeOffset(2026, 4, 7, 9, 30, 0, TimeSpan.Zero);
        await new ReplayedStream([
            new("1", "mill", EventCatalogue.LocationUpdated, "bergen", at, new LocationUpdated("Bergen")),
            new("2", "mill", EventCatalogue.ItemUpdated, "kettle", at, new ItemUpdated("Kettle")),
            new("3", "mill", EventCatalogue.StockReceived, "kettle", at.AddHours(1), new StockReceived(new("bergen"), 9)),
            new("4", "mill", EventCatalogue.StockCounted, "kettle", at.AddHours(2), new StockCounted(new("bergen"), 7)),
        ]).ApplyAsync(database, 100);
        var (code, said, error) = await CasesAsync(database, "list");
        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("        1  DETECTED          inventory.variance\n", said, StringComparison.Ordinal);
        Assert.Contains("2026-04-07 11:30", said, StringComparison.Ordinal);
        using var json = JsonDocument.Parse((await CasesAsync(database, "list", "--json")).Out);
        var found = json.RootElement.GetProperty("cases").EnumerateArray().Single();
        Assert.Equal(("kettle", "bergen"), (found.GetProperty("subject").GetString(), found.GetProperty("location").GetString()));
        var (_, shown, _) = await CasesAsync(database, "show", found.GetProperty("caseId").GetString()!);
        Assert.Contains("\nabout:    kettle\nat:       bergen\ndetected: 2026-04-07 11:30:00Z\n", shown, StringComparison.Ordinal);
        Assert.Contains("7", shown[shown.IndexOf("what:", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task They_are_narrowed_down_and_sorted()
    {
        await using var database = await NewAsync();
        Assert.Equal("c b a", await IdsAsync(database));
        Assert.Equal("b a c", await IdsAsync(database, "--sort", "costliest"));
        Assert.Equal("b", await IdsAsync(database, "--sort", "costliest", "--limit", "1"));
        Assert.Equal("d", await IdsAsync(database, "--status", "closed"));
        Assert.Equal("d c b a", await IdsAsync(database, "--status", "all"));
        Assert.Equal("b a", await IdsAsync(database, "--category", "carrier.exception"));
        Assert.Equal("a", await IdsAsync(database, "--category", "carrier.exception", "--location", "oslo"));
        Assert.Equal("c", await IdsAsync(database, "--subject", "lamp"));
        Assert.Equal("", await IdsAsync(database, "--subject", "LAMP"));
        Assert.EndsWith("ecomintel: 1 of 3 shown; --limit shows more, --category and --location fewer\n",
            (await CasesAsync(database, "list", "--limit", "1")).Error, StringComparison.Ordinal);
        Assert.Equal((1, "", "ecomintel: there is no case e\n"), await CasesAsync(database, "show", "e"));
        Assert.Contains("at risk:  1,250.50\n", (await CasesAsync(database, "show", "b")).Out, StringComparison.Ordinal);
        Assert.Contains("at risk:  cannot be told\n", (await CasesAsync(database, "show", "c")).Out, StringComparison.Ordinal);
        Assert.Equal(2, (await CasesAsync(database, "list", "--status", "lost")).Code);
    }

    [Fact]
    public async Task What_a_case_hides_is_shown_and_steers_no_terminal()
    {
        await using var database = await NewAsync();
        await using (var change = database.Source.CreateCommand("UPDATE exception_cases SET detail = $1, subject = $1, location = $1, category = $1"))
        {
            change.Parameters.Add(new() { Value = "a\u001b[2J\u009b\u202eb\u200b" });
            await change.ExecuteNonQueryAsync();
        }
        foreach (var line in (string[][])[["list"], ["show", "a"], ["show", "a", "--json"]])
        {
            var (_, told, _) = await CasesAsync(database, line);
            Assert.DoesNotContain(told, letter => letter != '\n' && (char.IsControl(letter) || char.GetUnicodeCategory(letter) == UnicodeCategory.Format));
            Assert.Contains("\\u202E", told, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Whoever_may_only_read_may_look()
    {
        var reader = new Dictionary<string, string> { ["ECOMINTEL__ConnectionStrings__PostgresReader"] = postgres.Addresses.PostgresReader! };
        Assert.Equal((0, "no cases\n", ""), await TypedLine.RunAsync(reader, "cases", "list", "--status", "all"));
    }

    private static async Task<string> IdsAsync(Database database, params string[] line)
    {
        var (_, told, _) = await CasesAsync(database, ["list", .. line, "--json"]);
        using var json = JsonDocument.Parse(told);
        return string.Join(' ', json.RootElement.GetProperty("cases").EnumerateArray().Select(each => each.GetProperty("caseId").GetString()));
    }

    private static Task<(int Code, string Out, string Error)> CasesAsync(Database database, params string[] line) =>
        KeysCommandTests.RunAsync(database.ConnectionString, ["cases", .. line]);

    private async Task<Database> NewAsync()
    {
        var database = await postgres.CreateAsync();
        await database.ExecuteAsync("""
            INSERT INTO exception_cases (case_id, category, subject, location, money_at_risk, detail, status, detected_at) VALUES
                ('a', 'carrier.exception', 'S-1', 'oslo', 20, 'damaged', 'DETECTED', '2026-03-01Z'),
                ('b', 'carrier.exception', 'S-2', 'bergen', 1250.5, 'damaged', 'REOPENED', '2026-03-02Z'),
                ('c', 'inventory.negative', 'lamp', NULL, NULL, 'below zero', 'TRIAGED', '2026-03-03Z'),
                ('d', 'of.another_version', 'lamp', 'oslo', 5000, 'whatever', 'DUPLICATE', '2026-03-04Z')
            """);
        return database;
    }
}
