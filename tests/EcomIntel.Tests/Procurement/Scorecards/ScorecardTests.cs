using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.Scorecards;
using EcomIntel.Core.Procurement.Suppliers;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.Tests.Procurement.Scorecards;

/// <summary>Each figure of a scorecard, by hand.</summary>
public sealed class ScorecardTests
{
    [Fact]
    public void Nothing_known_is_no_data_and_not_a_hundred_percent()
    {
        var card = new ScoreHouse().AsOf(5);
        Assert.Equal(Scorecard.None, card);
        Assert.Equal((null, null, null), (card.Otif, card.DiscrepancyRate, card.PriceVariance));
        Assert.Equal((null, null, null), (card.LeadDays, card.LeadDeviation, card.ClaimRate));
    }

    [Fact]
    public void A_due_line_that_has_not_come_is_missed_from_the_end_of_its_day_on()
    {
        var house = new ScoreHouse().Order("P-1", 1, 10, 100, 50).Receive("P-1", 8, 9, (1, 100));
        Assert.Equal((0, null), (house.AsOf(9).LinesDue, house.AsOf(9).Otif)); // received early, and not due yet
        Assert.Equal((2, 1, 0.5m), (house.AsOf(10).LinesDue, house.AsOf(10).LinesMet, house.AsOf(10).Otif));
        house.Receive("P-1", 11, 9, (2, 50));
        Assert.Equal(0.5m, house.AsOf(12).Otif); // late it stays
    }

    [Fact]
    public void The_first_promise_counts_and_no_later_one()
    {
        var house = new ScoreHouse().Order("P-1", 1, 10, 100).Promise("P-1", 2, 14);
        house.Tell(Types.PurchaseOrderDateChanged, "P-1", 12, new PurchaseOrderDateChanged(ScoreHouse.At(20, 12)));
        house.Receive("P-1", 18, 9, (1, 100));
        Assert.Equal((0, 0), (house.AsOf(13).LinesDue, house.AsOf(13).LinesMet)); // not the day it was due as ordered
        Assert.Equal((1, 0, 0m), (house.AsOf(14).LinesDue, house.AsOf(14).LinesMet, house.AsOf(14).Otif));
        Assert.Equal((1, 0), (house.AsOf(25).LinesDue, house.AsOf(25).LinesMet));
    }

    [Fact]
    public void A_promise_that_was_not_given_yet_does_not_count()
    {
        var house = new ScoreHouse().Order("P-1", 1, 10, 100).Promise("P-1", 12, 16).Receive("P-1", 15, 9, (1, 100));
        Assert.Equal((1, 0), (house.AsOf(11).LinesDue, house.AsOf(11).LinesMet)); // as ordered
        Assert.Equal((0, 0), (house.AsOf(12).LinesDue, house.AsOf(12).LinesMet)); // promised, for day 16
        Assert.Equal((1, 1), (house.AsOf(16).LinesDue, house.AsOf(16).LinesMet));
    }

    [Fact]
    public void In_the_last_hour_of_the_day_it_is_in_time_and_at_midnight_it_is_not()
    {
        var house = new ScoreHouse().Order("P-1", 1, 10, 100, 100).Receive("P-1", 10, 23.9, (1, 100)).Receive("P-1", 11, 0, (2, 100));
        Assert.Equal((2, 1), (house.AsOf(11).LinesDue, house.AsOf(11).LinesMet));
    }

    [Fact]
    public void It_is_in_full_when_the_last_of_several_receipts_comes()
    {
        var house = new ScoreHouse().Order("P-1", 1, 10, 100, 100)
            .Receive("P-1", 7, 9, (1, 40), (2, 40)).Receive("P-1", 9, 9, (1, 60)).Receive("P-1", 12, 9, (2, 60));
        Assert.Equal((ScoreHouse.At(9), ScoreHouse.At(12)), (house.Line("P-1").FullAt, house.Line("P-1", 2).FullAt));
        Assert.Equal((2, 1), (house.AsOf(12).LinesDue, house.AsOf(12).LinesMet));
    }

