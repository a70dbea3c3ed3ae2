using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Events;
using EcomIntel.Core.Models;
using EcomIntel.Ml.Jobs;
using EcomIntel.Ml.Registry;
using EcomIntel.Ml.Running;
using Npgsql;

namespace EcomIntel.Cli.Models;

/// <param name="Found">What would be told now; nothing is sent.</param>
/// <param name="HeldBack">What would not be, by why.</param>
internal sealed record Scored(string Job, IReadOnlyList<Scored.Finding> Found, IReadOnlyDictionary<string, long> HeldBack)
{
    internal sealed record Finding(string Event, string Subject, string? Detail, decimal? AtRisk, string? Currency, string? PartOf);
}

/// <summary>The jobs of the role ml, run by hand: as of business time now.</summary>
internal sealed class ModelWorkbench(NpgsqlDataSource postgres, string clickHouse)
{
    private const string Now = "SELECT CASE WHEN mode = 'stream' THEN coalesce(now, business_now()) ELSE business_now() END FROM business_clock";

    private readonly ModelRegistry _registry = new(postgres);

    /// <summary>
    /// Holds versions that wait against those that score, trains, and registers: the first of a model that beats its baselines scores from now on, a later one
    /// waits.
    /// </summary>
    /// <returns>What was registered.</returns>
    public async Task<IReadOnlyList<ModelEntry>> TrainAsync(IReadOnlyCollection<string> only, Action<string, string, double> progress, CancellationToken token)
    {
        var at = default(DateTimeOffset);
        await EachAsync(only, progress, async (job, run) =>
        {
            at = run.AsOf;
            await Challengers.HoldAsync(job, run, token);
            await job.TrainAsync(run, token);
        }, token);
        return [.. (await _registry.ListAsync(null, 10_000, token)).Where(entry => entry.TrainedAt == at)];
    }

    /// <summary>Scores now, and shows what the role would tell.</summary>
    public async Task<IReadOnlyList<Scored>> ScoreAsync(IReadOnlyCollection<string> only, Action<string, string, double> progress, CancellationToken token)
    {
        var scored = new List<Scored>();
        await EachAsync(only, progress, async (job, run) =>
        {
            await job.ScoreAsync(run, token);
            scored.Add(new(job.Name, [.. run.Events.Select(Of)], run.HeldBack));
        }, token);
        return scored;
    }

    /// <summary>When the role ml sends what it finds by then; null where it never worked here.</summary>
    public async Task<DateTimeOffset?> NextDueAsync(CancellationToken token) => (await new ModelStore(postgres).ReadScheduleAsync(token))?.At;

    /// <returns>False: there is no such version, or it scores already.</returns>
    public async Task<bool> PromoteAsync(string model, string version, string by, string reason, CancellationToken token) =>
        await _registry.PromoteAsync(model, version, by, reason, await NowAsync(token), token);

    private async Task EachAsync(
        IReadOnlyCollection<string> only, Action<string, string, double> progress, Func<IModelJob, ModelRun, Task> work, CancellationToken token)
    {
        await using var facts = ClickHouseDatabase.Connection(clickHouse);
        await facts.OpenAsync(token);
        var now = await NowAsync(token);
        var (_, policy) = await ModelPolicies.ReadAsync(postgres, now, token);
        foreach (var job in ModelJobs.All.Where(job => only.Count == 0 || only.Contains(job.Name)))
        {
            progress(job.Name, "begun", 0);
            await work(job, new(job.Name, now, policy, facts, postgres, _registry, (what, done) => progress(job.Name, what, done)));
            progress(job.Name, "done", 1);
        }
    }

    private async Task<DateTimeOffset> NowAsync(CancellationToken token)
    {
        await using var command = postgres.CreateCommand(Now);
        return new((DateTime)(await command.ExecuteScalarAsync(token))!, TimeSpan.Zero);
    }

    private static Scored.Finding Of(CloudEvent sent) => sent.Data is FindingRaised data
        ? new(sent.Type.Name, sent.Subject, data.Detail, data.MoneyAtRisk?.Amount, data.MoneyAtRisk?.Currency, data.PartOf)
        : new(sent.Type.Name, sent.Subject, (sent.Data as FindingCleared)?.Reason, null, null, null);
}
