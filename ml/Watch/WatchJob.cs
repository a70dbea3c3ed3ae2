using EcomIntel.Core.Events;
using EcomIntel.Ml.Anomaly;
using EcomIntel.Ml.Registry;
using EcomIntel.Ml.Running;
using EcomIntel.Ml.Series;

namespace EcomIntel.Ml.Watch;

/// <summary>
/// Watches what happens step by step: days, or hours. What it has learned of each series is kept in memory from run to run; after a start it is learned again
/// from the facts, by the same steps, and is the same: each of them is judged by the model that scored at the run that first saw it.
/// </summary>
internal sealed class WatchJob(WatchDefinition definition) : IModelJob
{
    /// <summary>Before, it is not known on which days of the week the business trades.</summary>
    private const int LeastDays = 56;

    private const int EvidenceSteps = 90, MostAlsoMoved = 10;

    /// <summary>Days over which drift is looked at; with fewer that were open, nothing is said.</summary>
    private const int DriftDays = 56, LeastDriftDays = 14;

    private Memory? _memory;

    public string Name => definition.Job;

    public async Task TrainAsync(ModelRun run, CancellationToken token)
    {
        if (!IsWanted(run))
            return;
        var memory = await GatherAsync(run, token);
        if (memory.Scopes(run).FirstOrDefault(scope => scope.Scope == Scope.Sku) is not { } skus)
            return;
        if (WatchModel.Train(Name, skus.Panel, run.Report) is { } trained)
            await run.RegisterAsync(trained, token);
    }

    /// <summary>By anomalies injected into the days after both trainings.</summary>
    public async Task<Contest?> HoldAsync(ModelRun run, Champion challenger, Champion champion, CancellationToken token)
    {
        if (!IsWanted(run))
            return null;
        var memory = await GatherAsync(run, token);
        var skus = memory.Scopes(run).FirstOrDefault(scope => scope.Scope == Scope.Sku);
        return skus is null ? null : WatchModel.Hold(skus.Panel, challenger, champion, (double)run.Policy.FalseDiscoveryRate);
    }

    public async Task ScoreAsync(ModelRun run, CancellationToken token)
    {
        if (!IsWanted(run))
            return;
        var memory = await GatherAsync(run, token);
        var scopes = memory.Scopes(run);
        if (scopes.Count == 0 || scopes[0].Panel.Length < LeastDays * definition.StepsADay)
            return;
        run.Report("judging", 0.3);
        var champions = new Champions(run, Name, definition.Grain);
        var runs = await WatchFacts.Of(run).RunsAsync(Name, memory.Begin(LeastDays), run.AsOf, token);
        var told = await WalkAsync(memory, scopes, runs, champions, run, token);
        if (await champions.AtAsync(run.AsOf, token) is not { } model)
        {
            run.HeldBack["no_model_yet"] = 1;
            return;
        }
        LookForDrift(run, memory, (await run.Registry.ChampionAsync(Name, run.AsOf, token))!);
        await TellAsync(run, memory, told, model.Version, token);
    }

    /// <summary>Days are as often improbable as they were when it was trained, where the model is right; of the latest days since the version scores.</summary>
    private static void LookForDrift(ModelRun run, Memory memory, Champion champion)
    {
        var from = Math.Max(memory.StepOf(run.AsOf.AddDays(-DriftDays)), champion.PromotedAt is { } promoted ? memory.StepOf(promoted) : 0);
        var days = memory.Watch!.Judged.Where(each => each.Step >= from).GroupBy(each => each.Step / memory.StepsADay)
            .Select(day => ((double)day.Sum(each => each.Improbable), (double)day.Sum(each => each.All))).ToList();
        if (days.Count >= LeastDriftDays)
            run.Drifted(champion, ModelDrift.Of(run.AsOf, days, champion.Metrics.GetValueOrDefault(WatchModel.Improbable)));
    }

    /// <summary>Hours are looked at where the policy asks for them.</summary>
    private bool IsWanted(ModelRun run) => definition.Grain == Grain.Day || run.Policy.Hourly;

    /// <returns>What was found in the steps that no earlier run has told of.</returns>
    private static async Task<List<FoldedFinding>> WalkAsync(
        Memory memory, IReadOnlyList<WatchedScope> scopes, IReadOnlyList<DateTimeOffset> runs, Champions champions, ModelRun run, CancellationToken token)
    {
        var length = scopes[0].Panel.Length;
        var calendar = TradingCalendar.At(scopes[^1].Panel, length, 0, new HashSet<DateOnly>());
        if (memory.Watch is null)
            memory.Watch = new(scopes, calendar, null, 0);
        else
            memory.Watch.Follow(scopes, calendar);
        var unseen = runs.Count > 0 ? memory.StepOf(runs[^1]) : length - memory.StepsADay;
        var told = new List<FoldedFinding>();
        for (var (step, at) = (memory.Taken, 0); step < length; step++)
        {
            token.ThrowIfCancellationRequested();
            // Steps end before the run that is the first to see them.
            while (at < runs.Count && memory.StepOf(runs[at]) <= step)
                at++;
            var model = await champions.AtAsync(at < runs.Count ? runs[at] : run.AsOf, token);
            memory.Watch.JudgeBy(model?.Nulls, model?.Rate ?? 0);
            var found = memory.Watch.Step(step);
            if (step >= unseen)
                told.AddRange(found);
            memory.Taken = step + 1;
            if (step % 14 == 0)
                run.Report("judging", 0.3 + (0.6 * step / length));
        }
        return told;
    }

