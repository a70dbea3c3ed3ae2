using System.Globalization;
using EcomIntel.Core.Events;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Retention;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Retention;

/// <summary>When what is pruned, by the calendar. Built-in: operations 1100 days, identities 400, closed dead letters 180, answers 30.</summary>
public sealed class PruningTests
{
    private static readonly OldestRows Nothing = new(null, null, null, null, At("2026-07-01T12:00:00Z"));

    /// <summary>PostgreSQL's clock is beyond what these tests are about.</summary>
    private static readonly OldestRows Later = Nothing with { WallNow = At("2035-01-01T00:00:00Z") };

    private readonly PolicyBook _policies = new();

    [Fact]
    public void Nothing_is_due_while_nothing_is_there()
    {
        Assert.Null(new Pruning(_policies).NextAfter(At("2030-01-01T00:00:00Z")));
        Assert.Null(new Pruning(_policies) { Oldest = Nothing }.NextAfter(At("2030-01-01T00:00:00Z")));
    }

    [Theory]
    [InlineData("2026-01-01T00:30:00Z", "2026-02-01T00:00:00Z", "2029-01-05T01:00:00Z")] // 1096 days are three years from 2026 on, 2028 being a leap year
    [InlineData("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", "2029-01-05T01:00:00Z")] // at 00:00 it is 1100 days old, not older
    [InlineData("2026-01-01T00:30:00Z", "2029-01-05T00:59:59Z", "2029-01-05T01:00:00Z")]
    [InlineData("2026-01-01T00:30:00Z", "2029-01-05T01:00:00Z", "2029-01-05T02:00:00Z")]
    [InlineData("2026-01-01T00:30:00Z", "2029-01-06T00:30:00Z", "2029-01-06T01:00:00Z")] // a day over
    [InlineData("2026-01-01T00:30:00Z", "2029-01-06T00:30:01Z", "2029-01-06T00:31:00Z")] // and more: there is much, and it goes by minutes
    [InlineData("2026-01-01T00:30:00Z", "2030-03-03T05:20:00Z", "2030-03-03T05:21:00Z")]
    public void An_operation_is_due_at_the_first_full_hour_at_which_it_is_older_than_its_days(string oldest, string from, string due) =>
        Assert.Equal(At(due), new Pruning(_policies) { Oldest = Nothing with { Operation = At(oldest) } }.NextAfter(At(from)));

    [Fact]
    public void A_day_of_identities_is_due_when_all_of_it_is_older()
    {
        var pruning = new Pruning(_policies) { Oldest = Later with { AppliedEvent = new(2026, 1, 1) } };
        Assert.Equal(At("2027-02-06T00:00:00Z"), pruning.NextAfter(At("2026-01-01T10:00:00Z")));
        pruning.Run(At("2027-02-05T23:00:00Z"));
        Assert.Null(pruning.AppliedEvents);
        Assert.Null(pruning.Before);
        pruning.Run(At("2027-02-06T00:00:00Z"));
        Assert.Equal((new DateOnly(2026, 1, 2), new DateOnly(2026, 1, 2)), (pruning.AppliedEvents!.Value, pruning.Before!.Value));
    }

    [Fact]
    public void Once_begun_the_horizon_follows_the_time_every_hour_whatever_rows_there_are()
    {
        var pruning = new Pruning(_policies) { Before = new(2026, 1, 2), Oldest = Later };
        Assert.Equal(At("2027-02-06T11:00:00Z"), pruning.NextAfter(At("2027-02-06T10:17:00Z")));
        pruning.Run(At("2027-02-06T11:00:00Z"));
        Assert.Null(pruning.AppliedEvents); // the same day, and no row before it
        pruning.Run(At("2027-02-09T00:00:00Z"));
        Assert.Equal((new DateOnly(2026, 1, 5), new DateOnly(2026, 1, 5)), (pruning.AppliedEvents!.Value, pruning.Before!.Value));
    }

    [Fact]
    public void A_copy_whose_clock_is_years_ahead_prunes_nothing_that_PostgreSQLs_has_not_reached()
    {
        // By PostgreSQL's clock, 2026-07-01, 400 days end on 2025-05-27, and 1100 days on 2023-06-27.
        var pruning = new Pruning(_policies) { Oldest = Nothing with { Operation = At("2026-06-30T00:00:00Z"), AppliedEvent = new(2026, 6, 30) } };
        pruning.Run(At("2031-01-01T00:00:00Z"));
        Assert.Equal((null, null, null), (pruning.Operations, pruning.AppliedEvents, pruning.Before));
    }

    [Fact]
    public void While_there_is_much_it_runs_by_minutes_and_once_in_a_batch()
    {
        var pruning = new Pruning(_policies) { Before = new(2026, 1, 5), Oldest = Nothing with { AppliedEvent = new(2026, 1, 3) } };
        Assert.Equal(At("2027-02-09T10:18:00Z"), pruning.NextAfter(At("2027-02-09T10:17:00Z")));
        pruning.Run(At("2027-02-09T10:18:00Z"));
        Assert.Equal(new DateOnly(2026, 1, 5), pruning.AppliedEvents);
        Assert.Equal(At("2027-02-09T11:00:00Z"), pruning.NextAfter(At("2027-02-09T10:18:00Z")));
        pruning = new(_policies) { Before = new(2026, 1, 5), Oldest = Nothing with { AppliedEvent = new(2026, 1, 4) } };
        Assert.Equal(At("2027-02-09T11:00:00Z"), pruning.NextAfter(At("2027-02-09T10:17:00Z")));
    }

