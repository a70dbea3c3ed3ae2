using ClickHouse.Driver;
using EcomIntel.Core.Database.ClickHouse;

namespace EcomIntel.Tests.Database.ClickHouse;

public sealed class ClickHouseInsertTests
{
    /// <summary>
    /// The driver cuts rows into batches and gives each the token of the call: ClickHouse would drop the second as a repetition of the first.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2_500_000)]
    public void A_block_is_one_batch_with_its_token(int rows)
    {
        var options = ClickHouseInsert.Options(rows, "orders/1-9", compression: true);
        Assert.True(options.BatchSize >= rows);
        Assert.Equal(
            ("orders/1-9", "1", "0"),
            (options.CustomSettings!["insert_deduplication_token"], options.CustomSettings["insert_deduplicate"], options.CustomSettings["async_insert"]));
        Assert.Equal(InsertQueryPlacement.Url, options.QueryPlacement);
    }
}