    private async Task TellAsync(ModelRun run, Memory memory, List<FoldedFinding> told, string version, CancellationToken token)
    {
        var items = memory.Items;
        // Of one thing found in several steps the latest counts; since when it is so, the first says.
        var latest = new Dictionary<string, (Finding Finding, DateTime Since, string? In)>(StringComparer.Ordinal);
        foreach (var folded in told)
        {
            if (definition.UpOnly && folded.Sits.Deviation <= 0)
                continue;
            Keep(folded.Sits, null);
            foreach (var part in folded.Folded.Where(part => !definition.UpOnly || part.Deviation > 0))
                Keep(part, KeyOf(folded.Sits));
        }
        var ordered = latest.OrderBy(each => each.Value.In is null ? 0 : 1).ThenByDescending(each => each.Value.Finding.MoneyAtRisk)
            .ThenBy(each => each.Key, StringComparer.Ordinal)
            .ToList();
        var found = ordered.ConvertAll(each => new FoundThing(
            each.Key, PatternOf(each.Value.Finding.Kind), new(each.Value.Since, TimeSpan.Zero), MoneyOf(each.Value.Finding), each.Value.In));
        var open = await FindingStore.OpenAsync(run.Postgres, Name, token);
        var (sent, seen) = FindingLedger.Settle(
            Name, definition.Kind, open, found, run.AsOf, TimeSpan.FromDays(run.Policy.ClearAfterDays), run.Policy.MostFindings, run.Policy.LeastAtRisk,
            why => run.HeldBack[why] = run.HeldBack.GetValueOrDefault(why) + 1);
        var currency = definition.HasMoney ? await WatchFacts.Of(run).CurrencyAsync(run.AsOf, token) : null;
        var over = new List<string>();
        foreach (var (telling, finding) in sent)
        {
            if (telling == Telling.Clear)
            {
                over.Add(finding.Id);
                run.Send(EventCatalogue.FindingCleared, finding.Id, new FindingCleared($"nothing of the kind was found for {run.Policy.ClearAfterDays} days"));
                continue;
            }
            var of = latest[finding.Key].Finding;
            var about = memory.Series.AboutOf(of.Key);
            var also = told.Where(each => KeyOf(each.Sits) == finding.Key).SelectMany(each => each.Folded).Select(each => each.Key).Distinct()
                .Where(key => latest.ContainsKey(key + UpOf(of))).Take(MostAlsoMoved)
                .Select(key => WatchText.Short(definition.Words, memory.Series.AboutOf(key), items, latest[key + UpOf(of)].Finding)).ToList();
            var data = new FindingRaised(
                definition.Kind, Name, version, about, finding.Told.Pattern, WatchText.Of(definition.Words, about, items, of, definition.Grain), finding.Since,
                Decimal(of.P), finding.Told.Money is { } money && currency is not null ? new(money, currency) : null,
                new(
                    [.. memory.Watch!.Evidence(of, EvidenceSteps).Select(point => new FindingPoint(
                        new(point.At, TimeSpan.Zero), Decimal(point.Actual), Decimal(point.Expected), Decimal(point.Range.Low), Decimal(point.Range.High)))],
                    [new("expected", Decimal(of.Expected)), new("actual", Decimal(of.Sold)), new("deviation", Decimal(of.Deviation))], also),
                finding.Told.PartOf);
            run.Send(telling == Telling.Raise ? EventCatalogue.FindingRaised : EventCatalogue.FindingUpdated, finding.Id, data);
        }
        run.Remember(FindingStore.Save(Name, seen, over, run.AsOf));

        void Keep(Finding finding, string? within)
        {
            var key = KeyOf(finding);
            latest[key] = (finding, latest.TryGetValue(key, out var before) && before.Since < finding.From ? before.Since : finding.From, within);
        }
    }

    private static string UpOf(Finding finding) => finding.Deviation > 0 ? "\u001f+" : "\u001f-";

    private static string KeyOf(Finding finding) => finding.Key + UpOf(finding);

    private decimal? MoneyOf(Finding finding) =>
        !definition.HasMoney || finding.Price <= 0 ? null : decimal.Round((decimal)Math.Min(finding.MoneyAtRisk, (double)Check.MaxMoney), 2);

    private static decimal Decimal(double value) => decimal.Round((decimal)Math.Clamp(value, -1e9, 1e9), 8);