    [Fact]
    public void Within_the_suppliers_tolerance_it_is_in_full_and_beyond_it_is_not()
    {
        var house = new ScoreHouse().Order("P-1", 1, 10, 100, 100).Receive("P-1", 8, 9, true, (1, 90), (2, 89));
        Assert.Equal((2, 1), (house.AsOf(10).LinesDue, house.AsOf(10).LinesMet));
        Assert.Equal(11, house.Line("P-1", 2).ClosedShort); // closed short is no excuse
    }

    [Fact]
    public void More_than_was_ordered_is_no_more_than_in_full()
    {
        var house = new ScoreHouse().Order("P-1", 1, 10, 100).Receive("P-1", 8, 9, (1, 300));
        Assert.Equal((1, 1, 1m), (house.AsOf(10).LinesDue, house.AsOf(10).LinesMet, house.AsOf(10).Otif));
    }

    [Fact]
    public void What_we_cancel_in_time_is_not_due_and_what_we_cancel_too_late_was_missed()
    {
        var house = new ScoreHouse().Order("P-1", 1, 10, 100, 100, 100);
        house.Tell(Types.PurchaseOrderCancelled, "P-1", 9, new PurchaseOrderCancelled("ann", Lines: [1]));
        Assert.Equal((2, 0), (house.AsOf(10).LinesDue, house.AsOf(10).LinesMet));
        house.Tell(Types.PurchaseOrderCancelled, "P-1", 12, new PurchaseOrderCancelled("ann", Lines: [2]));
        Assert.Equal((2, 0), (house.AsOf(13).LinesDue, house.AsOf(13).LinesMet));
    }

    [Fact]
    public void What_the_supplier_cancels_is_due_nevertheless()
    {
        var house = new ScoreHouse().Order("P-1", 1, 10, 100, 100);
        house.Tell(Types.PurchaseOrderCancelled, "P-1", 5, new PurchaseOrderCancelled("supplier"));
        Assert.Equal((2, 0), (house.AsOf(10).LinesDue, house.AsOf(10).LinesMet));
    }

    [Fact]
    public void Of_a_line_that_we_cancel_in_part_what_is_left_is_due()
    {
        var house = new ScoreHouse().Order("P-1", 1, 10, 100, 100).Receive("P-1", 6, 9, (1, 60), (2, 60));
        house.Tell(Types.PurchaseOrderCancelled, "P-1", 9, new PurchaseOrderCancelled("ann", Lines: [1]));
        house.Tell(Types.PurchaseOrderCancelled, "P-1", 11, new PurchaseOrderCancelled("ann", Lines: [2]));
        Assert.Equal((2, 1), (house.AsOf(20).LinesDue, house.AsOf(20).LinesMet)); // the second was missed on day 10
        Assert.Equal(0, house.AsOf(20).LeadTimes); // neither says how long an order takes
    }

    [Fact]
    public void What_the_supplier_does_not_take_on_is_due_as_ordered()
    {
        var house = new ScoreHouse().Order("P-1", 1, 10, 100);
        house.Tell(Types.PurchaseOrderAcknowledged, "P-1", 2, new PurchaseOrderAcknowledged(ScoreHouse.At(10, 12), [new(1, Quantity: 80)]));
        house.Receive("P-1", 9, 9, (1, 80));
        Assert.Equal((1, 0), (house.AsOf(10).LinesDue, house.AsOf(10).LinesMet));
    }

    [Fact]
    public void What_was_not_sent_is_not_due()
    {
        var house = new ScoreHouse();
        house.Tell(Types.PurchaseOrderDrafted, "P-1", 1, new PurchaseOrderPlaced(
            new("S-1"), new("north"), "ann", [new(1, new("cup"), 100, 2m)], DueAt: ScoreHouse.At(5)));
        house.Order("P-2", 6, 6, 10);
        Assert.Equal(0, house.AsOf(5).LinesDue);
        Assert.Equal(1, house.AsOf(6).LinesDue);
    }

