using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Remedies;
using Npgsql;
using Spectre.Console;

namespace EcomIntel.Cli.Commands;

/// <summary><c>ecomintel cases</c>: what a person should look at. Exit code 1 where a case is asked for that is not there.</summary>
internal static class CasesCommand
{
    private const string Open = "open", Closed = "closed", All = "all", Newest = "newest", Costliest = "costliest", Due = "due";

    private static readonly Option<string> Status = new("--status")
    {
        Description = $"{Open}, {Closed} (resolved, closed or a duplicate) or {All}", DefaultValueFactory = _ => Open, HelpName = "STATUS",
    };

    private static readonly Option<string?> Category = new("--category")
    {
        Description = "Only of this category, as inventory.variance", HelpName = "CATEGORY",
    };

    private static readonly Option<string?> Team = new("--team") { Description = "Only those that this team owns", HelpName = "TEAM" };

    private static readonly Option<bool> Overdue = new("--overdue") { Description = "Only open ones whose hours are over" };

    private static readonly Option<string?> Location = new("--location") { Description = "Only those at this location", HelpName = "LOCATION" };

    private static readonly Option<string?> Subject = new("--subject")
    {
        Description = "Only those about this SKU, order, shipment, return or transfer", HelpName = "ID",
    };

    private static readonly Option<string> Sort = new("--sort")
    {
        Description = $"{Newest} first, {Costliest} first (most money at risk, whatever its currency), or {Due} first", DefaultValueFactory = _ => Newest,
        HelpName = "ORDER",
    };

    private static readonly Option<int> Limit = new("--limit")
    {
        Description = $"At most so many, up to {ExceptionCaseStore.MaxListed}", DefaultValueFactory = _ => 50, HelpName = "N",
    };

    private static readonly Argument<string> Id = new("ID") { Description = "Of the case, as shown by cases list" };

    static CasesCommand()
    {
        Status.MustBeOneOf([Open, Closed, All]);
        Sort.MustBeOneOf([Newest, Costliest, Due]);
        Limit.MustBe(limit => limit is >= 1 and <= ExceptionCaseStore.MaxListed, $"1 to {ExceptionCaseStore.MaxListed}", "100");
    }

    public static Command Create()
    {
        var list = new Command("list", "How many there are of each category, and the cases themselves")
        {
            Status, Category, Team, Overdue, Location, Subject, Sort, Limit, HubDatabase.Postgres, StatusCommand.Json,
        };
        list.Runs((parsed, token) => RunAsync(parsed, source => ListAsync(new(source), parsed, token)));
        var show = new Command("show", "One of them: what differs, where, since when, what to do, and what can be done here")
        {
            Id, HubDatabase.Postgres, StatusCommand.Json,
        };
        show.Runs((parsed, token) => RunAsync(parsed, source => ShowAsync(new(source), new(source), parsed, token)));
        return new("cases", "Exception cases: what a person should look at, as a count that differs from the book") { list, show };
    }

    private static Task<int> RunAsync(ParseResult parsed, Func<NpgsqlDataSource, Task<int>> run) =>
        HubDatabase.WithAsync(parsed, "ecomintel cases", run, reads: true);

