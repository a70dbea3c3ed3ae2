using System.Globalization;
using System.Text.Json;
using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.DelayRisk;
using EcomIntel.Ml.DelayRisk;
using EcomIntel.Ml.Evaluation.Delay;
using EcomIntel.Ml.Registry;
using EcomIntel.Ml.Running;
using EcomIntel.Ml.Watch;

namespace EcomIntel.Ml.Jobs;

/// <summary>
/// Foretells of open purchase order lines whether and how late they come: each when it was ordered, whenever anything was heard of it since it was assessed
/// last, and as its day comes near. Of those that matter it says what follows, and what would help.
/// </summary>
internal sealed class DelayJob : IModelJob
{
    public const string Model = "delay_risk", Kind = "delay_risk", Pattern = "late";

    private const int MostDrivers = 8, MostLooks = 100;

    /// <summary>Days by whose looks versions are held against each other, and days that drift is looked at over.</summary>
    private const int HeldDays = 28, DriftDays = 56;

    private static readonly double[] Levels = [0.5, 0.8, 0.9, 0.95];

    public string Name => Model;

    public async Task TrainAsync(ModelRun run, CancellationToken token)
    {
        run.Report("reading purchase orders", 0);
        var lines = (await PurchaseHistory.ReadAsync(run.Postgres, run.AsOf, token)).Select(known => known.Line).ToList();
        DelayReport report;
        DelayModel model;
        var rows = DelayFeatures.Rows(lines, run.AsOf).ToList();
        try
        {
            run.Report("judging on later lines", 0.1);
            report = DelayEvaluation.Run(Model, lines, resamples: 0);
            token.ThrowIfCancellationRequested();
            run.Report("training", 0.5);
            // What was judged is what scores: the shape is not chosen anew.
            model = DelayModel.Train(rows, run.AsOf, report.Shape);
        }
        catch (InvalidDataException)
        {
            run.HeldBack["too_little_history"] = 1;
            return;
        }
        var figures = report.Figures.ToDictionary(each => each.Model, Metrics);
        await run.RegisterAsync(new TrainedModel(Model, JsonSerializer.SerializeToUtf8Bytes(model), lines[0].OrderedAt, run.AsOf, rows.Count,
            new Dictionary<string, string>
            {
                ["trees"] = Text(model.Shape.Trees), ["leaves"] = Text(model.Shape.Leaves), ["learning_rate"] = Text(model.Shape.LearningRate),
                ["least_in_leaf"] = Text(model.Shape.LeastInLeaf), ["features"] = Text(DelayFeatures.Names.Count), ["seed"] = Text(DelayModel.Seed),
                ["judged_from"] = report.From.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            },
            figures[DelayEvaluation.Model],
            figures.Where(each => each.Key != DelayEvaluation.Model).ToDictionary(each => each.Key, each => each.Value), report.NotPromoted), token);

        static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

        static IReadOnlyDictionary<string, double> Metrics(DelayFigures of) => new Dictionary<string, double>
        {
            ["auc"] = of.Auc.Value, ["average_precision"] = of.AveragePrecision.Value, [DelayJudgement.Brier] = of.Brier.Value,
            ["calibration_error"] = of.CalibrationError, [DelayJudgement.Pinball] = of.Pinball.Value,
        };
    }

    /// <summary>By the looks of at least four weeks after both trainings.</summary>
    public async Task<Contest?> HoldAsync(ModelRun run, Champion challenger, Champion champion, CancellationToken token)
    {
        var from = challenger.To > champion.To ? challenger.To : champion.To;
        if (run.AsOf < from.AddDays(HeldDays))
            return null;
        var lines = (await PurchaseHistory.ReadAsync(run.Postgres, run.AsOf, token)).Select(known => known.Line).ToList();
        var rows = DelayFeatures.Since(lines, from, run.AsOf).ToList();
        return DelayJudgement.Of(Read(challenger), rows, run.AsOf) is { } one && DelayJudgement.Of(Read(champion), rows, run.AsOf) is { } other
            ? new(from, run.AsOf, one.Metrics, other.Metrics, [new(DelayJudgement.Brier), new(DelayJudgement.Pinball)]) : null;
    }

    public async Task ScoreAsync(ModelRun run, CancellationToken token)
    {
        if (await run.Registry.ChampionAsync(Model, run.AsOf, token) is not { } champion)
        {
            run.HeldBack["no_model_yet"] = 1;
            return;
        }
        var model = Read(champion);
        run.Report("reading purchase orders", 0);
        var known = new Dictionary<PurchaseLine, KnownLine>(ReferenceEqualityComparer.Instance);
        foreach (var each in await PurchaseHistory.ReadAsync(run.Postgres, run.AsOf, token))
            known.Add(each.Line, each);
        if (champion.To.AddDays(HeldDays) <= run.AsOf)
            LookForDrift(run, champion, model, [.. known.Values.Select(each => each.Line)]);
        // As training looked: at the midnight before.
        var at = new DateTimeOffset(run.AsOf.UtcDateTime.Date, TimeSpan.Zero);
        var scored = DelayFeatures.Open([.. known.Values.Select(each => each.Line)], at)
            .Select(row => (Row: row, Known: known[row.Line], Days: model.Predict(row))).ToList();
        run.Report("assessing", 0.5);
        foreach (var order in scored.Where(each => IsDue(each.Row, each.Known)).GroupBy(each => each.Row.Line.Order, StringComparer.Ordinal)
            .OrderBy(each => each.Key, StringComparer.Ordinal))
            run.Send(EventCatalogue.DelayRiskAssessed, order.Key, new DelayRiskAssessed(Model, champion.Version,
                [.. order.OrderBy(each => each.Row.Line.Number).Select(each => new DelayRiskAssessed.AssessedLine(
                    each.Row.Line.Number, DelayWords.Of(each.Row.Moment), each.Known.AgainstAt, Decimal(each.Days.Late),
                    [.. Levels.Select(level => new DelayQuantile((decimal)level, Decimal(Math.Min(each.Days.Quantile(level), 10_000))))],
                    Drivers(model, each.Row)))]));
        run.Report("looking at what follows", 0.7);
        await TellAsync(run, model, champion.Version, scored, token);
    }

