using System.Text;
using EcomIntel.Ml.Series;

namespace EcomIntel.Tests.Ml.Series;

public sealed class DemandCsvTests
{
    [Fact]
    public void Sales_of_a_day_add_up_and_days_without_a_line_sold_nothing()
    {
        var panel = Read("date,sku,units,price,category,in_stock", "2024-01-01,A,2,5,BAG,true", "2024-01-01,A,3,5,BAG,", "2024-01-04,A,1,8,BAG,false",
            "2024-01-02,B,9,1,MUG,true").Best(10);
        Assert.Equal(new DateTime(2024, 1, 1), panel.Start);
        var a = panel.Series[0];
        Assert.Equal("A", a.Key); // 33 of money, B has 9
        Assert.Equal([5, 0, 0, 1], a.Units);
        Assert.Equal(5.5, a.Price); // (2 x 5 + 3 x 5 + 1 x 8) / 6
        Assert.Equal([true, true, true, false], a.Served!);
        Assert.Equal([0, 9, 0, 0], panel.Series[1].Units);
    }

    [Fact]
    public void A_channel_is_a_series_of_its_own() => Assert.Equal(["A in shop", "A in web"],
        Read("date,sku,units,channel", "2024-01-01,A,2,web", "2024-01-01,A,3,shop").Best(10).Series.Select(series => series.Key));

    [Fact]
    public void Best_sellers_are_not_picked_by_what_came_after() => Assert.Equal(["A"],
        Read("date,sku,units", "2024-01-01,A,2", "2024-01-02,B,1", "2024-01-04,B,99").Best(1, 0.5).Series.Select(series => series.Key));

    [Theory]
    [InlineData("", "demand.csv: is empty")]
    [InlineData("date,units\n2024-01-01,2", "demand.csv: line 1 has no column sku; it must have date, sku, units")]
    [InlineData("date,sku,units\n01/02/2024,A,2", "demand.csv: line 2: date must read like 2024-12-31")]
    [InlineData("date,sku,units\n2024-01-01,A,2\n2024-01-01,A,-2", "demand.csv: line 3: units must be a number from 0 to 1000000000")]
    [InlineData("date,sku,units\n2024-01-01,,2", "demand.csv: line 2: sku must be 1 to 200 characters")]
    [InlineData("date,sku,units\n2024-01-01,A", "demand.csv: line 2: 2 columns instead of 3")]
    [InlineData("date,sku,units,in_stock\n2024-01-01,A,1,perhaps", "demand.csv: line 2: in_stock must be true or false")]
    public void A_line_that_is_not_as_it_should_be_is_named(string text, string message) =>
        Assert.Equal(message, Assert.Throws<InvalidDataException>(() => Read(text)).Message);

    [Fact]
    public void A_file_of_too_many_days_is_refused() => Assert.Equal("from 1999-01-01 to 2024-01-01 are more than 3660 days",
        Assert.Throws<InvalidDataException>(() => Read("date,sku,units", "1999-01-01,A,1", "2024-01-01,A,1")).Message);

    private static DemandBook Read(params string[] lines) => DemandCsv.Read(new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines))), "demand.csv");
}