    [Fact]
    public void A_line_leaves_the_window_after_its_days()
    {
        var house = new ScoreHouse().Order("P-1", 1, 10, 100).Receive("P-1", 8, 9, (1, 100));
        Assert.Equal((1, 1), (house.AsOf(16, window: 7).LinesDue, house.AsOf(14, window: 7).LeadTimes)); // days 10 to 16; 8 to 14
        Assert.Equal((0, 0), (house.AsOf(17, window: 7).LinesDue, house.AsOf(15, window: 7).LeadTimes));
    }

    [Fact]
    public void Lead_times_are_from_sent_to_in_full()
    {
        // 4, 6 and 11 days: mean 7, squares of the deviations 9 + 1 + 16 = 26, of a sample 13
        var house = new ScoreHouse().Order("P-1", 1, 20, 10).Receive("P-1", 5, 9, (1, 10))
            .Order("P-2", 5, 20, 10).Receive("P-2", 8, 9, (1, 4)).Receive("P-2", 11, 9, (1, 6))
            .Order("P-3", 11, 30, 10, 10).Receive("P-3", 22, 9, (1, 10));
        Assert.Equal((3, 3 * 7 * 1440, 7.0), (house.AsOf(22).LeadTimes, house.AsOf(22).LeadMinutes, house.AsOf(22).LeadDays));
        Assert.Equal(Math.Sqrt(13), house.AsOf(22).LeadDeviation!.Value, 9);
        Assert.Equal((1, 4.0, null), (house.AsOf(9).LeadTimes, house.AsOf(9).LeadDays, house.AsOf(9).LeadDeviation)); // of one there is no deviation
    }

    [Fact]
    public void Discrepant_are_lines_of_receipts_once_whatever_is_wrong_with_them()
    {
        var house = new ScoreHouse().Order("P-1", 1, 10, 100, 100, 100);
        house.Tell(Types.PurchaseOrderReceived, "P-1", 8, new GoodsReceived(new("R-1"), new("north"), "cleo",
        [
            new(new("cup"), 100, 1, Damaged: 3), new(new("cup"), 60, 2, Discrepancy: "mislabelled", Damaged: 1), new(new("cup"), 40, 2),
            new(new("jug"), 5, Discrepancy: "wrong_item"),
        ]));
        Assert.Equal((4, 3, 0.75m), (house.AsOf(8).ReceiptLines, house.AsOf(8).DiscrepantLines, house.AsOf(8).DiscrepancyRate));
        Assert.Equal(0, house.AsOf(7).ReceiptLines);
    }

    [Fact]
    public void What_is_rejected_is_discrepant_from_then_on()
    {
        var house = new ScoreHouse();
        house.Tell(Types.PolicyUpdated, "receiving", 0, new PolicyUpdated(1, System.Text.Json.JsonElement.Parse("""{"inspect": "always"}""")));
        house.Order("P-1", 1, 10, 100).Receive("P-1", 8, 9, (1, 100));
        house.Tell(Types.PurchaseOrderInspected, "P-1", 11, new GoodsInspected(new("R-P-1-8-9"), new("cup"), "eve", 90, 10));
        Assert.Equal((1, 0, 0), (house.AsOf(10).ReceiptLines, house.AsOf(10).DiscrepantLines, house.AsOf(10).ClaimsOpened));
        Assert.Equal((1, 1, 1), (house.AsOf(11).ReceiptLines, house.AsOf(11).DiscrepantLines, house.AsOf(11).ClaimsOpened));
    }

