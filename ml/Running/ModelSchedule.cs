using EcomIntel.Core.Models;

namespace EcomIntel.Ml.Running;

/// <summary>An instant at which models are due, and for what.</summary>
internal readonly record struct ModelDue(DateTimeOffset At, bool Trains, bool Scores);

/// <summary>When models are due, by policy. Days are counted from a Monday, so that every seventh is one, wherever counting begins.</summary>
internal static class ModelSchedule
{
    /// <summary>The first due instant after one.</summary>
    /// <param name="replayed">Business time is a replayed stream's.</param>
    public static ModelDue Next(DateTimeOffset after, ModelPolicy policy, bool replayed)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var (score, train) = replayed ? (policy.ReplayScoreEvery, policy.ReplayTrainEvery) : (policy.ScoreEvery, policy.TrainEvery);
        for (var day = DateOnly.FromDateTime(after.UtcDateTime); ; day = day.AddDays(1))
        {
            var at = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) + policy.ScoreAt;
            var (trains, scores) = (day.DayNumber % train == 0, day.DayNumber % score == 0);
            if (at > after && (trains || scores))
                return new(at, trains, Scores: true);
        }
    }

    /// <summary>
    /// Of due instants that have passed with nobody at work, the latest is worth running; it trains, where one of those that were missed would have.
    /// </summary>
    /// <param name="due">The first of them.</param>
    public static ModelDue Latest(ModelDue due, DateTimeOffset now, ModelPolicy policy, bool replayed)
    {
        while (Next(due.At, policy, replayed) is var next && next.At <= now)
            due = next with { Trains = due.Trains || next.Trains };
        return due;
    }
}
