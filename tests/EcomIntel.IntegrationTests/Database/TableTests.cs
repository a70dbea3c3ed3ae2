using System.Reflection;
using EcomIntel.Core.Catalog;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.IntegrationTests.Processing;
using Npgsql;

namespace EcomIntel.IntegrationTests.Database;

[Collection(nameof(PostgresCollection))]
public sealed class TableTests(PostgresFixture postgres)
{
    private const string CreateSamples =
        """
        CREATE TYPE shade AS ENUM ('LIGHT', 'DARK');
        CREATE TABLE samples (
            id text NOT NULL, number integer NOT NULL, sku text NOT NULL, location text, shade shade NOT NULL, maybe text, note text, quantity bigint NOT NULL,
            price numeric(18,4), settings jsonb, flag boolean NOT NULL, at timestamptz NOT NULL, until timestamptz, PRIMARY KEY (id, number));
        """;

    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The types a property may be stored in; of whole numbers also a narrower one.</summary>
    private static readonly Dictionary<Type, string[]> Types = new()
    {
        [typeof(string)] = ["text"],
        [typeof(Guid)] = ["uuid"],
        [typeof(int)] = ["int4", "int2"],
        [typeof(long)] = ["int8"],
        [typeof(decimal)] = ["numeric"],
        [typeof(bool)] = ["bool"],
        [typeof(double)] = ["float8"],
        [typeof(DateOnly)] = ["date"],
        [typeof(DateTimeOffset)] = ["timestamptz"],
        [typeof(TimeSpan)] = ["interval"],
        [typeof(Guid)] = ["uuid"],
    };

    [Fact]
    public async Task Every_table_is_as_the_migrated_schema_has_it()
    {
        await using var database = await postgres.CreateAsync();
        var tables = typeof(Row).Assembly.GetTypes().SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(field => field.FieldType.IsGenericType && field.FieldType.GetGenericTypeDefinition() == typeof(Table<>)).ToList();
        Assert.True(tables.Count >= 15);
        var differences = new List<string>();
        foreach (var field in tables)
        {
            var compare = typeof(TableTests).GetMethod(nameof(DifferencesAsync), BindingFlags.Static | BindingFlags.NonPublic)!;
            var row = field.FieldType.GetGenericArguments()[0];
            differences.AddRange(await (Task<List<string>>)compare.MakeGenericMethod(row).Invoke(null, [field.GetValue(null), database])!);
        }
        Assert.Empty(differences);
    }

    [Fact]
    public async Task A_row_comes_back_as_it_was_saved()
    {
        await using var database = await SamplesAsync();
        Sample full = new()
        {
            Id = "a", Number = 1, Sku = new("mug"), Location = new("north"), Shade = Shade.DARK, Maybe = Shade.LIGHT, Note = "n", Quantity = long.MaxValue,
            Price = 1.25m, Settings = """{"b": 1}""", Flag = true, At = Noon, Until = Noon.AddTicks(10),
        };
        Sample empty = new() { Id = "a", Number = 2, Sku = new("lid"), At = Noon };
        await SaveAsync(database, Sample.Table, [full, empty]);
        var rows = await LoadAsync(database, Sample.Table);
        Assert.Equal(Values(full), Values(rows[0]));
        Assert.Equal(Values(empty), Values(rows[1]));
        Assert.Equal(["DARK LIGHT 1.2500", "LIGHT"], await database.QueryAsync("SELECT concat_ws(' ', shade, maybe, price) FROM samples ORDER BY number"));
        Assert.All(rows, row => Assert.False(Sample.Table.IsChanged(row)));
    }