    /// <summary>The words of <c>domain.md</c>: whether up or down the figures say.</summary>
    private static string PatternOf(AnomalyKind kind) => kind switch
    {
        AnomalyKind.Spike => "spike",
        AnomalyKind.Drop => "drop",
        AnomalyKind.ShiftUp or AnomalyKind.ShiftDown => "shift",
        AnomalyKind.DriftUp or AnomalyKind.DriftDown => "drift",
        _ => "vanished",
    };

    /// <summary>Reads what happened since the last run, or all that is looked at where it begins anew.</summary>
    private async Task<Memory> GatherAsync(ModelRun run, CancellationToken token)
    {
        run.Report("reading", 0);
        var facts = WatchFacts.Of(run);
        var today = DateOnly.FromDateTime(run.AsOf.UtcDateTime);
        var anchor = DateOnly.FromDayNumber(Math.Max(0, today.DayNumber - (today.DayNumber % definition.BlockDays) - definition.BlockDays));
        var items = await facts.ItemsAsync(run.AsOf, token);
        var known = _memory;
        if (known is not null && (known.Anchor != anchor || known.Until > today || known.ShapeChanges(items)))
            known = null;
        var (from, until) = (At(known?.Until ?? anchor), At(today));
        var rows = from < until ? await facts.StepsAsync(definition, from, until, token) : [];
        if (known is null)
        {
            var first = rows.Count == 0 ? today : DateOnly.FromDateTime(rows.Min(row => row.Step));
            known = new(anchor, new(definition, first), definition.StepsADay);
        }
        var begin = known.Series.First.ToDateTime(TimeOnly.MinValue);
        foreach (var (sku, part, step, units) in rows)
            known.Series.Add(sku, part, (int)Math.Round((step - begin).TotalDays * definition.StepsADay), units);
        if (definition.StockMatters && from < until)
            foreach (var (sku, day, net) in await facts.StockAsync(from, until, whole: known.Until is null, token))
                known.Series.AddStock(sku, day.DayNumber - known.Series.First.DayNumber, net);
        (known.Until, known.Items) = (today, items);
        // Of what has not begun yet it is not known when it will have.
        _memory = known.Series.Count > 0 ? known : null;
        return known;

        static DateTimeOffset At(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
    }

    /// <summary>What is kept from run to run.</summary>
    /// <param name="anchor">The first day that is looked at; <see cref="WatchSeries.First"/> is the first on which anything happened.</param>
    private sealed class Memory(DateOnly anchor, WatchSeries series, int stepsADay)
    {
        public int StepsADay => stepsADay;

        public DateOnly Anchor => anchor;

        public WatchSeries Series => series;

        /// <summary>The day after the last that was read; null before any was.</summary>
        public DateOnly? Until { get; set; }

        public DemandWatch? Watch { get; set; }

        /// <summary>Steps that the watch has taken.</summary>
        public int Taken { get; set; }

        public Dictionary<string, WatchedItem> Items { get; set; } = [];

        /// <summary>An item has moved to another category: sums of the past are others now.</summary>
        public bool ShapeChanges(Dictionary<string, WatchedItem> items) =>
            Items.Any(each => items.TryGetValue(each.Key, out var now) && now.Category != each.Value.Category)
            || Items.Values.Any(item => item.Category.Length > 0) != items.Values.Any(item => item.Category.Length > 0);

        public IReadOnlyList<WatchedScope> Scopes(ModelRun run) =>
            series.Scopes(Math.Max(0, StepOf(run.AsOf)), Items);

        /// <summary>The first step of a run's own day: those before it were over.</summary>
        public int StepOf(DateTimeOffset run) => (DateOnly.FromDateTime(run.UtcDateTime).DayNumber - series.First.DayNumber) * stepsADay;

        /// <summary>The earliest run that could have judged anything.</summary>
        public DateTimeOffset Begin(int leastDays) => new(series.First.AddDays(leastDays).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
    }

    /// <summary>The model that scores at an instant; loaded once a version.</summary>
    private sealed class Champions(ModelRun run, string name, Grain grain)
    {
        private readonly Dictionary<DateTimeOffset, (string Version, NullModel Nulls, double Rate)?> _at = [];
        private readonly Dictionary<string, (string Version, NullModel Nulls, double Rate)> _loaded = new(StringComparer.Ordinal);

        public async Task<(string Version, NullModel Nulls, double Rate)?> AtAsync(DateTimeOffset at, CancellationToken token)
        {
            if (_at.TryGetValue(at, out var known))
                return known;
            if (await run.Registry.ChampionAsync(name, at, token) is not { } champion)
                return _at[at] = null;
            if (!_loaded.TryGetValue(champion.Version, out var model))
            {
                var (nulls, rate) = WatchModel.Load(champion, grain, (double)run.Policy.FalseDiscoveryRate);
                _loaded.Add(champion.Version, model = (champion.Version, nulls, rate));
            }
            return _at[at] = model;
        }
    }
}
