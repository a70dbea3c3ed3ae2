using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using Npgsql;
using Spectre.Console;

namespace EcomIntel.Cli.Commands;

/// <summary><c>ecomintel dlq</c>: what the hub refused, why, and what becomes of it. Exit code 1 where something was asked for that is not so.</summary>
internal static class DlqCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly Option<string?> Reason = new("--reason") { Description = "Only those refused for this reason", HelpName = "CODE" };

    private static readonly Option<string?> Type = new("--type") { Description = "Only events of this type, as order.placed", HelpName = "TYPE" };

    private static readonly Option<string?> Status = new("--status") { Description = "Only open, retry, applied or discarded" };

    private static readonly Option<int> Limit = new("--limit") { Description = $"At most so many, up to {DeadLetterStore.MostListed}", DefaultValueFactory = _ => 50, HelpName = "N" };

    private static readonly Option<bool> All = new("--all") { Description = "All that are open" };

    private static readonly Option<string> File = new("--file") { Description = "The event as it should have been, one CloudEvent in JSON; - reads standard input", Required = true, HelpName = "FILE" };

    private static readonly Argument<long> Id = new("ID") { Description = "Of the dead letter, as dlq list tells it" };

    private static readonly Argument<long[]> Ids = new("ID") { Description = "Of the dead letters", Arity = ArgumentArity.ZeroOrMore };

    static DlqCommand()
    {
        Reason.AcceptOnlyFromAmong([.. RejectionCodes.All]);
        Status.AcceptOnlyFromAmong("open", "retry", "applied", "discarded");
        Limit.MustBe(limit => limit is >= 1 and <= DeadLetterStore.MostListed, $"1 to {DeadLetterStore.MostListed}");
    }

    public static Command Create()
    {
        var list = new Command("list", "How many there are and why, and the latest of them") { Status, Reason, Type, Limit, StatusCommand.Json };
        list.Runs((parsed, token) => WithStoreAsync(parsed, store => ListAsync(store, parsed, token)));
        var show = new Command("show", "One of them: where it came from, what is wrong with it, and what it says") { Id, StatusCommand.Json };
        show.Runs((parsed, token) => WithStoreAsync(parsed, store => ShowAsync(store, parsed, token)));
        var mend = new Command("mend", "Put the event as it should have been in its place; what came is kept") { Id, File };
        mend.Runs((parsed, token) => WithStoreAsync(parsed, store => MendAsync(store, parsed, token)));
        var retry = new Command("retry", "Have them applied once more, mended or as they are, and tell what became of them") { Ids, All, Reason, Type, StatusCommand.Json };
        retry.Runs((parsed, token) => WithStoreAsync(parsed, store => RetryAsync(store, parsed, token)));
        var discard = new Command("discard", "Close them for good; they stay on record") { Ids, All, Reason, Type };
        discard.Runs((parsed, token) => WithStoreAsync(parsed, store => DiscardAsync(store, parsed, token)));
        foreach (var several in (Command[])[retry, discard])
            several.Validators.Add(result =>
            {
                if ((result.GetValue(Ids)?.Length > 0) == (result.GetValue(All) || result.GetValue(Reason) is not null || result.GetValue(Type) is not null))
                    result.AddError("name the dead letters by id, or by --reason, --type or --all");
            });
        return new("dlq", "Dead letters: events the hub refused, to be looked at, mended and tried again") { list, show, mend, retry, discard };
    }

    private static async Task<int> WithStoreAsync(ParseResult parsed, Func<DeadLetterStore, Task<int>> run)
    {
        await using var postgres = PostgresDataSource.Create(parsed.Instance().Addresses.Postgres!, "ecomintel dlq");
        try
        {
            return await run(new DeadLetterStore(postgres));
        }
        catch (NpgsqlException away)
        {
            throw new InstanceException($"PostgreSQL does not answer: {away.Message.ReplaceLineEndings(" ")}", away);
        }
    }

    private static DeadLetterFilter Filter(ParseResult parsed, string? status) =>
        new(status, parsed.GetValue(Reason), parsed.GetValue(Type) is { } type ? (type.StartsWith(EventType.Prefix, StringComparison.Ordinal) ? type : EventType.Prefix + type) : null);

    private static async Task<int> ListAsync(DeadLetterStore store, ParseResult parsed, CancellationToken token)
    {
        var filter = Filter(parsed, parsed.GetValue(Status));
        var counts = await store.CountAsync(filter, token);
        var letters = await store.ListAsync(filter, parsed.GetValue(Limit), token);
        if (parsed.GetValue(StatusCommand.Json))
        {
            Console.WriteLine(JsonSerializer.Serialize(new { counts = counts.Select(count => new { count.Status, count.Reason, count.Type, count.Count }), deadLetters = letters }, JsonFile.Format));
            return 0;
        }
        if (counts.Count == 0)
        {
            Console.WriteLine("no dead letters");
            return 0;
        }
        foreach (var (status, reason, type, count) in counts)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count,9:N0}  {status,-9}  {reason,-20}  {Short(type)}"));
        var table = new Table().Border(TableBorder.Rounded).AddColumns("id", "status", "reason", "type", "event", "detail");
        foreach (var letter in letters)
            table.AddRow([.. new[] { letter.Id.ToString(CultureInfo.InvariantCulture), letter.Status, letter.Reason, Short(letter.Type), letter.EventId ?? "-", letter.Detail }.Select(cell => Markup.Escape(Printable(cell)))]);
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
            Console.WriteLine(JsonSerializer.Serialize(new { letter, payload = Text(payload), payloadBase64 = Convert.ToBase64String(payload), mended = mended is null ? null : Text(mended) }, JsonFile.Format));
            return 0;
        }
        Console.WriteLine($"{letter.Id}: {letter.Status}, tried {letter.Attempts} times, received {letter.ReceivedAt:u}");
        Console.WriteLine($"refused: {letter.Reason}: {Printable(letter.Detail)}");
        Console.WriteLine($"event:   {Printable(letter.Type ?? "-")} {Printable(letter.EventId ?? "-")} of {Printable(letter.Source ?? "-")}, {letter.EventTime:u}");
        Console.WriteLine($"from:    {letter.Topic}/{letter.Partition} offset {letter.Offset} of cluster {letter.ClusterId}, key {Printable(letter.Key ?? "-")}");
        Console.WriteLine("as it came:");
        Console.WriteLine(Printable(Text(payload)));
        if (mended is not null)
        {
            Console.WriteLine("mended:");
            Console.WriteLine(Printable(Text(mended)));
        }
        return 0;
    }

    private static async Task<int> MendAsync(DeadLetterStore store, ParseResult parsed, CancellationToken token)
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
        if (await store.MendAsync(parsed.GetValue(Id), payload.AsSpan().Trim(" \t\r\n"u8).ToArray(), token) is { } refused)
        {
            await Console.Error.WriteLineAsync($"ecomintel: {refused}");
            return 1;
        }
        Console.WriteLine($"mended; have it applied with: dlq retry {parsed.GetValue(Id)}");
        return 0;
    }

    private static async Task<int> RetryAsync(DeadLetterStore store, ParseResult parsed, CancellationToken token)
    {
        var ids = parsed.GetValue(Ids) is { Length: > 0 } named ? named : null;
        var marked = await store.RetryAsync(ids, Filter(parsed, null), token);
        var began = TimeProvider.System.GetTimestamp();
        var stand = await store.StandAsync(marked, token);
        while (stand.Values.Any(letter => letter.Status == "retry") && TimeProvider.System.GetElapsedTime(began) < Patience)
        {
            await Task.Delay(100, token);
            stand = await store.StandAsync(marked, token);
        }
        var skipped = ids?.Except(marked).ToList() ?? [];
        if (parsed.GetValue(StatusCommand.Json))
        {
            Console.WriteLine(JsonSerializer.Serialize(new { retried = stand.OrderBy(letter => letter.Key).Select(letter => new { id = letter.Key, letter.Value.Status, letter.Value.Reason, letter.Value.Detail }), notOpen = skipped }, JsonFile.Format));
        }
        else
        {
            Console.WriteLine($"{stand.Values.Count(letter => letter.Status == "applied")} of {marked.Count} applied");
            foreach (var (id, letter) in stand.Where(letter => letter.Value.Status != "applied").OrderBy(letter => letter.Key).Take(20))
                Console.WriteLine(letter.Status == "retry" ? $"{id}: not taken up yet; is role ingest running?" : $"{id}: refused again: {letter.Reason}: {Printable(letter.Detail)}");
            foreach (var id in skipped)
                Console.WriteLine($"{id}: is not open, or not there");
        }
        return skipped.Count == 0 && stand.Values.All(letter => letter.Status == "applied") ? 0 : 1;
    }

    private static async Task<int> DiscardAsync(DeadLetterStore store, ParseResult parsed, CancellationToken token)
    {
        var ids = parsed.GetValue(Ids) is { Length: > 0 } named ? named : null;
        var discarded = await store.DiscardAsync(ids, Filter(parsed, null), token);
        Console.WriteLine($"{discarded.Count} discarded");
        var skipped = ids?.Except(discarded).ToList() ?? [];
        foreach (var id in skipped)
            Console.WriteLine($"{id}: is not open, or not there");
        return skipped.Count == 0 ? 0 : 1;
    }

    private static async Task<int> Missing(long id)
    {
        await Console.Error.WriteLineAsync($"ecomintel: there is no dead letter {id}");
        return 1;
    }

    private static string Short(string? type) => type is null ? "-" : type.StartsWith(EventType.Prefix, StringComparison.Ordinal) ? type[EventType.Prefix.Length..] : type;

    private static string Text(byte[] payload) => Encoding.UTF8.GetString(payload);

    /// <summary>What a stranger sent must not steer the terminal.</summary>
    private static string Printable(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? '\uFFFD' : letter));
}
