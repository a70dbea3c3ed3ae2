using System.Globalization;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Orders;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Orders;

/// <summary>
/// An order of 60.00 net (4 mugs of 10, 2 bowls of 10), with taxes 12 and shipping 8: 80.00. Facts are written as A (authorized), C (captured), V (voided),
/// E (expired), B (charged back), F (failed), L (two bowls are cancelled, 26.67 less is owed), R (released by a person), then the hour, the amount and the
/// authorization, as <c>A2:80@x</c>.
/// </summary>
public sealed class PaymentTests
{
    [Theory]
    [InlineData("A2", "0-2")] // no amount: all of it
    [InlineData("A2:80", "0-2")]
    [InlineData("A2:79.9999", "0-")]
    [InlineData("A2:60", "0-")] // net
    [InlineData("A2:0", "0-")]
    [InlineData("A2:50 A4:30", "0-4")]
    [InlineData("A2:50@x A4:30@y", "0-4")]
    [InlineData("A2:50@x A4:30@x", "0-")] // the same, adjusted
    [InlineData("A2:50@x A4:80@x", "0-4")]
    [InlineData("C2:80", "0-2")] // captured at once
    [InlineData("C2", "0-2")]
    [InlineData("A2:80@x C3:80@x", "0-2")]
    [InlineData("A2:80@x C3:80", "0-2")]
    [InlineData("A2:80 C3:80@x", "0-2")]
    [InlineData("A2:80@x V4@x", "0-2 4-")]
    [InlineData("A2:80@x V4", "0-2 4-")]
    [InlineData("A2:80 V4@x", "0-2 4-")] // it can be no other
    [InlineData("A2:80@x V4@y", "0-2")] // it is another's
    [InlineData("A2:80@x V4:5@x", "0-2 4-")]
    [InlineData("A2:90@x V4:5@x", "0-2")]
    [InlineData("A2:80@x V4@x A6:80@y", "0-2 4-6")]
    [InlineData("A2:80@x A3:80@y V4@x", "0-2")]
    [InlineData("A2:80@x C3:80@x E9@x", "0-2")] // nothing is left of it to expire
    [InlineData("A2:80@x C3:50@x E9@x", "0-2 9-")]
    [InlineData("A2:80@x C3:80@x B5@x", "0-2 5-")]
    [InlineData("A2:80 B5", "0-2 5-")] // its capture was not told
    [InlineData("A2:40 F3 A4:40", "0-4")]
    [InlineData("A2:80 F3", "0-2 3-")]
    [InlineData("F2 A3", "0-3")] // case: a decline before the payment
    [InlineData("A2:53.33 L4", "0-")] // 53.3333 is owed
    [InlineData("A2:53.3334 L4", "0-4")]
    [InlineData("A2:53.3334 L4 V5:0.0002", "0-4 5-")]
    [InlineData("L2 A4:60", "0-4")]
    [InlineData("A2:20 R4", "0-4")] // whoever lets it go knows why
    [InlineData("A2:20@x R4 V6@x", "0-4 6-")]
    [InlineData("A2:20 R4 F6 A7:20", "0-4 6-")]
    public void It_is_held_while_less_than_its_total_is_paid_in_whatever_order_that_is_heard(string told, string held)
    {
        foreach (var order in HoldTests.Permutations(told.Split(' ')))
        {
            var house = new House("pending");
            foreach (var fact in order)
                house.Tell(fact);
            Assert.True(held == house.Spans(), $"heard as {string.Join(' ', order)}: {house.Spans()}, not {held}");
            Assert.Equal(held.EndsWith('-'), house.Order.IsHeld);
        }
    }

