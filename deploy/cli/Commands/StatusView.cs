using System.Globalization;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Processing;
using Spectre.Console;

namespace EcomIntel.Cli.Commands;

/// <summary>An instance's status for people (a table and the addresses) and for programs (one JSON object).</summary>
internal static class StatusView
{
    /// <param name="lost">Messages that Kafka had acknowledged and ingest never saw; null where it is not known.</param>
    /// <param name="due">The instant at which business time waits for the role ml; null where it does not.</param>
    public static void Print(InstanceStatus status, bool json, IReadOnlyList<LostMessages>? lost = null, DateTimeOffset? due = null)
    {
        if (json)
        {
            Output.Json(ForPrograms(status, lost, due));
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
            if (process is { Ready: false, Trouble: { } trouble }) Console.Error.WriteLine($"ecomintel: {process.Name}: {Printable.Of(trouble)}");
        }
        if (lost is { Count: > 0 })
            Console.Out.WriteLine($"lost before they were read: {string.Join("; ", lost)}; `check` tells what to do");
        if (due is { } at)
            Console.Out.WriteLine($"business time waits at {at.UtcDateTime:yyyy-MM-dd HH:mm} for what the models are to say there (role ml)");
    }

    /// <summary>The same object, of an instance that is not up.</summary>
    public static void PrintDown() => Output.Json(new
    {
        state = "down", kafka = (string?)null, postgres = (string?)null, postgresReader = (string?)null, clickhouse = (string?)null, graphql = (string?)null,
        grafana = (object?)null, engines = Array.Empty<object>(), roles = Array.Empty<object>(),
    });

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

    internal static object ForPrograms(InstanceStatus status, IReadOnlyList<LostMessages>? lost, DateTimeOffset? due = null) => new
    {
        state = status.State,
        kafka = status.Addresses.Kafka,
        kafkaClusterId = status.Addresses.KafkaClusterId,
        postgres = status.Addresses.Postgres,
        postgresReader = status.Addresses.PostgresReader,
        clickhouse = status.Addresses.ClickHouse,
        graphql = GraphQL(status),
        grafana = Grafana(status.Addresses.ClickHouse),
        supervisor = status.Supervisor,
        engines = status.Engines.Select(Each),
        roles = status.Roles.Select(Each),
        lost,
        waitsForModels = due,
    };

    /// <summary>The variables that Grafana's data source of ClickHouse takes, as dashboards/README.md names them; null without ClickHouse.</summary>
    internal static OrderedDictionary<string, string>? Grafana(string? clickHouse)
    {
        if (clickHouse is null) return null;
        var address = ClickHouseDatabase.Parse(clickHouse);
        return new(StringComparer.Ordinal)
        {
            ["ECOMINTEL_CLICKHOUSE_HOST"] = address.Host,
            ["ECOMINTEL_CLICKHOUSE_PORT"] = address.Port.ToString(CultureInfo.InvariantCulture),
            ["ECOMINTEL_CLICKHOUSE_DATABASE"] = address.Database,
            ["ECOMINTEL_CLICKHOUSE_USER"] = address.Username,
            ["ECOMINTEL_CLICKHOUSE_PASSWORD"] = address.Password,
        };
    }

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
