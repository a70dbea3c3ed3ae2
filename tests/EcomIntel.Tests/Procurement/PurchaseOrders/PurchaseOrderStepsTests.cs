using EcomIntel.Core.Procurement.PurchaseOrders;

namespace EcomIntel.Tests.Procurement.PurchaseOrders;

/// <summary>Every step in every status, by hand.</summary>
public sealed class PurchaseOrderStepsTests
{
    // A dot: it cannot be done.
    private const string Table = """
        step        PROPOSED  DRAFT            PENDING_APPROVAL APPROVED  SENT         ACKNOWLEDGED CLOSED REJECTED CANCELLED
        ACCEPT      DRAFT     .                .                .         .            .            .      .        .
        SUBMIT      .         PENDING_APPROVAL .                .         .            .            .      .        .
        APPROVE     .         .                APPROVED         .         .            .            .      .        .
        REJECT      .         .                REJECTED         .         .            .            .      .        .
        SEND        .         .                .                SENT      .            .            .      .        .
        ACKNOWLEDGE .         .                .                .         ACKNOWLEDGED ACKNOWLEDGED CLOSED REJECTED CANCELLED
        PROMISE     .         .                .                .         SENT         ACKNOWLEDGED CLOSED REJECTED CANCELLED
        ANNOUNCE    .         .                .                .         SENT         ACKNOWLEDGED CLOSED REJECTED CANCELLED
        REPORT      .         .                .                .         SENT         ACKNOWLEDGED CLOSED REJECTED CANCELLED
        RECEIVE     .         .                .                .         SENT         ACKNOWLEDGED CLOSED REJECTED CANCELLED
        CLOSE_LINE  .         .                .                .         SENT         ACKNOWLEDGED .      .        .
        CANCEL      CANCELLED CANCELLED        CANCELLED        CANCELLED CANCELLED    CANCELLED    .      .        .
        CLOSE       .         .                .                .         CLOSED       CLOSED       .      .        .
        """;

    private static readonly List<string[]> Rows =
        [.. Table.Split('\n', StringSplitOptions.TrimEntries).Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries))];

    [Fact]
    public void Each_step_leads_where_the_table_says()
    {
        var statuses = Rows[0][1..].Select(Enum.Parse<PurchaseOrderStatus>).ToList();
        Assert.Equal(Enum.GetValues<PurchaseOrderStatus>(), statuses);
        Assert.Equal(Enum.GetValues<PurchaseOrderStep>(), Rows[1..].Select(row => Enum.Parse<PurchaseOrderStep>(row[0])));
        foreach (var row in Rows[1..])
            for (var index = 0; index < statuses.Count; index++)
                Assert.Equal((row[0], statuses[index], row[index + 1]),
                    (row[0], statuses[index], PurchaseOrderSteps.After(statuses[index], Enum.Parse<PurchaseOrderStep>(row[0]))?.ToString() ?? "."));
    }

    [Theory]
    [InlineData(PurchaseOrderStatus.DRAFT, PurchaseOrderStep.APPROVE, true)]
    [InlineData(PurchaseOrderStatus.DRAFT, PurchaseOrderStep.RECEIVE, true)]
    [InlineData(PurchaseOrderStatus.APPROVED, PurchaseOrderStep.ACKNOWLEDGE, true)]
    [InlineData(PurchaseOrderStatus.APPROVED, PurchaseOrderStep.APPROVE, false)]
    [InlineData(PurchaseOrderStatus.SENT, PurchaseOrderStep.SUBMIT, false)]
    [InlineData(PurchaseOrderStatus.CLOSED, PurchaseOrderStep.CANCEL, false)]
    [InlineData(PurchaseOrderStatus.REJECTED, PurchaseOrderStep.SEND, false)]
    public void What_the_order_may_still_come_to_is_worth_waiting_for(object status, object step, bool may) =>
        Assert.Equal(may, PurchaseOrderSteps.MayYet((PurchaseOrderStatus)status, (PurchaseOrderStep)step));
}
