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
                Markup.Escape(Printable.Of(model.Name)), Markup.Escape(Printable.Of(model.Version)), model.Status.ToString(), Figures(model.Metrics),
                string.Join("\n", model.Baselines.Select(each => $"{Markup.Escape(Printable.Of(each.Key))}: {Figures(each.Value)}")),
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
            foreach (var found in job.Found)
                output.WriteLine($"  {(found.PartOf is null ? "" : "  ")}{Printable.Of(found.Detail ?? found.Subject)}"
                    + (found.AtRisk is { } money ? string.Create(CultureInfo.InvariantCulture, $" At risk: {money:N0} {found.Currency}.") : ""));
        }
    }

    private static string Figures(IEnumerable<KeyValuePair<string, double>> figures) => Markup.Escape(Printable.Of(
        string.Join(", ", figures.Select(each => string.Create(CultureInfo.InvariantCulture, $"{each.Key} {each.Value:0.###}")))));
}