    [Fact]
    public async Task A_row_that_did_not_change_writes_nothing_and_one_that_did_nothing_else()
    {
        await using var database = await SamplesAsync();
        await SaveAsync(database, Sample.Table,
            [.. Enumerable.Range(1, 3).Select(number => new Sample { Id = "a", Number = number, Sku = new("mug"), At = Noon })]);
        var rows = await LoadAsync(database, Sample.Table);
        Assert.Equal(0, await SaveAsync(database, Sample.Table, rows));

        rows[1].Quantity = 7;
        rows[1].Quantity = 0; // as it was
        Assert.Equal(0, await SaveAsync(database, Sample.Table, rows));

        var before = await database.QueryAsync("SELECT xmin::text FROM samples ORDER BY number");
        rows[1].Location = new("south");
        rows[1].Maybe = Shade.DARK;
        Assert.Equal(1, await SaveAsync(database, Sample.Table, rows));
        var after = await database.QueryAsync("SELECT xmin::text FROM samples ORDER BY number");
        Assert.Equal([false, true, false], before.Zip(after, (one, other) => one != other));
        Assert.Equal((new LocationId("south"), Shade.DARK), ((await LoadAsync(database, Sample.Table))[1] is var row ? (row.Location, row.Maybe) : default));
    }

    [Fact]
    public async Task What_is_set_once_is_never_written_over_and_each_of_many_rows_gets_its_own()
    {
        await using var database = await SamplesAsync();
        await SaveAsync(database, Sample.Table,
            [.. Enumerable.Range(1, 4).Select(number => new Sample { Id = number % 2 == 0 ? "b" : "a", Number = number, Sku = new("mug"), At = Noon })]);
        var rows = await LoadAsync(database, Sample.Table);
        await database.ExecuteAsync("UPDATE samples SET sku = 'of another copy'");
        foreach (var row in rows)
            row.Quantity = row.Number * 10;
        Sample added = new() { Id = "c", Number = 5, Sku = new("lid"), Quantity = 50, At = Noon };
        Assert.Equal(2, await SaveAsync(database, Sample.Table, [.. rows, added])); // one statement for what is new, one for what has changed
        Assert.Equal(
            ["a 1 of another copy 10", "b 2 of another copy 20", "a 3 of another copy 30", "b 4 of another copy 40", "c 5 lid 50"],
            await database.QueryAsync("SELECT concat_ws(' ', id, number, sku, quantity) FROM samples ORDER BY number"));
    }

    [Theory]
    [InlineData(1, 2, "second")]
    [InlineData(2, 1, "first")]
    [InlineData(1, 1, "second")] // of two of one instant, the one that is written last
    public async Task Of_two_copies_that_write_the_same_row_the_newer_stays(int first, int second, string stays)
    {
        await using var database = await postgres.CreateAsync();
        foreach (var known in (bool[])[false, true]) // as an insert, then as an update of a row that both have loaded
        {
            var (one, other) = known ? (await OnlyAsync(), await OnlyAsync()) : (Post(), Post());
            (one.Name, one.UpdatedAt) = ("first", Noon.AddHours(first + (known ? 10 : 0)));
            (other.Name, other.UpdatedAt) = ("second", Noon.AddHours(second + (known ? 10 : 0)));
            await SaveAsync(database, Carrier.Table, [one]);
            await SaveAsync(database, Carrier.Table, [other]);
            Assert.Equal(stays, (await OnlyAsync()).Name);
        }

        static Carrier Post() => new() { Id = "post" };
        async Task<Carrier> OnlyAsync() => Assert.Single(await LoadAsync(database, Carrier.Table));
    }

    [Fact]
    public async Task An_older_fact_is_kept_out_even_where_the_newer_was_never_loaded()
    {
        await using var database = await postgres.CreateAsync();
        var live = new LiveStream("carriers", width: 1);
        live.Send(EventCatalogue.CarrierUpdated, "post", Noon, new CarrierUpdated("new", Active: false));
        live.Send(EventCatalogue.CarrierUpdated, "post", Noon.AddHours(-1), new CarrierUpdated("old"));
        await live.ApplyAllAsync(database.Processor, batchSize: 1);
        Assert.Equal(["new f"], await database.QueryAsync("SELECT concat_ws(' ', name, active) FROM carriers"));
    }

