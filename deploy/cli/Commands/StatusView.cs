using System.Globalization;
using System.Text.Json;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Processing;
using Spectre.Console;

namespace EcomIntel.Cli.Commands;

/// <summary>An instance's status for people (a table and the addresses) and for programs (one JSON object).</summary>
internal static class StatusView
{
    /// <param name="lost">Messages that Kafka had acknowledged and ingest never saw; null where it is not known.</param>
    public static void Print(InstanceStatus status, bool json, IReadOnlyList<LostMessages>? lost = null)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(ForPrograms(status, lost), JsonFile.Format));
            return;
        }

        var table = new Table().Border(TableBorder.Rounded).AddColumns("process", "pid", "state", "address", "metrics");
        table.AddColumn(new TableColumn("restarts").RightAligned());
        foreach (var process in status.Engines.Concat(status.Roles))
        {
            table.AddRow(
                process.Name,
                process.Pid?.ToString(CultureInfo.InvariantCulture) ?? "-",
                process.Ready ? "[green]ready[/]" : process.Pid is null ? "[red]down[/]" : "[yellow]starting[/]",
                Markup.Escape(process.Address ?? "-"),
                Markup.Escape(process.Metrics ?? "-"),
                process.Restarts.ToString(CultureInfo.InvariantCulture));
        }

        Screen().Write(table);
        foreach (var process in status.Engines.Concat(status.Roles))
        {
            if (process is { Ready: false, Trouble: { } trouble }) Console.Out.WriteLine($"{process.Name}: {trouble}");
        }
        if (lost is { Count: > 0 })
            Console.Out.WriteLine($"lost before they were read: {string.Join("; ", lost)}; `check` tells what to do");
    }

    /// <summary>The same object, of an instance that is not up.</summary>
    public static void PrintDown() => Console.Out.WriteLine(JsonSerializer.Serialize(
        new
        {
            state = "down", kafka = (string?)null, postgres = (string?)null, clickhouse = (string?)null, graphql = (string?)null,
            engines = Array.Empty<object>(), roles = Array.Empty<object>(),
        },
        JsonFile.Format));

    /// <summary>Where one's own tools connect.</summary>
    public static void PrintAddresses(InstanceStatus status, TextWriter to)
    {
        var addresses = status.Addresses;
        (string, string?)[] named =
            [("GraphQL", GraphQL(status)), ("Kafka", addresses.Kafka), ("PostgreSQL", addresses.PostgresReader), ("ClickHouse", addresses.ClickHouse)];
        foreach (var (what, where) in named)
            to.WriteLine($"{what}: {where}");
        foreach (var role in status.Roles)
            to.WriteLine($"metrics of {role.Name}: {role.Metrics}");
    }

    internal static object ForPrograms(InstanceStatus status, IReadOnlyList<LostMessages>? lost) => new
    {
        state = status.State,
        kafka = status.Addresses.Kafka,
        kafkaClusterId = status.Addresses.KafkaClusterId,
        postgres = status.Addresses.Postgres,
        clickhouse = status.Addresses.ClickHouse,
        graphql = GraphQL(status),
        supervisor = status.Supervisor,
        engines = status.Engines.Select(Each),
        roles = status.Roles.Select(Each),
        lost,
    };

    /// <summary>Null where the role does not run.</summary>
    internal static string? GraphQL(InstanceStatus status) =>
        status.Roles.FirstOrDefault(role => role.Name == "graphql")?.Address is { } address ? $"http://{address}/graphql" : null;

    // A pipe gets plain text, and room for whole lines.
    internal static IAnsiConsole Screen()
    {
        if (!Console.IsOutputRedirected) return AnsiConsole.Console;
        var plain = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        plain.Profile.Width = 160;
        return plain;
    }

    private static object Each(ProcessStatus process) =>
        new { process.Name, process.Pid, process.Ready, process.Address, process.Metrics, process.Restarts, process.Trouble };
}
