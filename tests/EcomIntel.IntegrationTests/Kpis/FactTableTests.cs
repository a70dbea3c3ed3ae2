using System.Reflection;
using ClickHouse.Driver;
using Dapper;
using EcomIntel.Core;
using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Kpis.Facts;
using EcomIntel.IntegrationTests.Database.ClickHouse;

namespace EcomIntel.IntegrationTests.Kpis;

/// <summary>What a fact says of its table is what the migrations made.</summary>
[Collection(nameof(ClickHouseServer))]
public sealed class FactTableTests(ClickHouseServer server)
{
    private const string Columns =
        """
        SELECT name, type, default_kind FROM system.columns WHERE database = currentDatabase() AND table = {table:String} ORDER BY position
        """;

    private const string Window =
        """
        SELECT create_table_query LIKE '%non_replicated_deduplication_window%' FROM system.tables WHERE database = currentDatabase() AND name = {table:String}
        """;

    /// <summary>Nothing is converted on the way: what a property is, its column is.</summary>
    private static readonly Dictionary<Type, string[]> Types = new()
    {
        [typeof(string)] = ["String", "LowCardinality(String)"],
        [typeof(string[])] = ["Array(String)", "Array(LowCardinality(String))"],
        [typeof(sbyte)] = ["Int8"],
        [typeof(ushort)] = ["UInt16"],
        [typeof(uint)] = ["UInt32"],
        [typeof(long)] = ["Int64"],
        [typeof(ulong)] = ["UInt64"],
        [typeof(bool)] = ["Bool"],
        [typeof(double)] = ["Float64"],
        [typeof(double?)] = ["Nullable(Float64)"],
        [typeof(decimal)] = ["Decimal(38, 0)", "Decimal(38, 4)", "Decimal(38, 10)"],
        [typeof(decimal?)] = ["Nullable(Decimal(38, 4))", "Nullable(Decimal(38, 10))"],
        [typeof(DateOnly)] = ["Date32"],
        [typeof(DateOnly?)] = ["Nullable(Date32)"],
        [typeof(DateTimeOffset)] = ["DateTime64(6, 'UTC')"],
        [typeof(DateTimeOffset?)] = ["Nullable(DateTime64(6, 'UTC'))"],
    };

    [ClickHouseFact]
    public async Task Each_fact_has_a_table_with_its_columns_and_types()
    {
        var text = server.ConnectionString("fact_tables");
        await ClickHouseMigrations.ApplyAsync(text, CancellationToken.None);
        await using var connection = ClickHouseDatabase.Connection(text);
        foreach (var fact in Domain.Facts)
        {
            var table = new Dictionary<string, object?> { ["table"] = fact.Table };
            var columns = (await connection.QueryAsync<(string Name, string Type, string Default)>(Columns, table)).ToDictionary(column => column.Name);
            foreach (var property in fact.RowType.GetProperties())
            {
                var name = property.GetCustomAttribute<ClickHouseColumnAttribute>()!.Name!;
                Assert.True(columns.Remove(name, out var column), $"{fact.Table} has no column {name}");
                var same = Types[property.PropertyType].Contains(column.Type);
                Assert.True(same, $"{fact.Table}.{name} is {column.Type}, and {property.PropertyType.Name} in {fact.RowType}");
            }
            Assert.All(columns.Values, left => Assert.True(left.Default.Length > 0, $"{fact.Table}.{left.Name} is written by nobody"));
            // The clock's rows replace each other, whatever is sent twice.
            Assert.True(fact is ClockFact || await connection.ExecuteScalarAsync<bool>(Window, table), $"{fact.Table} would count a block sent twice twice");
        }
    }
}
