using System.Globalization;
using EcomIntel.Core.Events;

namespace EcomIntel.Cli.Replay.Retail.Supply;

/// <summary>Suppliers' invoices for what they delivered, and what forwarders and customs want for it.</summary>
/// <param name="tell">What is true and stands in no event.</param>
internal sealed class BillingDesk(Stage stage, Market market, Action<Truth> tell)
{
    private const decimal Vat = 0.20m;

    private readonly Dictionary<string, int> _numbers = [];
    private readonly Dictionary<string, List<Billed>> _weekly = [];

    /// <summary>Units of a line to be paid for.</summary>
    private sealed record Billed(string Order, int OrderLine, long Quantity, decimal Price);

    /// <summary>A consignment was delivered: it is billed in the next days, or at the end of the week.</summary>
    public void Bill(Consignment consignment, DateTimeOffset now)
    {
        var (supplier, habits) = (consignment.Order.Supplier, consignment.Order.Supplier.Habits);
        var lines = new List<Billed>();
        foreach (var part in consignment.Parts.Where(part => part.Claimed > 0))
        {
            var dice = Dice.For(stage.Seed, "billed", consignment.Id, part.Line.Number);
            var more = dice.Chance(habits.OverbillRate) ? Math.Max(1, (long)(part.Claimed * dice.Between(0.05, 0.2))) : 0;
            if (more > 0)
                tell(new Fault(Faults.Overbilled, now, supplier.Id, consignment.Order.Id, part.Line.Number, part.Line.Sku, more));
            lines.Add(new(consignment.Order.Id, part.Line.Number, part.Claimed + more, part.Line.Price));
        }
        if (lines.Count == 0)
            return;
        if (!habits.BillsWeekly)
        {
            var dice = Dice.For(stage.Seed, "bill", consignment.Id);
            stage.At(now + dice.Between(TimeSpan.Zero, TimeSpan.FromDays(4)), later => Send(supplier, lines, later));
        }
        else if (_weekly.TryGetValue(supplier.Id, out var open))
            open.AddRange(lines);
        else
        {
            _weekly.Add(supplier.Id, lines);
            stage.At(BusinessHours.Midnight(now).AddDays((DayOfWeek.Friday - now.DayOfWeek + 7) % 7).AddHours(19), later =>
            {
                _weekly.Remove(supplier.Id, out var week);
                Send(supplier, week!, later);
            });
        }
    }

    /// <summary>What is delivered from abroad costs freight, and from overseas duty: invoiced later by others, for a receipt.</summary>
    public void Charge(Consignment consignment, ReceiptId receipt, DateTimeOffset received)
    {
        var supplier = consignment.Order.Supplier;
        if (supplier.Distance == Distance.Home)
            return;
        var dice = Dice.For(stage.Seed, "charge", receipt.Value);
        var value = consignment.Parts.Sum(part => part.Inside * part.Line.Price) * market.Rate(supplier.Terms.Currency);
        Charge("freight", "quantity", supplier.Distance == Distance.Overseas ? dice.Between(0.05, 0.09) : dice.Between(0.015, 0.03));
        if (supplier.Distance == Distance.Overseas)
        {
            Charge("duty", "value", dice.Between(0.02, 0.047));
            Charge("handling", "value", dice.Between(0.004, 0.01));
        }

        void Charge(string kind, string basis, double part)
        {
            var amount = decimal.Round(value * (decimal)part, 2);
            if (amount > 0)
                stage.At(received + dice.Between(TimeSpan.FromDays(1), TimeSpan.FromDays(18)), now => stage.Emit(
                    EventCatalogue.ChargeReceived, $"charge:{receipt}:{kind}", $"CH-{receipt}-{kind}", now,
                    new ChargeReceived(kind, amount, "GBP", [receipt], basis, $"{kind}/{consignment.Id}")));
        }
    }

    private void Send(SimulatedSupplier supplier, List<Billed> lines, DateTimeOffset now)
    {
        var number = _numbers[supplier.Id] = _numbers.GetValueOrDefault(supplier.Id) + 1;
        var id = string.Create(CultureInfo.InvariantCulture, $"INV-{supplier.Id}-{number:00000}");
        var dice = Dice.For(stage.Seed, "invoice", id);
        var net = supplier.Habits.RoundsTotalOnly ? Cents(lines.Sum(line => line.Quantity * line.Price)) : lines.Sum(line => Cents(line.Quantity * line.Price));
        var freight = supplier.Distance == Distance.Home && dice.Chance(0.1) ? Cents((decimal)dice.Between(4.0, 18.0)) : 0;
        var tax = supplier.Distance == Distance.Home ? Cents((net + freight) * Vat) : 0;
        var invoice = new InvoiceReceived(
            new(supplier.Id), string.Create(CultureInfo.InvariantCulture, $"{now:yyyy}/{number:00000}"), supplier.Terms.Currency, net + freight + tax,
            [.. lines.Select((line, index) => new InvoiceReceived.InvoicedLine(index + 1, new(line.Order), line.OrderLine, line.Quantity, line.Price))],
            tax, freight, BusinessHours.Midnight(now).AddDays(supplier.Terms.PaymentDays));
        stage.Emit(EventCatalogue.InvoiceReceived, $"invoice:{id}", id, now, invoice);
        if (!dice.Chance(supplier.Habits.BillTwiceRate))
            return;
        stage.At(now + dice.Between(TimeSpan.FromDays(5), TimeSpan.FromDays(20)), later =>
        {
            tell(new Fault(Faults.BilledTwice, later, supplier.Id, Told: id));
            stage.Emit(EventCatalogue.InvoiceReceived, $"invoice:{id}:again", id, later, invoice);
        });
    }

    private static decimal Cents(decimal amount) => decimal.Round(amount, 2, MidpointRounding.AwayFromZero);
}