    private static async Task<List<string>> DifferencesAsync<TRow>(Table<TRow> table, Processing.Database database) where TRow : Row
    {
        var stored = new Dictionary<string, (string Type, bool NotNull, bool HasDefault, bool IsKey)>(StringComparer.Ordinal);
        await using (var command = database.Source.CreateCommand(
            """
            SELECT a.attname, t.typname, a.attnotnull, a.atthasdef,
                EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY(i.indkey))
            FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
            """))
        {
            command.Parameters.Add(new() { Value = table.Name });
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                stored.Add(reader.GetString(0), (reader.GetString(1), reader.GetBoolean(2), reader.GetBoolean(3), reader.GetBoolean(4)));
        }
        var differences = new List<string>();
        foreach (var column in table.Columns)
        {
            var name = $"{table.Name}.{column.Name}";
            if (!stored.Remove(column.Name, out var known))
            {
                differences.Add($"{name} does not exist");
                continue;
            }
            var given = column.GetType().GetGenericArguments()[2];
            var plain = Nullable.GetUnderlyingType(given) ?? given;
            var fits = column.Cast is { } cast
                ? plain == typeof(string) && Stored(cast) == known.Type
                : Types.TryGetValue(plain, out var types) && types.Contains(known.Type);
            if (!fits)
                differences.Add($"{name} is {known.Type}, stored as {plain.Name} {column.Cast}");
            if (column.IsKey != known.IsKey)
                differences.Add($"{name} {(known.IsKey ? "is" : "is not")} part of the primary key");
            if (plain != given && known.NotNull)
                differences.Add($"{name} must not be null");
            if (plain == given && plain.IsValueType && !known.NotNull)
                differences.Add($"{name} may be null, which {plain.Name} cannot say");
        }
        differences.AddRange(stored.Where(left => left.Value is { NotNull: true, HasDefault: false })
            .Select(left => $"{table.Name}.{left.Key} is not written and has no default"));
        return differences;
    }

    private async Task<Processing.Database> SamplesAsync()
    {
        var database = await postgres.CreateAsync();
        await database.ExecuteAsync(CreateSamples);
        return database;
    }

    /// <returns>How many statements it took.</returns>
    private static async Task<int> SaveAsync<TRow>(Processing.Database database, Table<TRow> table, IEnumerable<TRow> rows) where TRow : Row
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        await using var batch = connection.CreateBatch();
        table.Save(batch, rows);
        if (batch.BatchCommands.Count > 0)
            await batch.ExecutePreparedAsync(CancellationToken.None);
        return batch.BatchCommands.Count;
    }

    private static async Task<List<TRow>> LoadAsync<TRow>(Processing.Database database, Table<TRow> table) where TRow : Row
    {
        await using var command = database.Source.CreateCommand($"{table.Select} ORDER BY 2, 1");
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<TRow>();
        while (await reader.ReadAsync())
            rows.Add(table.Read(reader));
        return rows;
    }

    private static (string, int, Sku, LocationId?, Shade, Shade?, string?, long, decimal?, string?, bool, DateTimeOffset, DateTimeOffset?) Values(
        Sample row) => (
        row.Id, row.Number, row.Sku, row.Location, row.Shade, row.Maybe, row.Note, row.Quantity, row.Price, row.Settings, row.Flag, row.At, row.Until);

    private enum Shade
    {
        LIGHT,
        DARK,
    }

    private sealed class Sample : Row
    {
        public static readonly Table<Sample> Table = new Table<Sample>("samples")
            .Key(row => row.Id).Key(row => row.Number)
            .Column(row => row.Sku).Column(row => row.Location).Column(row => row.Shade, cast: "shade").Column(row => row.Maybe).Column(row => row.Note)
            .Column(row => row.Quantity).Column(row => row.Price).Column(row => row.Settings, cast: "jsonb").Column(row => row.Flag)
            .Column(row => row.At).Column(row => row.Until);

        public required string Id { get; init; }
        public required int Number { get; init; }
        public required Sku Sku { get; init; }
        public LocationId? Location { get; set; }
        public Shade Shade { get; set; }
        public Shade? Maybe { get; set; }
        public string? Note { get; set; }
        public long Quantity { get; set; }
        public decimal? Price { get; set; }
        public string? Settings { get; set; }
        public bool Flag { get; set; }
        public required DateTimeOffset At { get; init; }
        public DateTimeOffset? Until { get; set; }
    }

    /// <summary>The catalog's name of a type: an array's begins with an underscore.</summary>
    private static string Stored(string cast) => cast switch
    {
        "double precision[]" => "_float8",
        "integer[]" => "_int4",
        _ => cast,
    };
}
