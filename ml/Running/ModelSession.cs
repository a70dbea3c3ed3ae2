using System.Data.Common;
using EcomIntel.Core.Database;
using EcomIntel.Core.Hosting.Health;
using EcomIntel.Core.Hosting.Workers;
using EcomIntel.Core.Models;
using EcomIntel.Core.Processing;
using EcomIntel.Ml.Registry;
using Microsoft.Extensions.Logging;

namespace EcomIntel.Ml.Running;

/// <summary>
/// Runs what is due. In a replay it first promises that nothing earlier than the next due instant will come from models: business time stands still there,
/// until the run has answered and the next one is promised. Whatever ends it in between, the next one does the same again: a run is kept with its events, or
/// not at all.
/// </summary>
internal sealed partial class ModelSession(
    LeaderLock leader, ModelContext context, IReadOnlyList<IModelJob> jobs, DbConnection clickHouse, ModelPromises promises, WorkerHealth health) : IWorkSession
{
    /// <summary>A promise may be lost with a broker that keeps all in memory.</summary>
    private static readonly TimeSpan PromiseAgain = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan SinkPoll = TimeSpan.FromMilliseconds(20);

    private readonly ModelStore _store = new(context.Postgres);
    private readonly ModelRegistry _registry = new(context.Postgres);
    private ModelDue? _due;
    private DateTimeOffset? _promised;
    private long _promisedAt;
    private bool _begun;

    public async Task RunOnceAsync(CancellationToken stopping, CancellationToken abort)
    {
        var (mode, clock) = await context.Clock.ReadClockAsync(stopping);
        var replayed = mode == ClockMode.Stream;
        if (mode is null || (replayed && clock is null))
        {
            await Task.Delay(context.Options.ReplayPoll, context.Time, stopping);
            return;
        }
        var now = replayed ? clock!.Value : await NowAsync(stopping);
        if (!_begun)
            await BeginAsync(replayed ? now : null, stopping);
        var due = _due ??= await _store.ReadScheduleAsync(stopping) ?? await ScheduleAsync(now, replayed, stopping);
        context.Instruments.Stands(now, due.At);
        if (replayed && (_promised != due.At || context.Time.GetElapsedTime(_promisedAt) > PromiseAgain))
        {
            await promises.PromiseAsync(due.At, stopping);
            (_promised, _promisedAt) = (due.At, context.Time.GetTimestamp());
        }
        if (now < due.At)
        {
            await Task.Delay(replayed ? context.Options.ReplayPoll : context.Options.LivePoll, context.Time, stopping);
            return;
        }
        var (version, policy) = await ModelPolicies.ReadAsync(context.Postgres, now, abort);
        due = ModelSchedule.Latest(due, now, policy, replayed);
        await RunAsync(due, version, policy, abort);
        await SendAsync(due.At, notPassed: null, abort);
        _due = await ScheduleAsync(due.At, replayed, abort);
    }

    /// <summary>What was to be sent and may not have come to where it counts.</summary>
    private async Task BeginAsync(DateTimeOffset? replayedTo, CancellationToken token)
    {
        await SendAsync(due: null, replayedTo, token);
        _begun = true;
    }

    private async Task SendAsync(DateTimeOffset? due, DateTimeOffset? notPassed, CancellationToken token)
    {
        var events = await _store.OutgoingAsync(notPassed, token);
        if (events.Count > 0)
        {
            await leader.EnsureHeldAsync(token);
            await promises.SendAsync(events, token);
        }
        await _store.SentAsync(due, token);
    }

    private async Task<ModelDue> ScheduleAsync(DateTimeOffset after, bool replayed, CancellationToken token)
    {
        var (_, policy) = await ModelPolicies.ReadAsync(context.Postgres, after, token);
        var next = ModelSchedule.Next(after, policy, replayed);
        await leader.EnsureHeldAsync(token);
        await _store.ScheduleAsync(next, token);
        return next;
    }

    private async Task RunAsync(ModelDue due, int policyVersion, ModelPolicy policy, CancellationToken token)
    {
        var answered = await _store.AnsweredAsync(due.At, token);
        var waiting = jobs.Where(job => policy.Runs(job.Name) && !answered.Contains(job.Name)).ToList();
        if (waiting.Count == 0)
            return;
        var stood = context.Time.GetTimestamp();
        await FactsAreThereAsync(token);
        var facts = context.Time.GetElapsedTime(stood);
        foreach (var job in waiting)
        {
            var began = context.Time.GetTimestamp();
            var run = new ModelRun(job.Name, due.At, policy, clickHouse, context.Postgres, _registry,
                (what, done) => health.Is(WorkState.Running, $"{job.Name}, due {due.At.UtcDateTime:yyyy-MM-dd HH:mm}: {what} ({done:P0})"));
            run.Report("begun", 0);
            await Challengers.HoldAsync(job, run, token);
            if (due.Trains)
                await job.TrainAsync(run, token);
            if (due.Scores)
                await job.ScoreAsync(run, token);
            await leader.EnsureHeldAsync(token);
            var took = context.Time.GetElapsedTime(began);
            await _store.AnswerAsync(job.Name, due, run, policyVersion, took, token);
            context.Instruments.Answered(job.Name, run, due.Scores, took, context.Time.GetUtcNow());
            Answered(context.Logger, job.Name, due.At, run.Events.Count, run.HeldBackCount, took.TotalSeconds);
        }
        var all = context.Time.GetElapsedTime(stood);
        Stood(context.Logger, due.At, facts.TotalSeconds, all.TotalSeconds);
        var champions = await _registry.ChampionsAsync(due.At, token);
        foreach (var model in jobs.Where(job => policy.Runs(job.Name)).SelectMany(job => job.Models).Except(champions.Select(each => each.Name)))
            context.Instruments.Champion(model, null);
        foreach (var champion in champions)
        {
            context.Instruments.Champion(champion.Name, champion.TrainedAt);
            if (champion.Drift is { } ratio)
                context.Instruments.Drift(champion.Name, ratio);
        }
    }

    /// <summary>All that was decided by now is in ClickHouse: in a replay nothing is decided meanwhile.</summary>
    private async Task FactsAreThereAsync(CancellationToken token)
    {
        var (head, confirmed) = await _store.FactsAsync(token);
        while (confirmed < head)
        {
            health.Is(WorkState.Running, $"facts are in ClickHouse up to decision {confirmed} of {head}");
            await Task.Delay(SinkPoll, context.Time, token);
            (_, confirmed) = await _store.FactsAsync(token);
        }
    }

    private async Task<DateTimeOffset> NowAsync(CancellationToken token)
    {
        await using var command = context.Postgres.CreateCommand("SELECT business_now()");
        return new((DateTime)(await command.ExecuteScalarAsync(token))!, TimeSpan.Zero);
    }

    public async ValueTask DisposeAsync()
    {
        promises.Dispose();
        await clickHouse.DisposeAsync();
        await leader.DisposeAsync();
    }

    [LoggerMessage(EventId = 5000, Level = LogLevel.Information,
        Message = "{Job} answered for {Due}: {Events} events, {HeldBack} held back, {Seconds:0.0} s")]
    private static partial void Answered(ILogger logger, string job, DateTimeOffset due, int events, long heldBack, double seconds);

    [LoggerMessage(EventId = 5001, Level = LogLevel.Information,
        Message = "Answered all for {Due}: ClickHouse had every fact after {Facts:0.00} s, jobs had answered after {Seconds:0.00} s")]
    private static partial void Stood(ILogger logger, DateTimeOffset due, double facts, double seconds);
}
