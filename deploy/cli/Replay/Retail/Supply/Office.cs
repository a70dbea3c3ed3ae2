using EcomIntel.Core.Events;

namespace EcomIntel.Cli.Replay.Retail.Supply;

/// <summary>The people who decide what the hub's rules leave to them.</summary>
internal sealed class Office(Stage stage)
{
    /// <summary>Orders that wait for an approval.</summary>
    private readonly HashSet<string> _waiting = [];

    /// <summary>An order was submitted. Unless a rule approves it at once, the head of purchasing looks at it on the next business morning.</summary>
    public void Submitted(DateTimeOffset time, Decisions.PurchaseOrder order)
    {
        var id = order.PurchaseOrderId;
        if (!_waiting.Add(id))
            return;
        var dice = Dice.For(stage.Seed, "approval", id);
        stage.At(NextMorning(time) + dice.Between(TimeSpan.Zero, TimeSpan.FromMinutes(90)), now =>
        {
            if (!_waiting.Remove(id))
                return;
            if (dice.Chance(0.01))
                stage.Emit(EventCatalogue.PurchaseOrderRejected, $"po-rejected:{id}", id, now, new PurchaseOrderDecided(People.Approver, "not this week"));
            else
                stage.Emit(EventCatalogue.PurchaseOrderApproved, $"po-approved:{id}", id, now, new PurchaseOrderDecided(People.Approver));
        });
    }

    /// <summary>It waits no longer.</summary>
    public void Decided(Decisions.PurchaseOrder order) => _waiting.Remove(order.PurchaseOrderId);

    /// <summary>Nine o'clock of the first business day, Monday to Friday, after an instant's.</summary>
    private static DateTimeOffset NextMorning(DateTimeOffset time)
    {
        var morning = BusinessHours.Working(BusinessHours.Midnight(time).AddDays(1));
        return BusinessHours.Midnight(morning.DayOfWeek == DayOfWeek.Sunday ? BusinessHours.Working(morning.AddDays(1)) : morning).AddHours(9);
    }
}
