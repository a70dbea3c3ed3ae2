using EcomIntel.Core.Procurement.PurchaseOrders;

namespace EcomIntel.Tests.Procurement.PurchaseOrders;

/// <summary>Every step in every status, by hand.</summary>
public sealed class PurchaseOrderStepsTests
{
    // A dot: it cannot be done.
    private const string Table = """
        status            ACCEPT SUBMIT           APPROVE  REJECT   SEND ACKNOWLEDGE  PROMISE      ANNOUNCE     REPORT       RECEIVE      CLOSE_LINE   CANCEL    CLOSE
        PROPOSED          DRAFT  .                .        .        .    .            .            .            .            .            .            CANCELLED .
        DRAFT             .      PENDING_APPROVAL .        .        .    .            .            .            .            .            .            CANCELLED .
        PENDING_APPROVAL  .      .                APPROVED REJECTED .    .            .            .            .            .            .            CANCELLED .
        APPROVED          .      .                .        .        SENT .            .            .            .            .            .            CANCELLED .
        SENT              .      .                .        .        .    ACKNOWLEDGED SENT         SENT         SENT         SENT         SENT         CANCELLED CLOSED
        ACKNOWLEDGED      .      .                .        .        .    ACKNOWLEDGED ACKNOWLEDGED ACKNOWLEDGED ACKNOWLEDGED ACKNOWLEDGED ACKNOWLEDGED CANCELLED CLOSED
        CLOSED            .      .                .        .        .    CLOSED       CLOSED       CLOSED       CLOSED       CLOSED       .            .         .
        REJECTED          .      .                .        .        .    REJECTED     REJECTED     REJECTED     REJECTED     REJECTED     .            .         .
        CANCELLED         .      .                .        .        .    CANCELLED    CANCELLED    CANCELLED    CANCELLED    CANCELLED    .            .         .
        """;

    private static readonly List<string[]> Rows =
        [.. Table.Split('\n', StringSplitOptions.TrimEntries).Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries))];

    [Fact]
    public void Each_step_leads_where_the_table_says()
    {
        var steps = Rows[0][1..].Select(Enum.Parse<PurchaseOrderStep>).ToList();
        Assert.Equal(Enum.GetValues<PurchaseOrderStep>(), steps);
        Assert.Equal(Enum.GetValues<PurchaseOrderStatus>(), Rows[1..].Select(row => Enum.Parse<PurchaseOrderStatus>(row[0])));
        foreach (var row in Rows[1..])
            for (var index = 0; index < steps.Count; index++)
                Assert.Equal((row[0], steps[index], row[index + 1]),
                    (row[0], steps[index], PurchaseOrderSteps.After(Enum.Parse<PurchaseOrderStatus>(row[0]), steps[index])?.ToString() ?? "."));
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