    [Fact]
    public void Claims_are_open_until_they_are_refused_credited_or_withdrawn()
    {
        var house = new ScoreHouse().Order("P-1", 1, 10, 100, 100, 100).Receive("P-1", 8, 9, true, (1, 80), (2, 80), (3, 120));
        Assert.Equal((3, 3, 0, 1m), (house.AsOf(8).ClaimsOpened, house.AsOf(8).ClaimsOpen, house.AsOf(8).ClaimsCredited, house.AsOf(8).ClaimRate));
        house.Tell(Types.ClaimAccepted, "P-1", 10, new ClaimAnswered(new("P-1/1/SHORT"), "one"));
        house.Receive("P-1", 11, 9, (2, 20)); // missing units come after all
        house.Tell(Types.ClaimRefused, "P-1", 12, new ClaimAnswered(new("P-1/3/OVER"), "one"));
        house.Tell(Types.ClaimCredited, "P-1", 14, new ClaimCredited(new("P-1/1/SHORT"), 40, "GBP", "one"));
        Assert.Equal((3, 3, 0), Claims(10)); // accepted is not settled
        Assert.Equal((2, 2, 0), Claims(11)); // what was withdrawn was none
        Assert.Equal((2, 1, 0), Claims(13));
        Assert.Equal((2, 0, 1), Claims(14));
        Assert.Equal((0, 0, 1), Claims(20, window: 7)); // days 14 to 20
        Assert.Equal(ScoreHouse.At(8), house.Claim("P-1/3/OVER").OpenedAt); // what comes later does not move when it was found

        (long, long, long) Claims(int day, int window = 180)
        {
            var card = house.AsOf(day, window);
            return (card.ClaimsOpened, card.ClaimsOpen, card.ClaimsCredited);
        }
    }

    [Fact]
    public void A_claim_that_is_not_settled_is_open_after_its_window_too()
    {
        var house = new ScoreHouse().Order("P-1", 1, 10, 100).Receive("P-1", 8, 9, true, (1, 80));
        Assert.Equal((0, 1), (house.AsOf(40, window: 7).ClaimsOpened, house.AsOf(40, window: 7).ClaimsOpen));
    }

    [Fact]
    public void Prices_are_held_against_the_list_as_it_was_when_they_were_ordered()
    {
        // Listed at 2.00: ordered at 2.10, invoiced at 2.10 and at 2.25. A jug is not on the list: standard cost 8.00, invoiced at 7.00.
        var house = new ScoreHouse().Order("P-1", "S-1", 1, 10, 2.1m, 100).Order("P-2", "S-1", 1, 10, 2.1m, 100);
        house.Tell(Types.PurchaseOrderPlaced, "P-3", 1, new PurchaseOrderPlaced(new("S-1"), new("north"), "erp", [new(1, new("jug"), 10, 7.5m)]));
        house.Tell(Types.SupplierItemUpdated, "S-1", 2, new SupplierItemUpdated(new("cup"), 3m));
        Invoice("I-1", 9, "P-1", 100, 2.1m);
        Invoice("I-2", 12, "P-2", 80, 2.25m);
        Invoice("I-3", 12, "P-3", 10, 7m);
        Assert.Equal((200m, 10m, 0.05m), (house.AsOf(9).ReferenceValue, house.AsOf(9).PriceDifference, house.AsOf(9).PriceVariance));
        Assert.Equal((440m, 20m), (house.AsOf(12).ReferenceValue, house.AsOf(12).PriceDifference)); // 200 + 160 + 80; 10 + 20 - 10
        Assert.Null(house.AsOf(8).PriceVariance);

        void Invoice(string id, double day, string order, long quantity, decimal price) => house.Tell(Types.InvoiceReceived, id, day,
            new InvoiceReceived(new("S-1"), id, "GBP", quantity * price, [new(1, new(order), 1, quantity, price)]));
    }

    [Fact]
    public void Prices_are_summed_in_the_base_currency()
    {
        var house = new ScoreHouse();
        house.Tell(Types.RateUpdated, "USD", 0, new RateUpdated(0.8m)).Supplier("S-2", "USD").Sells("S-2", 5m);
        house.Order("P-1", "S-2", 1, 10, 6m, 10);
        house.Tell(Types.InvoiceReceived, "I-1", 9, new InvoiceReceived(new("S-2"), "1", "USD", 60m, [new(1, new("P-1"), 1, 10, 6m)]));
        Assert.Equal((40m, 8m, 0.2m), Prices("S-2"));
        Assert.Equal((0m, 0m, null), Prices("S-1"));

        (decimal, decimal, decimal?) Prices(string supplier)
        {
            var card = house.AsOf(9, supplier: supplier);
            return (card.ReferenceValue, card.PriceDifference, card.PriceVariance);
        }
    }

