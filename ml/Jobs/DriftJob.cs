using System.Globalization;
using EcomIntel.Core.Events;
using EcomIntel.Ml.Registry;
using EcomIntel.Ml.Running;
using EcomIntel.Ml.Watch;

namespace EcomIntel.Ml.Jobs;

/// <summary>
/// Tells of models whose error has come to a multiple of what it was when they were trained: a finding of kind <c>model_drift</c>, by the looks that their own
/// jobs have taken. It runs after them.
/// </summary>
internal sealed class DriftJob : IModelJob
{
    public const string Kind = "model_drift", Pattern = "worse";

    private const int MostPoints = 60;

    public string Name => Kind;

    public IReadOnlyList<string> Models => [];

    public Task TrainAsync(ModelRun run, CancellationToken token) => Task.CompletedTask;

    public Task<Contest?> HoldAsync(ModelRun run, Champion challenger, Champion champion, CancellationToken token) => Task.FromResult<Contest?>(null);

    public async Task ScoreAsync(ModelRun run, CancellationToken token)
    {
        var clearAfter = TimeSpan.FromDays(run.Policy.ClearAfterDays);
        var drifted = Of(await run.Registry.ChampionsAsync(run.AsOf, token), (double)run.Policy.DriftFrom, run.AsOf - clearAfter);
        // The error's multiple stands in the place of money: what stands is told anew where it has grown by a quarter.
        var found = drifted.ConvertAll(each => new FoundThing(each.Model.Name, Pattern, each.Since, Decimal(each.Look.Ratio), null));
        var open = await FindingStore.OpenAsync(run.Postgres, Kind, token);
        var (sent, seen) = FindingLedger.Settle(
            Kind, Kind, open, found, run.AsOf, clearAfter, int.MaxValue, 0, why => run.HeldBack[why] = run.HeldBack.GetValueOrDefault(why) + 1);
        var over = new List<string>();
        foreach (var (telling, finding) in sent)
        {
            if (telling != Telling.Clear)
            {
                var (model, look, _) = drifted.First(each => each.Model.Name == finding.Key);
                run.Send(telling == Telling.Raise ? EventCatalogue.FindingRaised : EventCatalogue.FindingUpdated, finding.Id, Told(model, look, finding.Since));
                continue;
            }
            over.Add(finding.Id);
            run.Send(EventCatalogue.FindingCleared, finding.Id, new FindingCleared(
                $"its error was no such multiple for {run.Policy.ClearAfterDays} days, or another version scores"));
        }
        run.Remember(FindingStore.Save(Kind, seen, over, run.AsOf));
    }

    /// <param name="from">The multiple from which on it is told.</param>
    /// <param name="after">Looks that are no later say nothing of now.</param>
    /// <returns>Those that have drifted, by their latest look, and since when it has been so; the farthest first.</returns>
    internal static List<(ScoringVersion Model, ModelDrift Look, DateTimeOffset Since)> Of(
        IEnumerable<ScoringVersion> champions, double from, DateTimeOffset after) =>
    [
        .. champions.Where(model => model.Drifts is [.., var latest] && latest.At > after && latest.Ratio >= from)
            .Select(model => (model, model.Drifts[^1], model.Drifts.Reverse().TakeWhile(look => look.Ratio >= from).Last().At))
            .OrderByDescending(each => each.Item2.Ratio).ThenBy(each => each.model.Name, StringComparer.Ordinal),
    ];

    private static FindingRaised Told(ScoringVersion model, ModelDrift look, DateTimeOffset since) => new(
        Kind, model.Name, model.Version, new(Feed: $"model/{model.Name}"), Pattern,
        string.Create(CultureInfo.InvariantCulture, $"The error of {model.Name}, trained on {model.TrainedAt.UtcDateTime:yyyy-MM-dd}, is {look.Ratio:0.00} ")
            + string.Create(CultureInfo.InvariantCulture, $"times what it was then: {look.Error:0.0000}, where {look.Expected:0.0000} was to be expected."),
        since, Decimal(look.Chance), Evidence: new(
            [.. model.Drifts.TakeLast(MostPoints).Select(each => new FindingPoint(each.At, Decimal(each.Error), Decimal(each.Expected)))],
            [
                new("ratio", Decimal(look.Ratio)), new("error", Decimal(look.Error)), new("expected", Decimal(look.Expected)),
                new("chance", Decimal(look.Chance)),
            ]));

    private static decimal Decimal(double value) => decimal.Round((decimal)Math.Clamp(value, 0, 1e9), 8);
}
