using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Suppliers;

namespace EcomIntel.Core.Procurement.Invoices;

/// <summary>charge.received; the subject is the charge's id. It is spread over the lines of the receipts that it is for, to the cent.</summary>
internal sealed class ChargeHandlers(
    InvoiceBook invoices, IncomingCosts incoming, SupplierBook suppliers, CatalogBook catalog, PolicyBook policies, ExceptionBook exceptions, Outbox outbox)
{
    public Rejection? Received(CloudEvent e, ChargeReceived data)
    {
        if (invoices.FindCharge(e.Subject) is { } known)
            return Again(e, data, known);
        var lines = new List<IncomingCost>();
        foreach (var id in data.Receipts.Distinct().Order())
        {
            if (incoming.Of(id) is not { Count: > 0 } receipt)
                return new(RejectionCodes.UnknownReceipt, $"no receipt {id}") { Awaits = $"receipt/{id}" };
            lines.AddRange(receipt.OrderBy(line => line.Number));
        }
        var currency = policies.At(PurchasingPolicy.Kind, e.Time).Settings.BaseCurrency;
        if (suppliers.Rate(data.Currency, currency, e.Time) is null)
            return SupplierBook.NoRate(data.Currency, currency);
        if (WeightsOf(data.Basis, lines, currency, out var weights) is { } wrong)
            return wrong;
        invoices.Add(new Charge
        {
            Id = e.Subject, Kind = data.Kind, Basis = data.Basis, Amount = data.Amount, Currency = data.Currency, Number = data.Number, At = e.Time,
        });
        var parts = Spread.Over(data.Amount, weights, Currencies.Decimals(data.Currency));
        for (var index = 0; index < lines.Count; index++)
            invoices.Add(new LandedCost
            {
                Kind = LandedCost.OfCharge, SourceId = e.Subject, SourceLine = 0, ReceiptId = lines[index].ReceiptId!.Value, Line = lines[index].Number,
                Sku = lines[index].Sku, Amount = parts[index], Currency = data.Currency, At = e.Time,
            });
        outbox.Add(e.Time, ChargeSpread.Type, e.Subject, new ChargeSpread(
            e.Subject, data.Kind, data.Amount, data.Currency, data.Basis, data.Number,
            [.. lines.Select((line, index) => new ChargeSpread.SpreadPart(line.ReceiptId!.Value, line.Number, line.Sku, line.Quantity, parts[index]))]),
            OperationJson.Default.ChargeSpread);
        return null;
    }

    /// <summary>Where nothing is known by which to spread (no weight, no order), units count.</summary>
    private Rejection? WeightsOf(string basis, List<IncomingCost> lines, string currency, out decimal[] weights)
    {
        weights = new decimal[lines.Count];
        for (var index = 0; index < weights.Length; index++)
        {
            var line = lines[index];
            if (basis == "weight")
                weights[index] = line.Quantity * (catalog.WeightKg(line.Sku) ?? 0);
            else if (basis == "value" && line.Price is { } price)
            {
                if (suppliers.Rate(line.Currency ?? currency, currency, line.At) is not { } rate)
                    return SupplierBook.NoRate(line.Currency!, currency);
                weights[index] = line.Quantity * price * rate;
            }
        }
        if (Array.TrueForAll(weights, static weight => weight == 0))
            weights = [.. lines.Select(line => (decimal)line.Quantity)];
        return null;
    }

    private Rejection? Again(CloudEvent e, ChargeReceived data, Charge known)
    {
        if ((known.Kind, known.Basis, known.Amount, known.Currency, known.Number) != (data.Kind, data.Basis, data.Amount, data.Currency, data.Number))
            exceptions.Open(
                e, CaseCategory.ChargeDiffers, e.Subject, null, $"charge {e.Subject} was told again, and says otherwise; what was told first stands",
                known.Currency == data.Currency ? Math.Abs(data.Amount - known.Amount) : null);
        return null;
    }
}
