using EcomIntel.Ml.Evaluation;
using EcomIntel.Ml.Evaluation.Delay;
using EcomIntel.Ml.Evaluation.Injected;
using Spectre.Console;

namespace EcomIntel.Cli.Models;

/// <summary>The figures as tables, for people.</summary>
internal static class ModelEvaluationView
{
    public static void Print(ModelEvaluationResult result, TextWriter output)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        if (result.DemandAnomalies is { } anomalies)
        {
            console.Write(Detectors("Injected anomalies, by sku, later part", anomalies.Skus));
            console.MarkupLine($"F1 is {anomalies.F1Ratio:0.00} times the best baseline's");
            if (anomalies.Categories is { } categories)
                console.Write(Detectors("Injected anomalies, by category, later part", categories));
        }
        if (result.SimulatedAnomalies is { } simulated)
        {
            console.Write(Detectors($"What happened in the simulated world, by sku, later part of {simulated.Days} days", simulated.Skus));
            console.MarkupLine($"F1 is {simulated.F1Ratio:0.00} times the best baseline's");
            console.Write(Detectors("By sku and channel", simulated.Channels));
        }
        if (result.Streams is { } streams)
        {
            var table = new Table().Title("Streams, standard profile").AddColumns("detector", "threshold without the group", "best threshold");
            foreach (var each in streams)
                table.AddRow(each.Detector, $"{each.Score:0.0}", $"{each.ScoreAtBestThreshold:0.0}");
            console.Write(table);
        }
        if (result.Forecasts is { } forecasts)
        {
            var title = $"Forecasts of {forecasts.Horizon} days, {forecasts.Series} series, {forecasts.Windows} windows from {forecasts.From:yyyy-MM-dd}";
            console.Write(Models(title, forecasts.All));
            console.Write(Windows(forecasts));
            foreach (var model in forecasts.Promoted)
                console.MarkupLineInterpolated($"{model} beats every baseline");
            foreach (var (model, why) in forecasts.NotPromoted)
                console.MarkupLineInterpolated($"{model} is not promoted: {why}");
        }
        foreach (var delays in result.Delays ?? [])
            Print(delays, console);
    }

    private static void Print(DelayReport report, IAnsiConsole console)
    {
        var title = $"Delays, {report.Set}: {report.Rows} looks from {report.From:yyyy-MM-dd}, {report.LateShare:0.0%} late";
        var table = new Table().Title(Markup.Escape(title)).AddColumns("model", "AUC", "average precision", "Brier", "calibration error", "pinball, days");
        foreach (var each in report.Figures)
            table.AddRow(
                Markup.Escape(each.Model), Of(each.Auc), Of(each.AveragePrecision), Of(each.Brier), $"{each.CalibrationError:0.000}", Of(each.Pinball));
        console.Write(table);
        var moments = new Table().Title("AUC by what had happened last").AddColumns(["moment", "looks", "late", .. report.Figures.Select(each => each.Model)]);
        foreach (var each in report.ByMoment)
            moments.AddRow([$"{each.Moment}", $"{each.Rows}", $"{each.LateShare:0.0%}", .. report.Figures.Select(model => $"{each.Auc[model.Model]:0.000}")]);
        console.Write(moments);
        foreach (var (baseline, gain) in report.AucGain)
            console.MarkupLineInterpolated($"AUC less {baseline}'s: {Of(gain)}");
        console.MarkupLineInterpolated($"what moved it most: {string.Join(", ", report.Drivers.Select(each => $"{each.Feature} {each.Effect:0.000}"))}");
        console.MarkupLineInterpolated(report.NotPromoted is null ? (FormattableString)$"{DelayEvaluation.Model} beats every baseline"
            : $"{DelayEvaluation.Model} is not promoted: {report.NotPromoted}");

        static string Of(Interval figure) => $"{figure.Value:0.000} ({figure.Low:0.000} to {figure.High:0.000})";
    }

    private static Table Detectors(string title, IReadOnlyList<DetectorFigures> all)
    {
        var table = new Table().Title(title).AddColumns("detector", "precision", "recall", "F1", "delay, days");
        foreach (var (name, later) in all.Select(each => (each.Name, each.LaterPart)))
            table.AddRow(Markup.Escape(name), $"{later.Precision:0.00}", $"{later.Recall:0.00}", $"{later.F1:0.000}", $"{later.Delay:0.0}");
        return table;
    }

    private static Table Windows(ForecastReport report)
    {
        var table = new Table().Title("WAPE / total error / pinball 0.9 by window").AddColumns(["from", .. report.All.Select(each => each.Model)]);
        foreach (var window in report.ByWindow)
            table.AddRow(
                [$"{window.From:yyyy-MM-dd}", .. window.Figures.Select(each => $"{each.Wape:0.000} / {each.TotalError:0.000} / {each.Pinball90:0.000}")]);
        return table;
    }

    private static Table Models(string title, IReadOnlyList<ForecastFigures> all)
    {
        var table = new Table().Title(title).AddColumns("model", "WAPE", "total error", "bias", "pinball 0.9", "coverage 80 %");
        foreach (var each in all)
            table.AddRow(Markup.Escape(each.Model), $"{each.Wape:0.000}", $"{each.TotalError:0.000}", $"{each.Bias:0.000}", $"{each.Pinball90:0.000}",
                $"{each.Coverage80:0.000}");
        return table;
    }
}
