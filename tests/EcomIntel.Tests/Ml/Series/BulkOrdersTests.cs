using EcomIntel.Ml.Series;

namespace EcomIntel.Tests.Ml.Series;

public sealed class BulkOrdersTests
{
    [Fact]
    public void A_bulk_order_counts_as_eight_usual_days()
    {
        double[] units = [.. Enumerable.Repeat(10.0, 10), 5000, 10, 0];
        Assert.Equal([.. Enumerable.Repeat(10.0, 10), 80, 10, 0], BulkOrders.Capped(units));
    }

    [Fact]
    public void The_first_sales_are_as_they_are() => Assert.Equal([1, 500, 1], BulkOrders.Capped([1, 500, 1]));
}
