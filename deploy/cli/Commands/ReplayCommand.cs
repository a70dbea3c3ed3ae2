using System.CommandLine;
using System.Globalization;

namespace EcomIntel.Cli.Commands;

/// <summary>
/// <c>ecomintel replay</c>: sends a stream of the past through an instance that is up. Exit code 1 where the hub refused an event, or a recorded line was none.
/// </summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        var command = new Command("replay", "Replay a retailer's invoices or a recorded stream into the hub, as fast as it takes them");
        command.TakesSource(otherwise: null);
        foreach (var option in (Option[])[ReplayOf.Speed, ReplayOf.Limit, ReplayOf.Seed, ReplayOf.Record, StatusCommand.Json])
            command.Add(option);
        command.Runs(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (kind, files) = ReplayOf.Asked(parsed, otherwise: null);
        var replayed = await ReplayOf.RunAsync(kind, files, parsed.Instance(), parsed, cancellationToken);
        Print(replayed, parsed.GetValue(StatusCommand.Json));
        // Of a retailer's invoices some are always none; a recorded stream is whole, or something is wrong with it.
        return replayed.DeadLetters > 0 || (kind is null && replayed.Lines.Rejected.Count > 0) ? 1 : 0;
    }

    internal static void Print(Replayed replayed, bool json)
    {
        var (lines, end, rejectedLines, deadLetters, waiting) = replayed;
        var seconds = end.Elapsed.TotalSeconds;
        if (json)
        {
            Output.Json(new
            {
                lines = new { read = lines.Read, applied = lines.Applied, rejected = lines.Rejected },
                rejectedLines,
                events = new { produced = end.Events, sent = end.Sent, deadLettered = deadLetters, waiting },
                businessNow = end.Business,
                seconds = Math.Round(seconds, 1),
                eventsPerSecond = Math.Round(end.Sent / seconds),
            });
            return;
        }
        var reasons = string.Join(", ", lines.Rejected.Select(reason => $"{reason.Value:N0} {reason.Key}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{lines.Read:N0} lines read, {lines.Applied:N0} applied, {lines.Read - lines.Applied:N0} rejected"
            + $"{(lines.Rejected.Count > 0 ? $" ({reasons}; each in {rejectedLines})" : "")}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{end.Events:N0} events{(end.Sent == end.Events ? "" : $", {end.Events - end.Sent:N0} of them there already")}, "
            + $"in {seconds:N1} s ({end.Sent / seconds:N0}/s); business time is {end.Business:yyyy-MM-dd HH:mm}"));
        if (deadLetters > 0)
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ecomintel: {deadLetters:N0} of them were not applied: see dlq list"));
        if (waiting > 0)
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"ecomintel: {waiting:N0} wait for another event: see dlq list --status waiting"));
    }
}
