using System.CommandLine;
using EcomIntel.Cli.Models;
using EcomIntel.Cli.Replay;
using EcomIntel.Cli.Supervisor;

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

    public static Command Create()
    {
        Only.MustBeOneOf(Parts);
        var evaluate = new Command("evaluate", "Anomaly detection, forecasts and delay risk beside baselines in the same run, on later data than they were tuned on")
        {
            Only, AnomalyCsv, Windows, DemandCsv, DelayCsv, StatusCommand.Json,
        };
        evaluate.Requires(line =>
        {
            if (line.GetValue(AnomalyCsv) is null != line.GetValue(Windows) is null)
                line.AddError("--anomaly-csv and --windows go together: streams, and where in them something is wrong");
        });
        evaluate.Runs(EvaluateAsync);
        return new("ml", "The models: what they are worth") { evaluate };
    }

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