    [Fact]
    public void Each_day_is_scored_the_morning_after_and_told()
    {
        var house = new ScoreHouse().Order("P-1", 1, 3, 100, 100).Receive("P-1", 3, 9, (1, 100)).Receive("P-1", 4, 2, (2, 100));
        var score = house.Made(3);
        Assert.Equal((180, 2, 1, false), (score.WindowDays, score.LinesDue, score.LinesMet, score.Amended));
        Assert.Equal(ScoreHouse.At(4, 5), score.MadeAt);
        Assert.Equal(5, house.Scores.Count); // the day before it opened, when it knew of the supplier already, and days 0 to 3
        var told = house.House.Emitted(SupplierScored.Type, OperationJson.Default.SupplierScored);
        Assert.Equal((5, ScoreHouse.Day(3), 2, 1), (told.Count, told[^1].Day, told[^1].LinesDue, told[^1].LinesMet));
    }

    [Fact]
    public void What_is_heard_of_a_day_that_was_scored_marks_it_and_shows_as_of_it()
    {
        var house = new ScoreHouse().Order("P-1", 1, 3, 100);
        Assert.Equal((1, 0), (house.Made(4).LinesDue, house.Made(4).LinesMet));
        house.Receive("P-1", 3, 9, (1, 100));
        Assert.Equal([false, true, true], house.Scores.Where(score => score.Day >= ScoreHouse.Day(2)).Select(score => score.Amended));
        Assert.Equal((1, 1), (house.AsOf(3).LinesDue, house.AsOf(3).LinesMet));
        Assert.Equal(0, house.Made(4).LinesMet); // what was decided by is not written over
    }

    [Fact]
    public void Goods_without_an_order_count_for_it_from_when_they_came()
    {
        var house = new ScoreHouse().Order("P-1", 1, 3, 100);
        house.Tell(Types.ReceiptBlind, "B-1", 3, new BlindReceived(new("S-1"), new("north"), "cleo", [new(new("cup"), 100)]));
        Assert.Equal((1, 0), (house.Made(4).LinesDue, house.Made(4).LinesMet));
        house.Tell(Types.ReceiptMatched, "P-1", 5, new ReceiptMatched(new("B-1"), "dora"));
        Assert.Equal((1, 1, 1), (house.AsOf(3).LinesDue, house.AsOf(3).LinesMet, house.AsOf(3).ReceiptLines));
        Assert.True(house.Made(4).Amended);
    }

    /// <summary>The house opens on a Monday, and scores the day before; by that morning's policy, then the weeks that end on its 6th and 13th day.</summary>
    [Fact]
    public void The_policy_may_score_once_a_week()
    {
        Assert.Equal(DayOfWeek.Monday, ScoreHouse.Opens.DayOfWeek);
        var house = new ScoreHouse();
        house.Tell(Types.PolicyUpdated, "suppliers", 0, new PolicyUpdated(1, System.Text.Json.JsonElement.Parse("""{"scoreEvery": 7}""")), 10);
        house.House.Pass(ScoreHouse.At(20, 6));
        Assert.Equal([ScoreHouse.Day(-1), ScoreHouse.Day(6), ScoreHouse.Day(13)], house.Scores.Select(score => score.Day));
    }