    [Fact]
    public void What_a_bounded_run_left_is_deleted_by_the_next_ones()
    {
        var pruning = new Pruning(_policies) { Before = new(2026, 1, 2), Oldest = Nothing with { AppliedEvent = new(2025, 12, 31) } };
        pruning.Run(At("2027-02-06T11:00:00Z"));
        Assert.Equal(new DateOnly(2026, 1, 2), pruning.AppliedEvents);
    }

    [Fact]
    public void A_policy_that_keeps_longer_brings_nothing_back()
    {
        _policies.Add(new() { Kind = "retention", Version = 1, EffectiveAt = At("2027-02-07T00:00:00Z"), Settings = """{"appliedEvents":"1000.00:00:00"}""" });
        var pruning = new Pruning(_policies) { Before = new(2026, 1, 2), Oldest = Nothing };
        pruning.Run(At("2027-02-08T00:00:00Z"));
        Assert.Equal((new DateOnly(2026, 1, 2), null), (pruning.Before!.Value, pruning.AppliedEvents));
    }

    [Theory]
    [InlineData("2026-01-01T23:59:59.999999Z", true)]
    [InlineData("2026-01-02T00:00:00Z", false)]
    [InlineData("1999-06-01T00:00:00Z", true)]
    public void An_event_of_a_day_before_the_horizon_is_refused(string time, bool refused)
    {
        var pruning = new Pruning(_policies) { Before = new(2026, 1, 2) };
        var e = new CloudEvent("1", "tests", EventCatalogue.ItemUpdated, "A", At(time), new ItemUpdated("An A"));
        Assert.Equal(refused ? "too_old" : null, pruning.Refuse(e)?.Code);
        Assert.Null(new Pruning(_policies).Refuse(e));
    }

    [Fact]
    public void Its_refusal_names_the_horizon_and_nothing_is_applied()
    {
        var house = new SmallHouse(["north"]);
        house.House.Get<Pruning>().Before = new(2026, 1, 6);
        var rejection = house.Apply(EventCatalogue.ItemUpdated, "A", new ItemUpdated("An A"), At("2026-01-05T10:00:00Z"));
        Assert.Equal("too_old", rejection?.Code);
        Assert.Equal("time 2026-01-05T10:00:00.0000000+00:00 is before 2026-01-06: whether it was applied already cannot be told any more", rejection?.Detail);
        Assert.Empty(house.Catalog.Items);
        Assert.Null(house.Apply(EventCatalogue.ItemUpdated, "A", new ItemUpdated("An A"), At("2026-01-06T10:00:00Z")));
        Assert.Equal(["A"], house.Catalog.Items.Select(item => item.Sku.Value));
    }

    [Theory]
    [InlineData("2026-01-02T12:00:00Z", false)] // 180 days before Nothing's wall clock
    [InlineData("2026-01-02T11:59:59Z", true)]
    public void Closed_letters_go_by_the_wall_clock(string received, bool due)
    {
        // A replay of long ago: by its business time the letter is not even there yet.
        var pruning = new Pruning(_policies) { Oldest = Nothing with { ClosedLetter = At(received) } };
        Assert.Equal(due ? At("2010-05-05T06:00:00Z") : null, pruning.NextAfter(At("2010-05-05T05:05:00Z")));
        pruning.Run(At("2010-05-05T06:00:00Z"));
        Assert.Equal(due ? TimeSpan.FromDays(180) : null, pruning.DeadLetters);
        Assert.Null(pruning.ChangeOutcomes);
    }

    [Theory]
    [InlineData("2026-06-01T12:00:00Z", false)] // 30 days before Nothing's wall clock
    [InlineData("2026-06-01T11:59:59Z", true)]
    public void So_do_answers(string at, bool due)
    {
        var pruning = new Pruning(_policies) { Oldest = Nothing with { ChangeOutcome = At(at) } };
        Assert.Equal(due ? At("2040-05-05T06:00:00Z") : null, pruning.NextAfter(At("2040-05-05T05:05:00Z")));
        pruning.Run(At("2040-05-05T06:00:00Z"));
        Assert.Equal(due ? TimeSpan.FromDays(30) : null, pruning.ChangeOutcomes);
    }

    [Fact]
    public void Operations_go_by_business_time_and_the_policy_that_rules_then()
    {
        _policies.Add(new() { Kind = "retention", Version = 1, EffectiveAt = At("2011-01-01T00:00:00Z"), Settings = """{"operations":"60.00:00:00"}""" });
        var pruning = new Pruning(_policies) { Oldest = Nothing with { Operation = At("2010-10-01T00:00:00Z") } };
        pruning.Run(At("2010-12-31T23:00:00Z"));
        Assert.Null(pruning.Operations);
        pruning.Run(At("2011-01-01T00:00:00Z"));
        Assert.Equal((At("2010-11-02T00:00:00Z"), At("2011-01-01T00:00:00Z")), pruning.Operations);
    }

    private static DateTimeOffset At(string instant) => DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture);
}
