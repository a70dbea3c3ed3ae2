using EcomIntel.Core.Database;

namespace EcomIntel.Tests.Database;

public sealed class BulkTests
{
    [Fact]
    public void Rows_go_in_their_order_in_statements_that_are_not_larger_than_one_may_be()
    {
        const int Large = Bulk.StatementBytes;
        Assert.Empty(Of());
        Assert.Equal(["1,2,3"], Of(1, 2, 3));
        Assert.Equal([$"{Large}", "1"], Of(Large, 1));
        Assert.Equal(["1", $"{Large}", "1"], Of(1, Large, 1));
        Assert.Equal([$"{3 * Large}", $"{Large / 2},{Large / 2}", $"{2 * Large}", "5"], Of(3 * Large, Large / 2, Large / 2, 2 * Large, 5));
        Assert.Equal([$"{int.MaxValue}", $"{int.MaxValue}"], Of(int.MaxValue, int.MaxValue));
        static IEnumerable<string> Of(params int[] bytes) => bytes.ToList().Statements(size => size).Select(some => string.Join(',', some));
    }

    [Fact]
    public void Small_rows_are_counted()
    {
        var rows = Enumerable.Range(0, (2 * Bulk.StatementRows) + 1).ToList();
        Assert.Equal([Bulk.StatementRows, Bulk.StatementRows, 1], rows.Statements().Select(some => some.Count));
        Assert.Equal(rows, rows.Statements().SelectMany(some => some));
        var few = rows.GetRange(0, Bulk.StatementRows);
        Assert.Same(few, Assert.Single(few.Statements()));
    }
}
