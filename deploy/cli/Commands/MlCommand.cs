using System.CommandLine;
using EcomIntel.Cli.Models;
using EcomIntel.Cli.Replay;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Ml.Jobs;
using EcomIntel.Ml.Registry;
using EcomIntel.Ml.Running;

namespace EcomIntel.Cli.Commands;

/// <summary><c>ecomintel ml</c>: the models, held against baselines.</summary>
internal static class MlCommand
{
    private static readonly string[] Parts = ["anomalies", "streams", "forecasts", "delay"];

    private static readonly Option<string[]> Only = new("--only")
    {
        Description = "Evaluate these parts alone",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [.. Parts],
    };

    private static readonly Option<string?> AnomalyCsv = new("--anomaly-csv")
    {
        Description = "Labelled streams of your own: a folder of files with the columns timestamp and value",
        HelpName = "DIR",
    };

    private static readonly Option<string?> Windows = new("--windows")
    {
        Description = "Their labels, as JSON: by file, the first and last timestamp of each window",
        HelpName = "FILE",
    };

    private static readonly Option<string?> DemandCsv = new("--demand-csv")
    {
        Description = "Daily demand of your own, with the columns date, sku and units",
        HelpName = "FILE",
    };

    private static readonly Option<string?> DelayCsv = new("--delay-csv")
    {
        Description = "Purchase order lines of your own, with the columns purchase_order, supplier, due_at and received_at",
        HelpName = "FILE",
    };

    private static readonly Option<string[]> Jobs = new("--job")
    {
        Description = "Only these, as demand", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [],
    };

    private static readonly Argument<string> Model = new("MODEL") { Description = "As shown by ml models" };

    private static readonly Argument<string> Version = new("VERSION") { Description = "Likewise" };

    private static readonly Option<string> Reason = new("--reason") { Description = "Why, for whoever asks later", Required = true, HelpName = "TEXT" };

    public static Command Create()
    {
        Jobs.MustBeOneOf([.. ModelJobs.All.Select(job => job.Name)]);
        Reason.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is not { Length: > 0 and <= 500 })
                result.AddError("--reason must be a text of 1 to 500 characters");
        });
        Only.MustBeOneOf(Parts);
        var evaluate = new Command("evaluate", "Anomalies, forecasts and delay risk beside baselines in the same run, on later data than they were tuned on")
        {
            Only, AnomalyCsv, Windows, DemandCsv, DelayCsv, StatusCommand.Json,
        };
        evaluate.Requires(line =>
        {
            if (line.GetValue(AnomalyCsv) is null != line.GetValue(Windows) is null)
                line.AddError("--anomaly-csv and --windows go together: streams, and where in them something is wrong");
        });
        evaluate.Runs(EvaluateAsync);
        var train = new Command("train", "Train the models on what is known now, and hold them against baselines; what beats them scores from now on, or waits "
            + "until it was held against the version that does")
        {
            Jobs, HubDatabase.Postgres, HubDatabase.ClickHouse, StatusCommand.Json,
        };
        train.Runs((parsed, token) => WorkAsync(parsed, async (bench, progress) =>
        {
            var trained = await bench.TrainAsync(parsed.GetValue(Jobs)!, progress, token);
            if (parsed.GetValue(StatusCommand.Json))
                Output.Json(new { models = trained });
            else
                ModelsView.Print(trained, Console.Out);
            return 0;
        }));
        var score = new Command("score", "Show what the models find now. Nothing is sent or kept: the role ml sends what it finds, at its next due instant")
        {
            Jobs, HubDatabase.Postgres, HubDatabase.ClickHouse, StatusCommand.Json,
        };
        score.Runs((parsed, token) => WorkAsync(parsed, async (bench, progress) =>
        {
            var scored = await bench.ScoreAsync(parsed.GetValue(Jobs)!, progress, token);
            if (parsed.GetValue(StatusCommand.Json))
                Output.Json(new { jobs = scored });
            else
                ModelsView.Print(scored, Console.Out);
            await Console.Error.WriteLineAsync("ecomintel: shown, not sent; the role ml sends what it finds"
                + (await bench.NextDueAsync(token) is { } due ? $" at {due.UtcDateTime:yyyy-MM-dd HH:mm} UTC of business time" : ", once it has begun"));
            return 0;
        }));
        var models = new Command("models", "Every version of every model: how it stands, beside which baselines, and which one scores")
        {
            HubDatabase.Postgres, StatusCommand.Json,
        };
        models.Runs((parsed, token) => HubDatabase.WithAsync(parsed, "ecomintel ml", async postgres =>
        {
            var all = await new ModelRegistry(postgres).ListAsync(null, 10_000, token);
            if (parsed.GetValue(StatusCommand.Json))
                Output.Json(new { models = all });
            else
                ModelsView.Print(all, Console.Out);
            return 0;
        }, reads: true));
        var promote = new Command("promote", "Have a version of a model score from now on, on your own account")
        {
            Model, Version, Reason, HubDatabase.Postgres, HubDatabase.ClickHouse,
        };
        promote.Runs((parsed, token) => WorkAsync(parsed, async (bench, _) =>
        {
            var (model, version) = (parsed.GetValue(Model)!, parsed.GetValue(Version)!);
            if (!await bench.PromoteAsync(model, version, $"cli:{Environment.UserName}", parsed.GetValue(Reason)!, token))
                throw new InstanceException($"model {model} has no version {version} that does not score already; see: ./ecomintel ml models");
            await Console.Error.WriteLineAsync($"ecomintel: {Printable.Of(model)} {Printable.Of(version)} scores from now on");
            return 0;
        }));
        return new("ml", "The models: train them, see what they find and what they are worth") { train, score, evaluate, models, promote };
    }

    private static Task<int> WorkAsync(ParseResult parsed, Func<ModelWorkbench, Action<string, string, double>, Task<int>> work) =>
        HubDatabase.WithBothAsync(parsed, "ecomintel ml", async (postgres, clickHouse) =>
        {
            using var bar = new ModelProgress(Console.Error);
            return await work(new(postgres, clickHouse), bar.Tell);
        }, models: true);

    private static Task<int> EvaluateAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var shared = Path.GetFullPath(Path.Combine(Home.Find().Root, "../shared/data"));
        ModelEvaluationResult result;
        try
        {
            result = new ModelEvaluation(shared, Say).Run(
                parsed.GetValue(Only)!, parsed.GetValue(DemandCsv), parsed.GetValue(AnomalyCsv), parsed.GetValue(Windows),
                parsed.GetValue(DelayCsv));
        }
        catch (Exception wrong) when (wrong is InvalidDataException or SourceFileException)
        {
            throw new InstanceException(wrong.Message, wrong);
        }
        if (parsed.GetValue(StatusCommand.Json))
            Output.Json(result);
        else
            ModelEvaluationView.Print(result, Console.Out);
        return Task.FromResult(0);

        void Say(string what)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Console.Error.WriteLine($"ecomintel: {Printable.Of(what)}");
        }
    }
}
