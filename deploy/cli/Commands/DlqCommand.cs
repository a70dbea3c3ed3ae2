using System.CommandLine;
using System.Globalization;
using System.Text;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Events;
using EcomIntel.Core.Governance;
using EcomIntel.Core.Processing;
using Npgsql;
using Spectre.Console;

namespace EcomIntel.Cli.Commands;

/// <summary><c>ecomintel dlq</c>: what the hub refused, why, and what becomes of it. Exit code 1 where something was asked for that is not so.</summary>
internal static class DlqCommand
{
    private static readonly TimeSpan RetryTimeout = TimeSpan.FromSeconds(30);

    private static readonly Option<string?> Reason = new("--reason")
    {
        Description = $"Only those refused for this reason: {string.Join(", ", RejectionCodes.All.Order(StringComparer.Ordinal))}", HelpName = "CODE",
    };

    private static readonly Option<string?> Type = new("--type") { Description = "Only events of this type, as order.placed", HelpName = "TYPE" };

    private static readonly Option<string?> Status = new("--status") { Description = "Only open, waiting, retry, applied or discarded" };

    private static readonly Option<int> Limit = new("--limit")
    {
        Description = $"At most so many, up to {DeadLetterStore.MaxListed}", DefaultValueFactory = _ => 50, HelpName = "N",
    };

    private static readonly Option<bool> All = new("--all") { Description = "All that are open or wait" };

    private static readonly Option<string> File = new("--file")
    {
        Description = "The event as it should have been, one CloudEvent in JSON; - reads standard input", Required = true, HelpName = "FILE",
    };

    private static readonly Option<string?> Note = new("--note") { Description = "Why, in your words, for the audit log", HelpName = "TEXT" };

    private static readonly Argument<long> Id = new("ID") { Description = "Of the dead letter, as shown by dlq list" };

    private static readonly Argument<long[]> Ids = new("ID") { Description = "Of the dead letters", Arity = ArgumentArity.ZeroOrMore };

    static DlqCommand()
    {
        Reason.MustBeOneOf([.. RejectionCodes.All.Order(StringComparer.Ordinal)]);
        Status.MustBeOneOf(["open", "waiting", "retry", "applied", "discarded"]);
        Limit.MustBe(limit => limit is >= 1 and <= DeadLetterStore.MaxListed, $"1 to {DeadLetterStore.MaxListed}", "100");
        Id.MustBe(id => id > 0, "a number from dlq list", "12");
        Ids.MustBe(id => id > 0, "a number from dlq list", "12");
    }

    public static Command Create()
    {
        var list = new Command("list", "How many there are and why, and the latest of them")
        {
            Status, Reason, Type, Limit, HubDatabase.Postgres, StatusCommand.Json,
        };
        list.Runs((parsed, token) => RunAsync(parsed, source => ListAsync(new(source), parsed, token), reads: true));
        var show = new Command("show", "One of them: where it came from, what is wrong with it, and what it says")
        {
            Id, HubDatabase.Postgres, StatusCommand.Json,
        };
        show.Runs((parsed, token) => RunAsync(parsed, source => ShowAsync(new(source), parsed, token), reads: true));
        var mend = new Command("mend", "Put the event as it should have been in its place; what came is kept") { Id, File, Note, HubDatabase.Postgres };
        mend.Runs((parsed, token) => RunAsync(parsed, source => MendAsync(source, parsed, token)));
        var retry = new Command("retry", "Have them applied once more, mended or as they are, and show what became of them")
        {
            Ids, All, Reason, Type, Note, HubDatabase.Postgres, StatusCommand.Json,
        };
        retry.Runs((parsed, token) => RunAsync(parsed, source => RetryAsync(source, parsed, token)));
        var discard = new Command("discard", "Close them for good; they stay on record") { Ids, All, Reason, Type, Note, HubDatabase.Postgres };
        discard.Runs((parsed, token) => RunAsync(parsed, source => DiscardAsync(source, parsed, token)));
        foreach (var several in (Command[])[retry, discard])
            several.Requires(result =>
            {
                if ((result.GetValue(Ids)?.Length > 0) == (result.GetValue(All) || result.GetValue(Reason) is not null || result.GetValue(Type) is not null))
                    result.AddError("name the dead letters by id, or by --reason, --type or --all");
            });
        return new("dlq", "Dead letters: events the hub refused, to be looked at, mended and tried again") { list, show, mend, retry, discard };
    }

    private static Task<int> RunAsync(ParseResult parsed, Func<NpgsqlDataSource, Task<int>> run, bool reads = false) =>
        HubDatabase.WithAsync(parsed, "ecomintel dlq", run, reads);

    private static DeadLetterFilter Filter(ParseResult parsed, string? status) =>
        new(
            status, parsed.GetValue(Reason),
            parsed.GetValue(Type) is { } type ? (type.StartsWith(EventType.Prefix, StringComparison.Ordinal) ? type : EventType.Prefix + type) : null);

