using System.Text.Json;
using EcomIntel.Core.Events;

namespace EcomIntel.Cli.Replay.Retail.Supply;

/// <summary>The people who decide what the hub's rules leave to them.</summary>
/// <param name="dispute">How an invoice is disputed by who has its case: whether anybody has; of an invoice, a note and the time.</param>
internal sealed class Office(Stage stage, Func<string, string, DateTimeOffset, bool> dispute)
{
    /// <summary>What the retailer wants to be decided without a person.</summary>
    private static readonly (string Kind, string Settings)[] Policies =
    [
        ("replenishment", """{"accept":"by_rule","autoTransfer":true,"serviceLevel":0.98,"waitsAt":"wh-midlands"}"""),
        ("purchasing", """{"approveBelow":3000}"""),
        ("suppliers", """{"scoreEvery":7}"""),
    ];

    /// <summary>Orders that wait for an approval, and invoices that are held.</summary>
    private readonly HashSet<string> _waiting = [];

    public static void SetPolicies(Stage stage, DateTimeOffset time)
    {
        foreach (var (kind, settings) in Policies)
        {
            using var json = JsonDocument.Parse(settings);
            stage.Emit(EventCatalogue.PolicyUpdated, $"policy:{kind}:1", kind, time, new PolicyUpdated(1, json.RootElement.Clone()));
        }
    }

    /// <summary>
    /// What waits for a person: one submitted, unless a rule approves it at once, is looked at by the head of purchasing on the next business morning; one that
    /// a person approved is sent by the buyer within hours.
    /// </summary>
    public void Observe(Operation operation, Decisions.PurchaseOrder order, string by)
    {
        var (id, dice) = (order.PurchaseOrderId, Dice.For(stage.Seed, "approval", order.PurchaseOrderId));
        if (operation.Type == PurchaseOrderChanged.Submitted)
        {
            _waiting.Add(id);
            stage.At(NextMorning(operation.Time) + dice.Between(TimeSpan.Zero, TimeSpan.FromMinutes(90)), now => Approve(id, dice.Chance(0.01), now));
        }
        else if (operation.Type == PurchaseOrderChanged.Approved && by == People.Approver)
        {
            _waiting.Add(id);
            stage.At(BusinessHours.Working(operation.Time.AddMinutes(dice.Between(20, 120))), now => Send(id, now));
        }
        else
            _waiting.Remove(id);
    }

    private void Approve(string id, bool rejects, DateTimeOffset now)
    {
        if (!_waiting.Remove(id))
            return;
        if (rejects)
            stage.Emit(EventCatalogue.PurchaseOrderRejected, $"po-rejected:{id}", id, now, new PurchaseOrderDecided(People.Approver, "not this week"));
        else
            stage.Emit(EventCatalogue.PurchaseOrderApproved, $"po-approved:{id}", id, now, new PurchaseOrderDecided(People.Approver));
    }

    private void Send(string id, DateTimeOffset now)
    {
        if (_waiting.Remove(id))
            stage.Emit(EventCatalogue.PurchaseOrderSent, $"po-sent:{id}", id, now, new PurchaseOrderDecided(People.Buyer));
    }

    /// <summary>An invoice says otherwise than what was ordered and received: finance pays it as it is, or disputes it, within days.</summary>
    public void Held(DateTimeOffset time, Decisions.Invoice invoice)
    {
        var id = invoice.InvoiceId;
        if (!_waiting.Add(id))
            return;
        var dice = Dice.For(stage.Seed, "held", id);
        // Units that did not come are not paid; of prices that rose some are.
        var pays = dice.Chance(invoice.Reasons.Contains("quantity") ? 0.15 : 0.6);
        stage.At(NextMorning(time.AddDays(dice.Between(0, 2))) + dice.Between(TimeSpan.Zero, TimeSpan.FromHours(6)), now =>
        {
            if (_waiting.Remove(id) && (pays || !dispute(id, "not as ordered and received", now)))
                stage.Emit(pays ? EventCatalogue.InvoiceApproved : EventCatalogue.InvoiceDisputed, $"invoice-decided:{id}:{now:yyyyMMddHHmmss}", id, now,
                    new InvoiceDecided(People.Finance, pays ? "agreed with the buyer" : "not as ordered and received"));
        });
    }

    /// <summary>It is held no longer.</summary>
    public void Freed(Decisions.Invoice invoice) => _waiting.Remove(invoice.InvoiceId);

    /// <summary>Nine o'clock of the first business day, Monday to Friday, after an instant's.</summary>
    private static DateTimeOffset NextMorning(DateTimeOffset time)
    {
        var morning = BusinessHours.Working(BusinessHours.Midnight(time).AddDays(1));
        return BusinessHours.Midnight(morning.DayOfWeek == DayOfWeek.Sunday ? BusinessHours.Working(morning.AddDays(1)) : morning).AddHours(9);
    }
}
