using System.CommandLine;
using System.Globalization;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Events;
using EcomIntel.Core.Webhooks;
using Npgsql;
using Spectre.Console;

namespace EcomIntel.Cli.Commands;

/// <summary>
/// <c>ecomintel webhooks</c>: who is told of alerts and cases, and what could not be. Exit code 1 where something was asked for that is not so.
/// </summary>
internal static class WebhooksCommand
{
    private const string All = "all";

    private static readonly Option<string?> Endpoint = new("--endpoint") { Description = "Only of this endpoint, by its name", HelpName = "NAME" };

    private static readonly Option<string> Status = new("--status")
    {
        Description = $"{string.Join(", ", WebhookStatus.All)} or {All}", DefaultValueFactory = _ => WebhookStatus.Dead, HelpName = "STATUS",
    };

    private static readonly Option<int> Limit = new("--limit")
    {
        Description = $"At most so many, up to {WebhookStore.MaxListed}", DefaultValueFactory = _ => 50, HelpName = "N",
    };

    private static readonly Option<bool> Every = new("--all") { Description = "All dead letters" };

    private static readonly Option<string?> Note = new("--note") { Description = "Why, in your words, for the audit log", HelpName = "TEXT" };

    private static readonly Argument<string[]> Ids = new("ID") { Description = "Of dead letters, as shown by webhooks list", Arity = ArgumentArity.ZeroOrMore };

    static WebhooksCommand()
    {
        Status.MustBeOneOf([.. WebhookStatus.All, All]);
        Limit.MustBe(limit => limit is >= 1 and <= WebhookStore.MaxListed, $"1 to {WebhookStore.MaxListed}", "100");
    }

    public static Command Create()
    {
        var list = new Command("list", "How each endpoint stands, and the latest dead letters")
        {
            Endpoint, Status, Limit, HubDatabase.Postgres, StatusCommand.Json,
        };
        list.Runs((parsed, token) => RunAsync(parsed, store => ListAsync(store, parsed, token), reads: true));
        var retry = new Command("retry", "Have dead letters sent again, under the ids they have; an endpoint that was gone is asked again")
        {
            Ids, Endpoint, Every, Note, HubDatabase.Postgres,
        };
        retry.Runs((parsed, token) => RunAsync(parsed, store => RetryAsync(store, parsed, token)));
        retry.Requires(result =>
        {
            if ((result.GetValue(Ids)?.Length > 0) == (result.GetValue(Every) || result.GetValue(Endpoint) is not null))
                result.AddError("name the dead letters by id, or by --endpoint or --all");
        });
        return new("webhooks", "Webhooks: who is told of alerts and cases, and what could not be delivered") { list, retry };
    }

    private static Task<int> RunAsync(ParseResult parsed, Func<WebhookStore, Task<int>> run, bool reads = false) =>
        HubDatabase.WithAsync(parsed, "ecomintel webhooks", (NpgsqlDataSource source) => run(new(source)), reads);

    private static async Task<int> ListAsync(WebhookStore store, ParseResult parsed, CancellationToken token)
    {
        var (endpoint, status) = (parsed.GetValue(Endpoint), parsed.GetValue(Status)!);
        var endpoints = (await store.EndpointsAsync(token)).Where(each => endpoint is null || each.Endpoint == endpoint).ToList();
        var filter = new WebhookFilter(endpoint, status == All ? null : status);
        var deliveries = await store.ListAsync(filter, parsed.GetValue(Limit), token);
        if (parsed.GetValue(StatusCommand.Json))
        {
            Output.Json(new { endpoints, deliveries });
            return 0;
        }
        if (endpoints.Count == 0)
        {
            if (endpoint is null)
                Console.WriteLine("no endpoint is configured, or role relay has not started since");
            else
                await Console.Error.WriteLineAsync($"ecomintel: there is no endpoint {Printable.Of(endpoint)}");
            return endpoint is null ? 0 : 1;
        }
        foreach (var each in endpoints)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{each.Endpoint}: {State(each)}; {each.Pending:N0} pending, {each.Dead:N0} dead, {each.Behind:N0} decisions not looked at yet"));
        if (deliveries.Count == 0)
        {
            Console.WriteLine(status == All ? "no deliveries" : $"no {status} deliveries");
            return 0;
        }
        var table = new Table().Border(TableBorder.Rounded).AddColumns("decision", "endpoint", "type", "about", "status", "attempts", "next", "error", "id");
        foreach (var each in deliveries)
        {
            string[] cells =
                [each.Sequence.ToString(CultureInfo.InvariantCulture), each.Endpoint, each.Type, each.Subject, each.Status,
                    each.Attempts.ToString(CultureInfo.InvariantCulture), each.NextAt?.ToString("MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "-",
                    each.LastError ?? "-", each.Id];
            table.AddRow([.. cells.Select(cell => Markup.Escape(Printable.Of(cell)))]);
        }
        StatusView.Screen().Write(table);
        return 0;
    }

    private static async Task<int> RetryAsync(WebhookStore store, ParseResult parsed, CancellationToken token)
    {
        var ids = parsed.GetValue(Ids) is { Length: > 0 } named ? named
            : [.. (await store.ListAsync(new(parsed.GetValue(Endpoint), WebhookStatus.Dead), WebhookStore.MaxListed, token)).Select(each => each.Id)];
        foreach (var page in ids.Chunk(WebhookStore.MaxRetried))
        {
            var outcome = await store.RetryAsync(KeysCommand.Actor, page, parsed.GetValue(Note), token);
            if (!outcome.IsDone)
            {
                await Console.Error.WriteLineAsync($"ecomintel: {Printable.Of(outcome.Message!)}");
                return 1;
            }
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ids.Length:N0} will be sent again; see: webhooks list --status {All}"));
        return 0;
    }

    private static string State(WebhookEndpoint each) =>
        each.DisabledAt is { } gone ? $"gone since {gone:u}: it is sent nothing until a dead letter is retried, or its address is another"
        : each.PausedUntil is { } until ? string.Create(CultureInfo.InvariantCulture, $"does not answer ({each.Failures} times), asked again at {until:u}")
        : each.DeliveredAt is { } at ? $"answers, last at {at:u}" : "nothing delivered yet";
}