    private static async Task<int> ListAsync(DeadLetterStore store, ParseResult parsed, CancellationToken token)
    {
        var filter = Filter(parsed, parsed.GetValue(Status));
        var counts = await store.CountAsync(filter, token);
        var letters = await store.ListAsync(filter, parsed.GetValue(Limit), token);
        if (parsed.GetValue(StatusCommand.Json))
        {
            Output.Json(new { counts = counts.Select(count => new { count.Status, count.Reason, count.Type, count.Count }), deadLetters = letters });
            return 0;
        }
        if (counts.Count == 0)
        {
            Console.WriteLine("no dead letters");
            return 0;
        }
        foreach (var (status, reason, type, count) in counts)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count,9:N0}  {status,-9}  {reason,-20}  {Printable.Of(Short(type))}"));
        var table = new Table().Border(TableBorder.Rounded).AddColumns("id", "status", "reason", "type", "event", "detail");
        foreach (var letter in letters)
        {
            string[] cells =
                [letter.Id.ToString(CultureInfo.InvariantCulture), letter.Status, letter.Reason, Short(letter.Type), letter.EventId ?? "-", letter.Detail];
            table.AddRow([.. cells.Select(cell => Markup.Escape(Printable.Of(cell)))]);
        }
        StatusView.Screen().Write(table);
        return 0;
    }

    private static async Task<int> ShowAsync(DeadLetterStore store, ParseResult parsed, CancellationToken token)
    {
        var id = parsed.GetValue(Id);
        if (await store.FindAsync(id, token) is not { } found)
            return await Missing(id);
        var (letter, payload, mended) = found;
        if (parsed.GetValue(StatusCommand.Json))
        {
            var (came, became) = (Text(payload), mended is null ? null : Text(mended));
            Output.Json(new { letter, payload = came, payloadBase64 = Convert.ToBase64String(payload), mended = became });
            return 0;
        }
        Console.WriteLine($"{letter.Id}: {letter.Status}, tried {letter.Attempts} times, received {letter.ReceivedAt:u}");
        Console.WriteLine($"refused: {letter.Reason}: {Printable.Of(letter.Detail)}");
        if (letter.Awaits is { } awaits)
            Console.WriteLine(
                $"{(letter.Status == "waiting" ? "waits:  " : "waited: ")} for {Printable.Of(awaits)}, until {letter.WaitsUntil:u} of business time");
        Console.WriteLine(
            $"event:   {Printable.Of(letter.Type ?? "-")} {Printable.Of(letter.EventId ?? "-")} of {Printable.Of(letter.Source ?? "-")}, {letter.EventTime:u}");
        Console.WriteLine($"from:    {letter.Topic}/{letter.Partition} offset {letter.Offset} of cluster {Printable.Of(letter.ClusterId)}");
        Console.WriteLine($"key:     {Printable.Of(letter.Key ?? "-")}");
        if (letter.IsCut)
            Console.WriteLine(
                $"cut:     {letter.Size} bytes came, of which the first {payload.Length} are kept; SHA-256 of all {letter.Sha256}. "
                + "It cannot be retried as it is: mend it, or read it from Kafka");
        Console.WriteLine($"{(letter.IsCut ? "as it came, its beginning" : "as it came")}:{Indented(payload)}");
        if (mended is not null)
            Console.WriteLine($"mended:{Indented(mended)}");
        return 0;
    }

    private static async Task<int> MendAsync(NpgsqlDataSource source, ParseResult parsed, CancellationToken token)
    {
        var path = parsed.GetValue(File)!;
        byte[] payload;
        try
        {
            payload = path == "-" ? Encoding.UTF8.GetBytes(await Console.In.ReadToEndAsync(token)) : await System.IO.File.ReadAllBytesAsync(path, token);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new InstanceException(wrong.Message, wrong);
        }
        var outcome = await Changes(source)
            .MendAsync(KeysCommand.Actor, parsed.GetValue(Id), payload.AsSpan().Trim(" \t\r\n"u8).ToArray(), null, null, parsed.GetValue(Note), token);
        if (!outcome.IsDone)
        {
            await Console.Error.WriteLineAsync($"ecomintel: {Printable.Of(outcome.Message!)}");
            return 1;
        }
        Console.WriteLine($"mended; have it applied with: dlq retry {parsed.GetValue(Id)}");
        return 0;
    }

    private static DeadLetterChanges Changes(NpgsqlDataSource source) => new(source);

    /// <summary>Marks those that are open, in as many changes as their number needs: each is in the audit log by itself.</summary>
    /// <param name="cut">Whether also those of which only the beginning is kept.</param>
    /// <returns>Those that are marked now, those left out as cut, and those that were named and are not open.</returns>
    private static async Task<(List<long> Marked, List<long> Cut, List<long> Skipped)> MarkAsync(
        DeadLetterStore store, ParseResult parsed, bool cut,
        Func<string, IReadOnlyCollection<long>, string?, string?, CancellationToken, Task<ChangeOutcome>> mark, CancellationToken token)
    {
        var ids = parsed.GetValue(Ids) is { Length: > 0 } named ? named : null;
        var filter = Filter(parsed, null);
        var marked = new List<long>();
        var found = await store.OpenAsync(ids, filter, token);
        var left = cut ? [] : found.Where(letter => !letter.CanRetry).Select(letter => letter.Id).ToList();
        foreach (var page in found.Select(letter => letter.Id).Except(left).Chunk(DeadLetterChanges.Most))
            for (var open = page; open.Length > 0; open = [.. (await store.OpenAsync(page, filter, token)).Select(letter => letter.Id)])
            {
                var outcome = await mark(KeysCommand.Actor, open, null, parsed.GetValue(Note), token);
                if (outcome.IsDone)
                {
                    marked.AddRange(open);
                    break;
                }
                // Somebody else was faster with one of them: the others are still to be done.
                if (outcome.Code != DeadLetterChanges.WrongState)
                    throw new InstanceException(outcome.Message!);
            }
        return (marked, left, ids?.Except(marked).Except(left).ToList() ?? []);
    }

    private static async Task<int> RetryAsync(NpgsqlDataSource source, ParseResult parsed, CancellationToken token)
    {
        var store = new DeadLetterStore(source);
        var (marked, cut, skipped) = await MarkAsync(store, parsed, cut: false, Changes(source).RetryAsync, token);
        var began = TimeProvider.System.GetTimestamp();
        var stand = await store.StandAsync(marked, token);
        while (stand.Values.Any(letter => letter.Status == "retry") && TimeProvider.System.GetElapsedTime(began) < RetryTimeout)
        {
            await Task.Delay(100, token);
            stand = await store.StandAsync(marked, token);
        }
        if (parsed.GetValue(StatusCommand.Json))
        {
            var retried = stand.OrderBy(letter => letter.Key)
                .Select(letter => new { id = letter.Key, letter.Value.Status, letter.Value.Reason, letter.Value.Detail });
            Output.Json(new { retried, cut, notOpen = skipped });
        }
        else
        {
            Console.WriteLine($"{stand.Values.Count(letter => letter.Status == "applied")} of {marked.Count} applied");
            foreach (var (id, letter) in stand.Where(letter => letter.Value.Status != "applied").OrderBy(letter => letter.Key).Take(20))
                await Console.Error.WriteLineAsync(letter.Status == "retry"
                    ? $"ecomintel: {id}: not taken up yet; is role ingest running?"
                    : $"ecomintel: {id}: refused again: {letter.Reason}: {Printable.Of(letter.Detail)}");
            foreach (var id in cut.Take(20))
                await Console.Error.WriteLineAsync(
                    $"ecomintel: {id}: only its beginning is kept, so it cannot be retried as it is: dlq show {id} tells where the whole is");
            if (cut.Count > 20)
                await Console.Error.WriteLineAsync($"ecomintel: and {cut.Count - 20} more of which only the beginning is kept");
            await PrintSkippedAsync(skipped);
        }
        return skipped.Count == 0 && cut.Count == 0 && stand.Values.All(letter => letter.Status == "applied") ? 0 : 1;
    }

    private static async Task<int> DiscardAsync(NpgsqlDataSource source, ParseResult parsed, CancellationToken token)
    {
        var (marked, _, skipped) = await MarkAsync(new(source), parsed, cut: true, Changes(source).DiscardAsync, token);
        Console.WriteLine($"{marked.Count} discarded");
        await PrintSkippedAsync(skipped);
        return skipped.Count == 0 ? 0 : 1;
    }

    private static async Task PrintSkippedAsync(List<long> skipped)
    {
        foreach (var id in skipped)
            await Console.Error.WriteLineAsync($"ecomintel: {id}: is not open, or not there");
    }

    private static async Task<int> Missing(long id)
    {
        await Console.Error.WriteLineAsync($"ecomintel: there is no dead letter {id}");
        return 1;
    }

    private static string Short(string? type) =>
        type is null ? "-" : type.StartsWith(EventType.Prefix, StringComparison.Ordinal) ? type[EventType.Prefix.Length..] : type;

    /// <summary>On lines of its own, none of which can be taken for one of ours.</summary>
    private static string Indented(byte[] payload) =>
        string.Concat(Printable.Lines(Text(payload)).TrimEnd('\n').Split('\n').Select(line => $"{Environment.NewLine}  {line}"));

    private static string Text(byte[] payload) => Encoding.UTF8.GetString(payload);
}