    /// <summary>The channel's word that it is paid stands for what is not told one by one.</summary>
    [Theory]
    [InlineData("A2:10@x", "")]
    [InlineData("V2", "2-")]
    [InlineData("V2@x", "2-")]
    [InlineData("V2:5@x", "2-")]
    [InlineData("A1:80@x V2@x", "2-")]
    [InlineData("A1:80@x C2:80@x", "")]
    [InlineData("C2", "")]
    [InlineData("C2:80 B3", "3-")]
    [InlineData("F2", "2-")]
    [InlineData("F2 A3:79", "2-")]
    [InlineData("F2 A3:80", "2-3")]
    [InlineData("F2 A3", "2-3")]
    [InlineData("A2 F3 A4", "3-4")]
    [InlineData("L2 V3:26.6667", "")]
    [InlineData("L2 V3:27", "3-")]
    public void One_that_was_paid_when_it_was_placed_is_held_once_that_is_taken_back(string told, string held)
    {
        foreach (var order in HoldTests.Permutations(told.Split(' ')))
        {
            var house = new House("authorized");
            foreach (var fact in order)
                house.Tell(fact);
            Assert.True(held == house.Spans(), $"heard as {string.Join(' ', order)}: {house.Spans()}, not {held}");
        }
    }

    [Theory]
    [InlineData("20", "A2:60", "0-2")]
    [InlineData("19.99", "A2:60", "0-")]
    public void What_may_be_missing_is_policy(string tolerance, string told, string held)
    {
        var house = new House("pending", $$"""{"tolerance":{{tolerance}}}""");
        house.Tell(told);
        Assert.Equal(held, house.Spans());
    }

    [Fact]
    public void What_is_paid_is_released_and_what_is_not_is_not()
    {
        var house = new House("pending");
        house.Tell("A2:50");
        house.Inner.Round(3);
        Assert.Equal((OrderStatus.ALLOCATED, null), (house.Order.Status, house.Order.FreedAt));
        house.Tell("A4:30");
        Assert.Equal(SmallHouse.Opens.AddHours(4), house.Order.FreedAt);
        house.Inner.Round(5);
        Assert.Equal(OrderStatus.RELEASED, house.Order.Status);
    }

    [Theory]
    [InlineData("A1:80@x C2:81@x", "payment.over_captured 1")]
    [InlineData("A1:90@x C2:85@x", "payment.over_captured 5")] // authorized, and yet not owed
    [InlineData("A1:50@x A1:30@y C2:40@y", "payment.over_captured 10")]
    [InlineData("C2:80", "")]
    [InlineData("L1 C2:80", "payment.over_captured 26.6667")]
    [InlineData("A1:80@x C2:80@x B3:30@x", "payment.charged_back 30")]
    [InlineData("A1:80@x C2:80@x B3", "payment.charged_back 80")]
    [InlineData("A1:80@x V2@x", "")] // nothing was released: the hold is enough
    public void What_does_not_agree_is_a_case_with_its_money(string told, string cases)
    {
        foreach (var order in HoldTests.Permutations(told.Split(' ')).Where(order => order[^1] == told.Split(' ')[^1]))
        {
            var house = new House("pending");
            foreach (var fact in order)
                house.Tell(fact);
            Assert.Equal(cases, house.Cases());
        }
    }

    [Theory]
    [InlineData("V5@x", "payment.uncovered 80")]
    [InlineData("E5@x", "payment.uncovered 80")]
    [InlineData("V5:30@x", "payment.uncovered 30")]
    [InlineData("B5@x", "payment.charged_back 80")]
    [InlineData("C5:80@x E6@x", "")]
    public void What_is_taken_back_after_the_release_is_a_case_with_its_money(string told, string cases)
    {
        var house = new House("pending");
        house.Tell("A2:80@x");
        house.Inner.Round(3);
        Assert.Equal(OrderStatus.RELEASED, house.Order.Status);
        foreach (var fact in told.Split(' '))
            house.Tell(fact);
        Assert.Equal(cases, house.Cases());
    }

    [Theory]
    [InlineData("A2:80@x C5:81@x", "more was captured than was authorized or owed: pay the excess back")]
    [InlineData("A2:80@x B5@x", "a payment was charged back, order order-1 is RELEASED: answer the bank, or write it off")]
    [InlineData(
        "A2:80@x V5:30@x", "order order-1 is not paid in full any more, and goods of it were released or have shipped: stop them, or collect the money")]
    public void A_case_says_what_to_do_and_no_amount_of_money(string told, string detail)
    {
        var house = new House("pending");
        foreach (var fact in told.Split(' '))
        {
            house.Tell(fact);
            house.Inner.Round(3);
        }
        Assert.Equal(detail, Assert.Single(house.Inner.House.Get<ExceptionBook>().Opened).Detail);
    }

