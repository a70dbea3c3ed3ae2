using EcomIntel.Core.Procurement.DelayRisk;
using EcomIntel.IntegrationTests.Processing;
using EcomIntel.IntegrationTests.Procurement.Faults;
using Npgsql;
using NpgsqlTypes;

namespace EcomIntel.IntegrationTests.Procurement;

/// <summary>Many lines asked for at once are told as each by itself.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class LinesAtRiskTests(PostgresFixture postgres)
{
    [Fact]
    public async Task All_lines_in_one_question_have_what_each_has_in_its_own()
    {
        await using var database = await postgres.CreateAsync();
        await new ReplayedStream(PurchasingStory.All).ApplyAsync(database, 50);
        var lines = new List<(string Order, int Line)>();
        await using (var command = database.Source.CreateCommand("SELECT purchase_order_id, line FROM purchase_order_lines ORDER BY 1, 2"))
        await using (var row = await command.ExecuteReaderAsync())
            while (await row.ReadAsync())
                lines.Add((row.GetString(0), row.GetInt32(1)));
        Assert.InRange(lines.Count, 3, 1000);
        lines.Insert(1, ("none", 1));
        lines.Add(lines[0]); // asked for twice
        var together = (await AskAsync(database.Source, lines)).ToLookup(row => row.Asked);
        Assert.Empty(together[2]);
        foreach (var (index, line) in lines.Index())
        {
            var alone = await AskAsync(database.Source, [line]);
            Assert.Equal(line.Order != "none", alone.Count > 0);
            Assert.Equal(Told(alone), Told(together[index + 1]));
        }
        Assert.True(together.SelectMany(rows => rows).Select(row => row.Kind).Distinct().Count() >= 6, "the story says too little of its lines");

        static IEnumerable<LinesAtRisk.Known> Told(IEnumerable<LinesAtRisk.Known> rows) =>
            rows.Select(row => row with { Asked = 0 }).OrderBy(row => row.ToString(), StringComparer.Ordinal);
    }

    private static async Task<List<LinesAtRisk.Known>> AskAsync(NpgsqlDataSource database, List<(string Order, int Line)> lines)
    {
        await using var command = database.CreateCommand(LinesAtRisk.Select);
        command.Parameters.AddWithValue("purchaseOrders", lines.Select(line => line.Order).ToArray());
        command.Parameters.AddWithValue("lines", lines.Select(line => line.Line).ToArray());
        command.Parameters.AddWithValue("now", PurchasingStory.Evening(PurchasingStory.Days - 1));
        foreach (var name in (string[])["locations", "channels"])
            command.Parameters.AddWithValue(name, NpgsqlDbType.Array | NpgsqlDbType.Text, DBNull.Value);
        await using var row = await command.ExecuteReaderAsync();
        var known = new List<LinesAtRisk.Known>();
        while (await row.ReadAsync())
            known.Add(new(row.GetString(0), row.GetString(1), row.GetInt32(2), row.GetInt32(3), row.GetInt64(4), row.GetDecimal(5), row.GetString(6),
                row.GetInt32(7)));
        return known;
    }
}