    private static async Task<int> ListAsync(ExceptionCaseStore store, ParseResult parsed, CancellationToken token)
    {
        bool? open = parsed.GetValue(Status) switch { Open => true, Closed => false, _ => null };
        var filter = new CaseFilter(
            open, parsed.GetValue(Category), parsed.GetValue(Location), parsed.GetValue(Subject), parsed.GetValue(Team),
            parsed.GetValue(Overdue) ? true : null);
        var order = parsed.GetValue(Sort) switch { Costliest => CaseOrder.Costliest, Due => CaseOrder.Due, _ => CaseOrder.Newest };
        var counts = await store.CountAsync(filter, token);
        var found = await store.ListAsync(filter, parsed.GetValue(Limit), order, token);
        if (parsed.GetValue(StatusCommand.Json))
        {
            Output.Json(new { counts = counts.Select(count => new { count.Status, count.Category, count.Count }), cases = found });
            return 0;
        }
        if (counts.Count == 0)
        {
            Console.WriteLine(open is null ? "no cases" : $"no {parsed.GetValue(Status)} cases");
            return 0;
        }
        foreach (var (status, category, count) in counts)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count,9:N0}  {status,-16}  {Printable.Of(category)}"));
        var table = new Table().Border(TableBorder.Rounded)
            .AddColumns("detected", "category", "about", "at", "owner", "due", "level", "money", "what").AddColumn("id");
        foreach (var each in found)
        {
            string[] cells =
                [each.DetectedAt.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), each.Category, each.Subject, each.Location ?? "-",
                    Owner(each), DueOf(each), each.Level.ToString(CultureInfo.InvariantCulture), Money(each) ?? "-", each.Detail, each.CaseId];
            table.AddRow([.. cells.Select(cell => Markup.Escape(Printable.Of(cell)))]);
        }
        StatusView.Screen().Write(table);
        if (counts.Sum(count => count.Count) is var all && all > found.Count)
            await Console.Error.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"ecomintel: {found.Count:N0} of {all:N0} shown; --limit shows more, --category and --location fewer"));
        return 0;
    }

    private static async Task<int> ShowAsync(ExceptionCaseStore store, CaseActionStore can, ParseResult parsed, CancellationToken token)
    {
        var id = parsed.GetValue(Id)!;
        if (await store.FindAsync(id, token) is not { } found)
        {
            await Console.Error.WriteLineAsync($"ecomintel: there is no case {Printable.Of(id)}");
            return 1;
        }
        var history = await store.HistoryAsync(id, token);
        var actions = await can.OfAsync(found, token);
        if (parsed.GetValue(StatusCommand.Json))
        {
            var json = JsonSerializer.SerializeToNode(found, JsonFile.Format)!.AsObject();
            json["history"] = JsonSerializer.SerializeToNode(history, JsonFile.Format);
            json["actions"] = JsonSerializer.SerializeToNode(actions, JsonFile.Format);
            Output.Json(json);
            return 0;
        }
        Console.WriteLine($"{Printable.Of(found.CaseId)}: {found.Status}");
        Console.WriteLine($"category: {Printable.Of(found.Category)}");
        Console.WriteLine($"about:    {Printable.Of(found.Subject)}");
        Console.WriteLine($"at:       {Printable.Of(found.Location ?? "-")}");
        Console.WriteLine($"detected: {found.DetectedAt:u}");
        Console.WriteLine($"at risk:  {Money(found) ?? "cannot be told"}");
        Console.WriteLine($"owner:    {Printable.Of(Owner(found))}");
        Console.WriteLine($"severity: {found.Severity ?? "-"}");
        Console.WriteLine($"due:      {DueOf(found)}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"level:    {found.Level}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"reported: {found.Reports} x"));
        if (found.RootCause is { } cause)
            Console.WriteLine($"cause:    {Printable.Of(cause)}");
        if (found.DuplicateOf is { } other)
            Console.WriteLine($"same as:  {Printable.Of(other)}");
        Console.WriteLine($"what:     {Printable.Of(found.Detail)}");
        foreach (var action in actions)
            Console.WriteLine(Printable.Of(
                $"can be:   {action.Remedy.ToLowerInvariant()}{(action.Why is { } why ? $", but not now: {why}" : Choices(action))}"));
        foreach (var each in history)
            Console.WriteLine(Printable.Of(
                $"{each.At:u}  {each.Kind,-12} {each.Status,-16} {each.Team ?? "-"}{(each.By is { } by ? $", by {by}" : "")}"
                    + (each.Remedy is { } remedy ? $", {remedy} {each.Target}" : "")
                    + $"{((each.Note ?? each.Detail) is { } said ? $": {said}" : "")}"));
        return 0;
    }

    /// <summary>The first few of what it may be done to.</summary>
    private static string Choices(CaseActionFound action)
    {
        const int shown = 5;
        var told = action.Choices.Take(shown).Select(choice =>
            choice.Target + (choice.Line is { } line ? $" line {line}" : "") + (choice.Hold is { } hold ? $" {hold}" : ""));
        return $": {string.Join(", ", told)}{(action.Choices.Count > shown ? $" and {action.Choices.Count - shown} more" : "")}";
    }

    private static string Owner(CaseFound found) => found.Assignee is { } person ? $"{found.Team} ({person})" : found.Team ?? "-";

    private static string DueOf(CaseFound found) => found.DueAt is not { } due ? "-"
        : due.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + (found.Overdue ? " over" : "");

    private static string? Money(CaseFound found) => found.MoneyAtRisk?.ToString("N2", CultureInfo.InvariantCulture);
}