    [Fact]
    public void Each_payment_leaves_as_an_operation_with_what_was_told()
    {
        var house = new House("pending");
        foreach (var fact in (string[])["A2", "C3:10.50@x", "L4"])
            house.Tell(fact);
        Assert.Equal([(1, "AUTHORIZED", null, null), (2, "CAPTURED", "x", 10.50m)],
            house.Inner.Emitted(PaymentRecorded.Type, OperationJson.Default.PaymentRecorded)
                .ConvertAll(paid => (paid.Number, paid.Kind, paid.AuthorizationId, paid.Amount)));
    }

    [Theory]
    [InlineData("{\"tolerance\":-0.01}", "tolerance must be 0 to 1000000")]
    [InlineData("{\"tolerance\":1000001}", "tolerance must be 0 to 1000000")]
    [InlineData("{\"reservationFor\":\"00:00:59\"}", "reservationFor must be 00:01:00 to 3650.00:00:00")]
    [InlineData("{\"reservationFor\":\"3651.00:00:00\"}", "reservationFor must be 00:01:00 to 3650.00:00:00")]
    [InlineData("{\"tolerance\":1000000,\"reservationFor\":\"3650.00:00:00\"}", null)]
    public void A_policy_out_of_range_is_refused(string settings, string? wrong) =>
        Assert.Equal(wrong, new SmallHouse(["north"]).Policy("payment", 1, SmallHouse.Opens, settings)?.Detail);

    private sealed class House
    {
        public House(string payment, string? policy = null)
        {
            Inner.Stock("mug", "north", 9).Stock("bowl", "north", 9);
            if (policy is not null)
                Assert.Null(Inner.Policy("payment", 1, SmallHouse.Opens, policy));
            Assert.Null(Inner.Apply(EventCatalogue.OrderPlaced, "order-1", new OrderPlaced("web",
                [new(1, new("mug"), 4, 10m), new(2, new("bowl"), 2, 10m)], Payment: payment, Taxes: 12.00m, Shipping: 8m)));
            Order = Inner.Orders.Find(new OrderId("order-1"))!;
        }

        public SmallHouse Inner { get; } = new SmallHouse(["north"]).Item("mug", "bowl");

        public Order Order { get; }

        public void Tell(string fact)
        {
            var (rest, id) = fact.Split('@') is [var before, var name] ? (before, name) : (fact, null);
            var amount = rest.Split(':') is [_, var money] ? decimal.Parse(money, CultureInfo.InvariantCulture) : (decimal?)null;
            var (type, data) = rest[0] switch
            {
                'A' => (EventCatalogue.OrderPaymentAuthorized, (IEventData)new PaymentAuthorized(amount, id)),
                'C' => (EventCatalogue.OrderPaymentCaptured, new PaymentChanged(amount, id)),
                'V' => (EventCatalogue.OrderPaymentVoided, new PaymentChanged(amount, id)),
                'E' => (EventCatalogue.OrderPaymentExpired, new PaymentChanged(amount, id)),
                'B' => (EventCatalogue.OrderChargedBack, new PaymentChanged(amount, id)),
                'F' => (EventCatalogue.OrderPaymentFailed, new OrderFlagged("declined")),
                'L' => (EventCatalogue.OrderLineCancelled, new OrderLineCancelled(2)),
                _ => (EventCatalogue.OrderHoldReleased, new HoldRequested("awaiting_payment")),
            };
            Assert.Null(Inner.Apply(type, "order-1", data, SmallHouse.Opens.AddHours(rest[1] - '0')));
        }

        /// <summary>From when till when it was held, in hours; what a fact heard later explains away has no length.</summary>
        public string Spans() => string.Join(' ', Order.Holds.Where(hold => hold.OpenedAt != hold.ReleasedAt).OrderBy(hold => hold.OpenedAt)
            .Select(hold => $"{(hold.OpenedAt - SmallHouse.Opens).TotalHours}-{(hold.ReleasedAt - SmallHouse.Opens)?.TotalHours}"));

        public string Cases() => string.Join(' ', Inner.House.Get<ExceptionBook>().Opened
            .Select(opened => string.Create(CultureInfo.InvariantCulture, $"{opened.Category} {opened.MoneyAtRisk / 1.0000000000000m}")));
    }
}
