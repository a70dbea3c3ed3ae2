using EcomIntel.Core.Models;
using EcomIntel.Ml.Running;

namespace EcomIntel.Tests.Ml.Running;

public sealed class ModelScheduleTests
{
    private static readonly ModelPolicy Policy = new() { ScoreAt = TimeSpan.FromHours(5), ScoreEvery = 1, TrainEvery = 28, ReplayScoreEvery = 7 };

    [Theory]
    [InlineData("2026-11-26T04:59:59Z", "2026-11-26T05:00:00Z")]
    [InlineData("2026-11-26T05:00:00Z", "2026-11-27T05:00:00Z")]
    [InlineData("2026-12-31T23:00:00Z", "2027-01-01T05:00:00Z")]
    public void Live_models_score_each_day_at_their_hour(string after, string next) =>
        Assert.Equal(At(next), ModelSchedule.Next(At(after), Policy, replayed: false).At);

    [Theory]
    [InlineData("2026-11-26T12:00:00Z", "2026-11-30T05:00:00Z")] // a Thursday: the Monday after it
    [InlineData("2026-11-30T04:00:00Z", "2026-11-30T05:00:00Z")]
    [InlineData("2026-11-30T05:00:00Z", "2026-12-07T05:00:00Z")]
    public void In_a_replay_they_score_on_Mondays(string after, string next) =>
        Assert.Equal(At(next), ModelSchedule.Next(At(after), Policy, replayed: true).At);

    [Fact]
    public void Every_fourth_Monday_they_are_trained_and_score_at_once()
    {
        var weekly = Policy with { ReplayTrainEvery = 28 };
        var due = new ModelDue(At("2026-01-01T00:00:00Z"), false, false);
        var trained = new List<int>();
        for (var week = 0; week < 12; week++)
        {
            due = ModelSchedule.Next(due.At, weekly, replayed: true);
            Assert.True(due.Scores);
            if (due.Trains)
                trained.Add(week);
        }
        Assert.Equal(3, trained.Count);
        Assert.All(trained.Zip(trained.Skip(1)), pair => Assert.Equal(4, pair.Second - pair.First));
    }

    [Fact]
    public void Training_days_that_are_no_scoring_days_are_due_too()
    {
        var policy = Policy with { ReplayScoreEvery = 7, ReplayTrainEvery = 10 };
        var due = new List<ModelDue> { ModelSchedule.Next(At("2026-01-01T00:00:00Z"), policy, true) };
        while (due.Count < 20)
            due.Add(ModelSchedule.Next(due[^1].At, policy, true));
        Assert.Contains(due, each => each.Trains && each.At.DayOfWeek != DayOfWeek.Monday);
        Assert.All(due, each => Assert.True(each.Scores));
    }

    [Fact]
    public void After_a_week_without_the_role_the_last_instant_is_run_and_trains_where_a_missed_one_would_have()
    {
        var monthly = Policy with { TrainEvery = 28 };
        var first = ModelSchedule.Next(At("2026-01-01T00:00:00Z"), monthly, replayed: false);
        while (!first.Trains)
            first = ModelSchedule.Next(first.At, monthly, replayed: false);
        var late = ModelSchedule.Latest(first, first.At.AddDays(7).AddHours(3), monthly, replayed: false);
        Assert.Equal((first.At.AddDays(7), true, true), (late.At, late.Trains, late.Scores));
        Assert.Equal(first, ModelSchedule.Latest(first, first.At, monthly, replayed: false));
    }

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);
}
