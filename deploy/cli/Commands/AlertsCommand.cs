using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Alerts;
using Spectre.Console;

namespace EcomIntel.Cli.Commands;

/// <summary><c>ecomintel alerts</c>: what models and monitors found. Exit code 1 where an alert is asked for that is not there.</summary>
internal static class AlertsCommand
{
    private const string Open = "open", Ended = "ended", All = "all";

    private static readonly Option<string> Status = new("--status")
    {
        Description = $"{Open}, {Ended} (actioned, dismissed or closed) or {All}", DefaultValueFactory = _ => Open, HelpName = "STATUS",
    };

    private static readonly Option<string?> Kind = new("--kind") { Description = "Only of this kind, as demand_anomaly", HelpName = "KIND" };

    private static readonly Option<string?> Team = new("--team") { Description = "Only those that this team owns", HelpName = "TEAM" };

    private static readonly Option<int> Limit = new("--limit")
    {
        Description = $"At most so many, up to {AlertStore.MaxListed}", DefaultValueFactory = _ => 50, HelpName = "N",
    };

    private static readonly Argument<string> Id = new("ID") { Description = "Of the alert, as shown by alerts list" };

    static AlertsCommand()
    {
        Status.MustBeOneOf([Open, Ended, All]);
        Limit.MustBe(limit => limit is >= 1 and <= AlertStore.MaxListed, $"1 to {AlertStore.MaxListed}", "100");
    }

    public static Command Create()
    {
        var list = new Command("list", "Those with most money at risk first, and what became of all findings")
        {
            Status, Kind, Team, Limit, HubDatabase.Postgres, StatusCommand.Json,
        };
        list.Runs((parsed, token) => RunAsync(parsed, store => ListAsync(store, parsed, token)));
        var show = new Command("show", "One of them: what was found, what it is about, and what happened to it")
        {
            Id, HubDatabase.Postgres, StatusCommand.Json,
        };
        show.Runs((parsed, token) => RunAsync(parsed, store => ShowAsync(store, parsed, token)));
        return new("alerts", "Alerts: what models and monitors found that a person should look at") { list, show };
    }

    private static Task<int> RunAsync(ParseResult parsed, Func<AlertStore, Task<int>> run) =>
        HubDatabase.WithAsync(parsed, "ecomintel alerts", source => run(new(source)), reads: true);

    private static async Task<int> ListAsync(AlertStore store, ParseResult parsed, CancellationToken token)
    {
        bool? open = parsed.GetValue(Status) switch { Open => true, Ended => false, _ => null };
        var found = await store.ListAsync(open, parsed.GetValue(Kind), parsed.GetValue(Team), parsed.GetValue(Limit), token);
        var findings = await store.FindingsAsync(token);
        if (parsed.GetValue(StatusCommand.Json))
        {
            Output.Json(new
            {
                alerts = found, findings = findings.Select(each => new { each.Model, each.Outcome, each.HeldFor, each.Count }),
            });
            return 0;
        }
        foreach (var (model, outcome, heldFor, count) in findings)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{count,9:N0}  {outcome,-7} {heldFor,-12}  findings of {Printable.Of(model)}"));
        if (found.Count == 0)
        {
            Console.WriteLine(open is null ? "no alerts" : $"no {parsed.GetValue(Status)} alerts");
            return 0;
        }
        var table = new Table().Border(TableBorder.Rounded).AddColumns("raised", "kind", "about", "status", "owner", "due", "level", "money", "what")
            .AddColumn("id");
        foreach (var each in found)
        {
            string[] cells =
                [each.RaisedAt.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), $"{each.Kind} ({each.Pattern})", About(each), each.Status,
                    Owner(each), DueOf(each), each.Level.ToString(CultureInfo.InvariantCulture), Money(each) ?? "-", each.Detail, each.AlertId];
            table.AddRow([.. cells.Select(cell => Markup.Escape(Printable.Of(cell)))]);
        }
        StatusView.Screen().Write(table);
        return 0;
    }

    private static async Task<int> ShowAsync(AlertStore store, ParseResult parsed, CancellationToken token)
    {
        var id = parsed.GetValue(Id)!;
        if (await store.FindAsync(id, token) is not { } found)
        {
            await Console.Error.WriteLineAsync($"ecomintel: there is no alert {Printable.Of(id)}");
            return 1;
        }
        var history = await store.HistoryAsync(id, token);
        if (parsed.GetValue(StatusCommand.Json))
        {
            var json = JsonSerializer.SerializeToNode(found, JsonFile.Format)!.AsObject();
            json["history"] = JsonSerializer.SerializeToNode(history, JsonFile.Format);
            Output.Json(json);
            return 0;
        }
        string[] lines =
        [
            $"{found.AlertId}: {found.Status}", $"kind:     {found.Kind} ({found.Pattern}), of {found.Model}", $"about:    {About(found)}",
            $"since:    {found.Since:u}", $"raised:   {found.RaisedAt:u}", $"at risk:  {Money(found) ?? "cannot be told"}",
            $"owner:    {Owner(found)}", $"severity: {found.Severity}", $"due:      {DueOf(found)}",
            string.Create(CultureInfo.InvariantCulture, $"level:    {found.Level}"),
            string.Create(CultureInfo.InvariantCulture, $"findings: {found.Findings}, {found.Standing} of them stand"), $"what:     {found.Detail}",
        ];
        foreach (var line in lines)
            Console.WriteLine(Printable.Of(line));
        if (found.Action is { } action)
            Console.WriteLine(Printable.Of($"done:     {action.ToLowerInvariant()} {found.Reference}"));
        if (found.DismissedAs is { } reason)
            Console.WriteLine($"nothing:  {reason.ToLowerInvariant()}");
        foreach (var each in history)
            Console.WriteLine(Printable.Of(
                $"{each.At:u}  {each.Kind,-12} {each.Status,-12}{(each.By is { } by ? $" by {by}" : "")}"
                    + $"{((each.Note ?? each.Detail) is { } said ? $": {said}" : "")}"));
        return 0;
    }

    private static string About(AlertFound found) => found.About.Length == 0 ? "the whole business" : found.About;

    private static string Owner(AlertFound found) => found.Assignee is { } person ? $"{found.Team} ({person})" : found.Team;

    private static string DueOf(AlertFound found) => found.DueAt?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "-";

    private static string? Money(AlertFound found) =>
        found.MoneyAtRisk is { } money ? string.Create(CultureInfo.InvariantCulture, $"{money:N2} {found.Currency}") : null;
}
