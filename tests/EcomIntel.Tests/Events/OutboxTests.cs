using System.Text;
using EcomIntel.Core.Events;
using EcomIntel.Core.Inventory;

namespace EcomIntel.Tests.Events;

public sealed class OutboxTests
{
    private static readonly DateTimeOffset At = new(2025, 3, 1, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_is_written_before_the_numbers_are_known_is_sealed_as_what_is_not()
    {
        var number = 1L;
        Outbox Filled()
        {
            var outbox = new Outbox();
            outbox.Add(At, "stock.changed", "A \"B\" é", Change("caf\u00e9 <&>", 7), OperationJson.Default.StockChanged);
            outbox.AddLate(At, "stock.changed", "B", () => Change("late", number), OperationJson.Default.StockChanged);
            outbox.Add(At, "stock.changed", "C", Change("last", 9), OperationJson.Default.StockChanged);
            return outbox;
        }
        var (written, plain) = (Filled(), Filled());
        written.Write();
        number = 41;
        var (rows, expected) = (written.Seal(100).ConvertAll(Told), plain.Seal(100).ConvertAll(Told));
        Assert.Equal(expected, rows);
        Assert.Equal(3, rows.Count);
        Assert.Contains("\"id\":\"102\"", rows[1].Payload, StringComparison.Ordinal);
        Assert.Contains("41", rows[1].Payload, StringComparison.Ordinal);
    }

    private static OperationEvents.StockChanged Change(string reason, long number) => new(
        "E-1", [new(number, new("SKU"), new("L"), "", StockState.Available, StockState.Allocated, 1, reason)]);

    private static (long Sequence, string Subject, string Payload) Told(OutboxRow row) => (row.Sequence, row.Subject, Encoding.UTF8.GetString(row.Payload));
}
