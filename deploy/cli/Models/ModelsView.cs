using System.Globalization;
using EcomIntel.Cli.Commands;
using EcomIntel.Ml.Registry;
using Spectre.Console;

namespace EcomIntel.Cli.Models;

/// <summary>Models and what they found, for people.</summary>
internal static class ModelsView
{
    public static void Print(IReadOnlyList<ModelEntry> models, TextWriter output)
    {
        if (models.Count == 0)
        {
            output.WriteLine("no model was trained yet: there must be enough history");
            return;
        }
        var table = new Table().Border(TableBorder.Rounded).AddColumns("model", "version", "status", "metrics", "baselines", "why");
        foreach (var model in models)
            table.AddRow(
                Markup.Escape(Printable.Of(model.Name)), Markup.Escape(Printable.Of(model.Version)), model.Status.ToString(),
                Figures(model.Metrics) + (model.Held is { } own ? $"\non later days: {Figures(own.Metrics)}" : ""),
                string.Join("\n", Beside(model)),
                Markup.Escape(Printable.Of(model.DecidedBy == "rule" ? model.Reason : $"{model.Reason} ({model.DecidedBy})")));
        StatusView.Screen().Write(table);
    }

    public static void Print(IReadOnlyList<Scored> jobs, TextWriter output)
    {
        foreach (var job in jobs)
        {
            output.WriteLine($"{job.Job}: {(job.Found.Count == 0 ? "nothing to tell" : $"{job.Found.Count} to tell")}"
                + string.Concat(job.HeldBack.OrderBy(each => each.Key, StringComparer.Ordinal)
                    .Select(each => $"; {each.Key.Replace('_', ' ')}: {each.Value}")));
            foreach (var (type, count) in job.Found.Where(found => found.Detail is null).CountBy(found => found.Event))
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {count:N0} {type}"));
            foreach (var found in job.Found.Where(found => found.Detail is not null))
                output.WriteLine($"  {(found.PartOf is null ? "" : "  ")}{Printable.Of(found.Detail!)}"
                    + (found.AtRisk is { } money ? string.Create(CultureInfo.InvariantCulture, $" At risk: {money:N0} {found.Currency}.") : ""));
        }
    }

    private static IEnumerable<string> Beside(ModelEntry model)
    {
        foreach (var (baseline, figures) in model.Baselines)
            yield return $"{Markup.Escape(Printable.Of(baseline))}: {Figures(figures)}";
        if (model.Held is { } held)
            yield return $"{Markup.Escape(Printable.Of(held.Against))}, on the same later days: {Figures(held.AgainstMetrics)}";
    }

    private static string Figures(IEnumerable<KeyValuePair<string, double>> figures) => Markup.Escape(Printable.Of(
        string.Join(", ", figures.Select(each => string.Create(CultureInfo.InvariantCulture, $"{each.Key} {each.Value:0.###}")))));
}
