using EcomIntel.Core.Procurement.Invoices;
using EcomIntel.Core.Procurement.Valuation;
using FsCheck;
using FsCheck.Fluent;

namespace EcomIntel.Tests.Property;

/// <summary>Money that is shared out, matched or valued adds up, whatever it is.</summary>
public sealed class CostProperties
{
    [Fact]
    public void A_spread_adds_up_and_is_fair_to_a_step() => Prop.ForAll(
        Gen.Zip(Gen.Choose(-2_000_000, 2_000_000), Gen.Choose(0, 100_000).NonEmptyListOf().Select(weights => weights.ToList())).ToArbitrary(), drawn =>
        {
            var (amount, weights) = (drawn.Item1 / 100m, drawn.Item2.ConvertAll(weight => weight / 7m));
            var parts = Spread.Over(amount, weights, 2);
            var total = weights.Sum();
            return parts.Sum() == amount && parts.Length == weights.Count
                && parts.Zip(weights).All(pair => Math.Abs(pair.First - (total > 0 ? amount * (pair.Second / total) : amount / weights.Count)) <= 0.01m
                    && Math.Sign(pair.First) != -Math.Sign(amount) | amount == 0 && decimal.Round(pair.First, 2) == pair.First);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void An_amount_is_explained_whatever_it_is() => Prop.ForAll(
        (from quantity in Gen.Choose(1, 5_000)
         from price in Gen.Choose(0, 100_000)
         from agreed in Gen.OneOf(Gen.Constant((int?)null), Gen.Choose(0, 100_000).Select(number => (int?)number))
         from off in Gen.Choose(-500, 500)
         from matched in Gen.Choose(0, quantity)
         select (quantity, price, agreed, off, matched)).ToArbitrary(), drawn =>
        {
            var (price, agreed) = (drawn.price / 10_000m, drawn.agreed / 10_000m);
            var amount = decimal.Round(drawn.quantity * price, 2) + drawn.off / 100m;
            var matched = agreed is null ? 0 : drawn.matched;
            var of = Explanation.Of("GBP", drawn.quantity, price, amount, agreed, matched, 0.02m);
            return of.Expected + of.PriceVariance + of.QuantityVariance + of.Rounding + of.Difference == amount
                && (of.Rounding == 0 || of.Difference == 0) && of.Expected == matched * (agreed ?? 0);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    /// <summary>Units come in, go out and are charged for later, in any order: what went out is never more than there is.</summary>
    [Fact]
    public void What_came_in_is_on_hand_or_gone_to_the_last_decimal() => Prop.ForAll(
        (from kind in Gen.Choose(0, 2)
         from quantity in Gen.Choose(1, 50)
         from money in Gen.Choose(0, 1_000_000)
         select (kind, quantity, money)).ListOf().Select(steps => steps.ToList()).ToArbitrary(), steps =>
        {
            var costs = new SkuCosts();
            var (units, came, went, entry) = (0L, 0m, 0m, 0L);
            foreach (var (kind, quantity, money) in steps)
            {
                if (kind == 0)
                {
                    units += quantity;
                    came += money / 10_000m;
                    costs.Add(new()
                    {
                        Entry = ++entry, Sku = new("mug"), Location = new("main"), At = default, Quantity = quantity, Cost = money / 10_000m,
                        Remaining = quantity, RemainingCost = money / 10_000m, Source = CostSource.Receipt, ReceiptId = new("R" + (entry % 3)),
                    });
                }
                else if (kind == 1)
                {
                    var out_ = Math.Min(units, quantity);
                    var (cost, missing) = costs.Take(out_);
                    (units, went) = (units - out_, went + cost);
                    if (missing != 0 || cost < 0)
                        return false;
                }
                else if (costs.Layers.Where(layer => layer.ReceiptId == new Core.Events.ReceiptId("R1")).Sum(layer => layer.Quantity) is > 0 and var received)
                {
                    var amount = money / 10_000m;
                    var (onHand, gone) = costs.Post(new("R1"), amount, received);
                    (came, went) = (came + amount, went + gone);
                    if (onHand + gone != amount || onHand < 0 || gone < 0)
                        return false;
                }
                if (costs.Layers.Any(layer => layer.Remaining < 0 || layer.RemainingCost < 0 || (layer.Remaining == 0 && layer.RemainingCost != 0)))
                    return false;
            }
            return costs.OnHand == units && costs.CostOnHand == came - went;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
}
