using EcomIntel.Core.Orders;
using FsCheck;
using FsCheck.Fluent;

namespace EcomIntel.Tests.Property;

/// <summary>What is paid of an order and what holds it is decided by the set of facts, whatever they are and in whatever order they are heard.</summary>
public sealed class MoneyProperties
{
    private static readonly DateTimeOffset Placed = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);
    private static readonly string?[] Ids = [null, "a", "b", "c"];

    public sealed record Fact(PaymentKindOrHold Kind, int Hour, int? Amount, string? Id);

    public enum PaymentKindOrHold
    {
        Authorized,
        Captured,
        Voided,
        Expired,
        ChargedBack,
        Failed,
        LetGo,
    }

    private static readonly Arbitrary<List<Fact>> Facts = (
        from kind in Gen.Elements(Enum.GetValues<PaymentKindOrHold>())
        from hour in Gen.Choose(1, 6)
        from amount in Gen.OneOf(Gen.Constant((int?)null), Gen.Choose(0, 100).Select(amount => (int?)amount))
        from id in Gen.Elements(Ids)
        select new Fact(kind, hour, amount, id)).ListOf().Select(facts => facts.ToList()).ToArbitrary();

    [Fact]
    public void The_order_of_arrival_does_not_show() => Check(facts =>
    {
        var heard = Said(facts);
        return heard == Said([.. facts.AsEnumerable().Reverse()]) && heard == Said([.. facts.OrderBy(fact => fact.GetHashCode())])
            && heard == Said([.. facts.OrderBy(fact => fact.Hour)]);
    });

    [Fact]
    public void Holds_follow_each_other_and_what_is_covered_is_never_less_than_nothing() => Check(facts =>
    {
        var history = HistoryOf(facts, pending: true);
        var times = history.Holds.SelectMany(hold => new[] { hold.OpenedAt, hold.ReleasedAt ?? DateTimeOffset.MaxValue }).ToList();
        return times.SequenceEqual(times.Order()) && history.Holds.SkipLast(1).All(hold => hold.ReleasedAt is not null)
            && history is { Covered: >= 0, OverCaptured: >= 0, ChargedBack: >= 0, Owed: 100 };
    });

    /// <summary>The same by a sum, for facts of which it can be told by one: authorizations with amounts, of which each is voided as a whole or not.</summary>
    [Fact]
    public void It_is_held_exactly_while_what_lives_of_its_authorizations_is_less_than_its_total() => Check(facts =>
    {
        var some = facts.Where(fact => fact.Kind is PaymentKindOrHold.Authorized or PaymentKindOrHold.Voided && fact.Id is not null)
            .Select(fact => fact with { Amount = fact.Kind == PaymentKindOrHold.Voided ? null : fact.Amount ?? 100 })
            .DistinctBy(fact => (fact.Kind, fact.Id)).ToList();
        var voided = some.Where(fact => fact.Kind == PaymentKindOrHold.Voided).ToLookup(fact => fact.Id, fact => fact.Hour);
        var lives = some.Where(fact => fact.Kind == PaymentKindOrHold.Authorized && !voided[fact.Id].Any(hour => hour >= fact.Hour)).Sum(fact => fact.Amount);
        var history = HistoryOf(some, pending: true);
        return history.Covered == lives && history.IsHeld == (lives < 100);
    });

    [Fact]
    public void A_hold_that_no_money_is_in_is_open_exactly_where_its_latest_fact_opens_it() => Check(facts =>
    {
        var told = facts.ConvertAll(fact => new HoldFact
        {
            OrderId = new("order-1"), Kind = "manual", At = Placed.AddHours(fact.Hour), Opens = fact.Kind < PaymentKindOrHold.Expired,
        });
        var latest = told.OrderBy(fact => fact.At).ThenBy(fact => !fact.Opens).LastOrDefault();
        return HoldSpan.Of(told) is [.., { ReleasedAt: null }] == (latest?.Opens ?? false);
    });

    private static void Check(Func<List<Fact>, bool> holds) => Prop.ForAll(Facts, holds).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    private static string Said(List<Fact> facts) => Said(HistoryOf(facts, pending: true)) + Said(HistoryOf(facts, pending: false));

    private static string Said(PaymentHistory history) => $"{history.Covered} {history.Missing} {history.ChargedBack} {string.Join(' ', history.Holds)}\n";

    private static PaymentHistory HistoryOf(List<Fact> facts, bool pending)
    {
        var order = new Order
        {
            Id = new("order-1"), Channel = "web", Currency = "EUR", Tier = 5, ShipComplete = false, PlacedAt = Placed, PromisedAt = Placed.AddDays(5),
            PaymentPending = pending,
        };
        order.Lines.Add(new() { OrderId = order.Id, Number = 1, Sku = new("mug"), Price = 10m, Ordered = 10 });
        foreach (var fact in facts)
            if (fact.Kind < PaymentKindOrHold.Failed)
                order.Payments.Add(new()
                {
                    OrderId = order.Id, Number = order.Payments.Count + 1, Kind = (PaymentKind)(int)fact.Kind, AuthorizationId = fact.Id, Amount = fact.Amount,
                    At = Placed.AddHours(fact.Hour),
                });
            else
                order.HoldFacts.Add(new()
                {
                    OrderId = order.Id, Kind = Hold.AwaitingPayment, At = Placed.AddHours(fact.Hour), Opens = fact.Kind == PaymentKindOrHold.Failed,
                });
        return PaymentHistory.Of(order, _ => 0);
    }
}