    private static DelayModel Read(Champion version) =>
        JsonSerializer.Deserialize<DelayModel>(version.Artefact) ?? throw new InvalidDataException($"model {Model} {version.Version} is empty");

    private static void LookForDrift(ModelRun run, Champion champion, DelayModel model, IReadOnlyList<PurchaseLine> lines)
    {
        var from = run.AsOf.AddDays(-DriftDays);
        if (DelayJudgement.Of(model, DelayFeatures.Since(lines, from > champion.To ? from : champion.To, run.AsOf), run.AsOf) is { } latest)
            run.Drifted(champion, ModelDrift.Of(run.AsOf, latest.Orders, champion.Metrics.GetValueOrDefault(DelayJudgement.Brier)));
    }

    /// <summary>Anything was heard of it, or its day has come nearer, since it was assessed last.</summary>
    private static bool IsDue(DelayRow row, KnownLine known) => DelayMoments.Of(row.Line, row.At).Any(moment => !(moment.At <= known.AssessedAt));

    /// <summary>Those that are likely late and not over their day, with what follows: findings, as the policy has it.</summary>
    private static async Task TellAsync(
        ModelRun run, DelayModel model, string version, List<(DelayRow Row, KnownLine Known, DelayDistribution Days)> scored, CancellationToken token)
    {
        var policy = await DelayRiskPolicy.ReadAsync(run.Postgres, run.AsOf, token);
        var likely = scored.Where(each => each.Row.DaysOver == 0 && each.Days.Late >= (double)policy.FindingFrom)
            .OrderByDescending(each => each.Days.Late * each.Row.Line.Value).ThenBy(each => each.Row.Line.Order, StringComparer.Ordinal)
            .ThenBy(each => each.Row.Line.Number).ToList();
        if (likely.Count > MostLooks)
            run.HeldBack["less_value_than_others"] = likely.Count - MostLooks;
        var currency = await WatchFacts.Of(run).CurrencyAsync(run.AsOf, token);
        var told = new Dictionary<string, FindingRaised>(StringComparer.Ordinal);
        var found = new List<FoundThing>();
        var looked = likely.Take(MostLooks).ToList();
        var atRisk = await PurchaseHistory.AtRiskAsync(run.Postgres, looked.ConvertAll(each => each.Row.Line), run.AsOf, token);
        foreach (var (index, (row, known, days)) in looked.Index())
        {
            if (!atRisk.TryGetValue(index, out var hangs))
                continue;
            var (line, transferDays) = hangs;
            var late = (int)Math.Ceiling(days.Quantile((double)policy.PlanFor));
            var follows = DelayConsequences.Of(line, row.Judged.AddDays(late), transferDays);
            var orders = follows.Orders.Where(order => order.Currency == currency).Sum(order => order.Value);
            var stock = follows.RunsOutAnyway ? 0 : follows.UnitsShort * (known.SalePrice ?? 0);
            var money = decimal.Round(Math.Min(Math.Max(orders, stock), Check.MaxMoney), 2);
            if (money <= 0)
            {
                run.HeldBack["nothing_hangs_on_it"] = run.HeldBack.GetValueOrDefault("nothing_hangs_on_it") + 1;
                continue;
            }
            var key = $"{row.Line.Order}/{row.Line.Number}";
            found.Add(new(key, Pattern, row.Line.OrderedAt, money, null));
            told[key] = new(Kind, Model, version, new(Sku: row.Line.Item, Location: row.Line.Lane, Supplier: row.Line.Supplier,
                    PurchaseOrder: row.Line.Order, Line: row.Line.Number), Pattern,
                DelayWords.Of(row.Line, days.Late, late, (double)policy.PlanFor, line, follows), row.Line.OrderedAt, Decimal(days.Late), new(money, currency),
                new(Features: Drivers(model, row)));
        }
        var open = await FindingStore.OpenAsync(run.Postgres, Model, token);
        var (sent, seen) = FindingLedger.Settle(
            Model, Kind, open, [.. found.OrderByDescending(each => each.Money).ThenBy(each => each.Key, StringComparer.Ordinal)], run.AsOf,
            TimeSpan.FromDays(run.Policy.ClearAfterDays), policy.MostFindings, policy.MoneyFrom,
            why => run.HeldBack[why] = run.HeldBack.GetValueOrDefault(why) + 1);
        var over = new List<string>();
        foreach (var (telling, finding) in sent)
            if (telling == Telling.Clear)
            {
                over.Add(finding.Id);
                run.Send(EventCatalogue.FindingCleared, finding.Id, new FindingCleared("it has come, its day is over, or it is likely in time"));
            }
            else
                run.Send(telling == Telling.Raise ? EventCatalogue.FindingRaised : EventCatalogue.FindingUpdated, finding.Id, told[finding.Key]);
        run.Remember(FindingStore.Save(Model, seen, over, run.AsOf));
    }

    private static List<FindingFeature> Drivers(DelayModel model, DelayRow row) =>
        [.. model.Drivers(row, MostDrivers).Select(driver => new FindingFeature(driver.Feature, Decimal(driver.Value), Decimal(driver.Effect)))];

    private static decimal Decimal(double value) => decimal.Round((decimal)Math.Clamp(value, -1e9, 1e9), 6);
}
