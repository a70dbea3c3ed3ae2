using System.Text;
using EcomIntel.Ml.DelayRisk;

namespace EcomIntel.Tests.Ml.DelayRisk;

public sealed class DelayCsvTests
{
    [Fact]
    public void Lines_are_read_with_what_was_heard_of_them()
    {
        var line = Assert.Single(Read(
            """
            purchase_order,supplier,destination,quantity,ordered_at,due_at,acknowledged_at,promised_at,announced_at,received_at
            PO-1,S,AMS,12,2024-01-02T09:00:00Z,2024-01-10,2024-01-03T10:00:00Z,2024-01-12,,2024-01-13
            """));

        Assert.Equal(("PO-1", 1, "S", "AMS", 12), (line.Order, line.Number, line.Supplier, line.Lane, line.Quantity));
        Assert.Equal(new DateTimeOffset(2024, 1, 13, 0, 0, 0, TimeSpan.Zero), line.CameAt);
        Assert.Equal([new(new(2024, 1, 3, 10, 0, 0, TimeSpan.Zero), WordKind.Acknowledged, new(2024, 1, 12, 0, 0, 0, TimeSpan.Zero))], line.Said);
    }

    [Fact]
    public void The_public_history_is_read_by_its_own_columns_without_the_buyers_warehouse()
    {
        var lines = Read(
            """
            ID,PO / SO #,Country,Vendor,PO Sent to Vendor Date,Scheduled Delivery Date,Delivered to Client Date,Manufacturing Site,Line Item Quantity
            1,SCMS-4,Vietnam,Aurobindo,Date Not Captured,2-Jun-06,4-Jun-06,Unit III,19
            2,SCMS-5,Vietnam,SCMS from RDC,N/A - From RDC,2-Jun-06,2-Jun-06,Unit III,19
            3,SCMS-4,Vietnam,Aurobindo,5/1/06,2-Jun-06,2-Jun-06,Unit III,7
            """);

        Assert.Equal([("SCMS-4", 1, 19.0), ("SCMS-4", 2, 7.0)], lines.Select(line => (line.Order, line.Number, line.Quantity)));
        Assert.Equal([new DateTimeOffset(2006, 5, 5, 0, 0, 0, TimeSpan.Zero), new(2006, 5, 1, 0, 0, 0, TimeSpan.Zero)], lines.Select(line => line.OrderedAt));
    }

    [Theory]
    [InlineData("purchase_order,supplier,due_at\nP,S,2024-01-01", "line 1 has no column received_at")]
    [InlineData("purchase_order,supplier,due_at,received_at\nP,S,soon,", "line 2: due_at must read like 2024-12-31")]
    [InlineData("purchase_order,supplier,due_at,received_at\nP,,2024-01-01,", "line 2: supplier is empty")]
    [InlineData("purchase_order,supplier,due_at,received_at,quantity\nP,S,2024-01-01,,-1", "line 2: quantity must be a number from 0")]
    [InlineData("", "is empty")]
    public void What_is_wrong_is_said_with_its_line(string text, string wrong) =>
        Assert.Contains(wrong, Assert.Throws<InvalidDataException>(() => Read(text)).Message, StringComparison.Ordinal);

    private static IReadOnlyList<PurchaseLine> Read(string text) => DelayCsv.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "lines.csv");
}