    [Fact]
    public void The_policy_says_how_far_back_and_when()
    {
        var house = new ScoreHouse();
        house.Tell(Types.PolicyUpdated, "suppliers", 0,
            new PolicyUpdated(1, System.Text.Json.JsonElement.Parse("""{"scorecardDays": 7, "scoreAt": "04:00:00"}""")), 10);
        house.Order("P-1", 1, 3, 100);
        Assert.Equal((7, 1), (house.Made(9).WindowDays, house.Made(9).LinesDue));
        Assert.Equal((0, ScoreHouse.At(11, 4)), (house.Made(10).LinesDue, house.Made(10).MadeAt));
        Assert.Equal("scorecardDays must be 7 to 730", house.House.Policy("suppliers", 2, ScoreHouse.At(11), """{"scorecardDays": 3}""")?.Detail);
    }

    [Fact]
    public void As_of_any_day_it_is_as_it_was_made_then()
    {
        var (random, partly) = (new Random(7), 0);
        for (var seed = 0; seed < 12; seed++)
        {
            var house = new ScoreHouse().Supplier("S-2").Sells("S-2", 3m);
            var events = new List<(double Hour, Action Tell)>();
            for (var number = 0; number < 12; number++)
            {
                var (id, supplier, at) = ($"P-{number}", random.Next(2) == 0 ? "S-1" : "S-2", random.Next(10 * 24));
                var hour = at + 1 + (random.NextDouble() * 200);
                void Add(double hours, Action<double> tell) => events.Add((hours, () => tell(hours)));
                Add(at, now => house.Order(id, supplier, now / 24, (now / 24) + random.Next(1, 12), 2m, 20, 30));
                if (random.Next(2) == 0)
                    Add(at + (random.NextDouble() * 100), now => house.House.Hear(Types.PurchaseOrderAcknowledged, id,
                        new PurchaseOrderAcknowledged(ScoreHouse.At((now / 24) + random.Next(8), 12)), ScoreHouse.At(now / 24)));
                for (var receipt = 0; receipt < random.Next(4); receipt++)
                {
                    var (first, second, damaged) = (random.Next(1, 25), random.Next(1, 35), random.Next(4) == 0 ? 1 : 0);
                    var (receiptId, complete) = ($"R-{number}-{receipt}", random.Next(4) == 0);
                    Add(hour += random.NextDouble() * 90, now => house.House.Hear(Types.PurchaseOrderReceived, id, new GoodsReceived(
                        new(receiptId), new("north"), "cleo", [new(new("cup"), first, 1, damaged), new(new("cup"), second)], Complete: complete),
                        ScoreHouse.At(now / 24)));
                }
                if (random.Next(4) == 0)
                    Add(hour + 5, now => house.House.Hear(Types.PurchaseOrderCancelled, id, new PurchaseOrderCancelled(
                        random.Next(2) == 0 ? "ann" : "supplier"), ScoreHouse.At(now / 24)));
            }
            foreach (var (_, tell) in events.OrderBy(one => one.Hour))
                tell();
            house.House.Pass(ScoreHouse.At(40));
            foreach (var score in house.Scores)
            {
                var card = ScoreReckoning.Of(house.House.House, score.SupplierId, new(score.Day, score.WindowDays));
                if (!score.Amended)
                    Assert.Equal((score.LinesDue, score.LinesMet, score.LeadTimes, score.LeadMinutes, score.ReceiptLines, score.DiscrepantLines,
                        score.ClaimsOpened, score.ClaimsOpen), (card.LinesDue, card.LinesMet, card.LeadTimes, card.LeadMinutes, card.ReceiptLines,
                        card.DiscrepantLines, card.ClaimsOpened, card.ClaimsOpen));
                Assert.True(card.LinesMet >= 0 && card.LinesMet <= card.LinesDue && !(card.Otif > 1));
                Assert.True(card.DiscrepantLines >= 0 && card.DiscrepantLines <= card.ReceiptLines);
                Assert.True(card.ClaimsOpen >= 0 && !(card.LeadDeviation < 0));
            }
            partly += house.Scores.Count(score => score.LinesMet > 0 && score.LinesMet < score.LinesDue);
            // All was heard in its time; an order that is acknowledged after its goods came may have owed otherwise.
            Assert.True(house.Scores.Count(score => score.Amended) < house.Scores.Count / 2);
        }
        Assert.True(partly > 100);
    }
}
