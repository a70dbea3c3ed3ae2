using System.CommandLine;
using System.Globalization;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Database;
using EcomIntel.Core.Governance;
using Npgsql;
using Spectre.Console;

namespace EcomIntel.Cli.Commands;

/// <summary><c>ecomintel keys</c>: who may ask the API. Exit code 1 where a key is not there or not in the state for it.</summary>
internal static class KeysCommand
{
    private static readonly Option<string[]> Roles = new("--role")
    {
        Description = $"What its holder may do, one or more: {string.Join(", ", RoleNames.All)}",
        HelpName = "ROLE",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string[]> Channels = new("--channel")
    {
        Description = "Only what belongs to these channels; without it, every channel", HelpName = "CHANNEL", AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string[]> Locations = new("--location")
    {
        Description = "Only what belongs to these locations; without it, every location", HelpName = "LOCATION", AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string> Name = new("--name")
    {
        Description = "For people, as storefront", DefaultValueFactory = _ => "unnamed", HelpName = "TEXT",
    };

    private static readonly Option<string> ExpiresIn = new("--expires-in")
    {
        Description = "Its life, as 90d, 12h or 30m, or never", DefaultValueFactory = _ => "90d", HelpName = "TIME",
    };

    private static readonly Option<string> Overlap = new("--overlap")
    {
        Description = "How long the old key stays good, as 24h, up to 30d; 0h ends it at once", DefaultValueFactory = _ => "24h", HelpName = "TIME",
    };

    private const string UnknownChannels = """
        SELECT name FROM unnest($1) AS given (name)
        WHERE name NOT IN (SELECT channel FROM channels) AND NOT EXISTS (SELECT FROM orders WHERE channel = name)
        """;

    private const string UnknownLocations = "SELECT name FROM unnest($1) AS given (name) WHERE name NOT IN (SELECT location FROM locations)";

    private static readonly Argument<string> Id = new("ID") { Description = "Of the key, as shown by keys list" };

    static KeysCommand()
    {
        Roles.MustBeOneOf([.. RoleNames.All], StringComparer.OrdinalIgnoreCase);
        ExpiresIn.MustBe(text => text == "never" || (KeyLife.Read(text) is { } life && life > TimeSpan.Zero && life <= ApiKeyGrant.LongestLifetime),
            $"days, hours or minutes up to {ApiKeyGrant.LongestLifetime.Days}d, or never", "12h");
        Overlap.MustBe(text => KeyLife.Read(text) <= ApiKeyStore.LongestOverlap, $"days, hours or minutes up to {ApiKeyStore.LongestOverlap.Days}d", "24h");
    }

    public static Command Create()
    {
        var create = new Command("create", "Make a key; it is shown this once")
        {
            Roles, Channels, Locations, Name, ExpiresIn, HubDatabase.Postgres, StatusCommand.Json,
        };
        create.Runs((parsed, token) => HubDatabase.WithAsync(parsed, "ecomintel keys", source => CreateAsync(source, parsed, token)));
        var list = new Command("list", "The keys there are, dead ones too") { HubDatabase.Postgres, StatusCommand.Json };
        list.Runs((parsed, token) => HubDatabase.WithAsync(parsed, "ecomintel keys", source => ListAsync(source, parsed, token), reads: true));
        var rotate = new Command("rotate", "Make a key with the same rights that takes another's place; it is shown this once")
        {
            Id, Overlap, HubDatabase.Postgres, StatusCommand.Json,
        };
        rotate.Runs((parsed, token) => HubDatabase.WithAsync(parsed, "ecomintel keys", source => RotateAsync(source, parsed, token)));
        var revoke = new Command("revoke", "End a key; programs notice within seconds") { Id, HubDatabase.Postgres };
        revoke.Runs((parsed, token) => HubDatabase.WithAsync(parsed, "ecomintel keys", source => RevokeAsync(source, parsed, token)));
        return new("keys", "Keys for the GraphQL API: made, listed, rotated, revoked") { create, list, rotate, revoke };
    }

    /// <summary>Who is at the command line, as the audit log names them.</summary>
    public static string Actor => $"cli:{(Environment.UserName is { Length: > 0 } user ? user : "unknown")}";

    private static async Task<int> CreateAsync(NpgsqlDataSource source, ParseResult parsed, CancellationToken token)
    {
        var grant = new ApiKeyGrant(
            parsed.GetValue(Name)!, [.. parsed.GetValue(Roles)!.Select(role => role.ToUpperInvariant())], Some(parsed.GetValue(Channels)),
            Some(parsed.GetValue(Locations)), KeyLife.Read(parsed.GetValue(ExpiresIn)!));
        var (key, stored, refusal) = await Store(source).CreateAsync(Actor, grant, token);
        if (refusal is not null)
            throw new InstanceException(refusal);
        await WarnOfUnknownAsync(source, "channel", UnknownChannels, grant.Channels, token);
        await WarnOfUnknownAsync(source, "location", UnknownLocations, grant.Locations, token);
        return Issued(key!.Value, stored!, parsed);
    }

    /// <summary>
    /// A key may be made before what it is for, so an unknown name is reported and not refused: it may be a slip. An order may come from a channel that nobody
    /// described.
    /// </summary>
    private static async Task WarnOfUnknownAsync(NpgsqlDataSource source, string what, string unknown, IReadOnlyList<string>? given, CancellationToken token)
    {
        if (given is null)
            return;
        await using var command = source.CreateCommand(unknown);
        command.Parameters.Add(new() { Value = given.ToArray() });
        await using var row = await command.ExecuteReaderAsync(token);
        while (await row.ReadAsync(token))
            await Console.Error.WriteLineAsync($"the hub knows no {what} {Printable.Of(row.GetString(0))} yet: until it does, the key sees nothing of it");
    }

    private static async Task<int> ListAsync(NpgsqlDataSource source, ParseResult parsed, CancellationToken token)
    {
        var keys = await Store(source).ListAsync(token);
        var now = TimeProvider.System.GetUtcNow();
        if (parsed.GetValue(StatusCommand.Json))
        {
            var listed = keys.Select(key => new
            {
                key.Id, state = State(key, now), key.Name, key.Roles, key.Channels, key.Locations, key.CreatedAt, key.ExpiresAt, key.RevokedAt, key.RotatedTo,
            });
            Output.Json(new { keys = listed });
            return 0;
        }
        if (keys.Count == 0)
        {
            Console.WriteLine("no keys");
            return 0;
        }
        var table = new Table().Border(TableBorder.Rounded).AddColumns("id", "state", "name", "roles", "restricted to", "created", "expires", "rotated to");
        foreach (var key in keys)
        {
            string[] cells =
                [key.Id, State(key, now), key.Name, string.Join(' ', key.Roles), Scope(key), At(key.CreatedAt), At(key.ExpiresAt), key.RotatedTo ?? "-"];
            table.AddRow([.. cells.Select(cell => Markup.Escape(Printable.Of(cell)))]);
        }
        StatusView.Screen().Write(table);
        return 0;
    }

    private static async Task<int> RotateAsync(NpgsqlDataSource source, ParseResult parsed, CancellationToken token)
    {
        var (key, stored, refusal) = await Store(source).RotateAsync(Actor, Given(parsed), KeyLife.Read(parsed.GetValue(Overlap)!)!.Value, token);
        return refusal is not null ? await RefusedAsync(refusal) : Issued(key!.Value, stored!, parsed);
    }

    private static async Task<int> RevokeAsync(NpgsqlDataSource source, ParseResult parsed, CancellationToken token)
    {
        if (await Store(source).RevokeAsync(Actor, Given(parsed), token) is { } refusal)
            return await RefusedAsync(refusal);
        Console.WriteLine($"key {parsed.GetValue(Id)} is revoked");
        return 0;
    }

    /// <exception cref="InstanceException">It is a key, or no id at all.</exception>
    private static string Given(ParseResult parsed)
    {
        var id = parsed.GetValue(Id)!;
        return id.StartsWith(ApiKeyText.Prefix, StringComparison.Ordinal)
            ? throw new InstanceException("name the key by its id, the 12 letters after eik_; a whole key on a command line is seen by others: revoke it")
            : ApiKeyText.IsId(id) ? id : throw new InstanceException("a key's id has 12 letters and digits, as keys list tells it");
    }

    private static int Issued(ApiKeyText key, ApiKey stored, ParseResult parsed)
    {
        if (parsed.GetValue(StatusCommand.Json))
        {
            Output.Json(new { id = key.Id, key = key.Reveal() });
            return 0;
        }
        Console.WriteLine(key.Reveal());
        var expires = stored.ExpiresAt is null ? "does not expire" : $"expires {At(stored.ExpiresAt)}";
        Console.Error.WriteLine(
            $"key {key.Id} for {string.Join(", ", stored.Roles)}, {Scope(stored)}, {expires}. It is not shown again; send it as: Authorization: Bearer KEY");
        return 0;
    }

    private static async Task<int> RefusedAsync(string refusal)
    {
        await Console.Error.WriteLineAsync($"ecomintel: {refusal}");
        return 1;
    }

    public static ApiKeyStore Store(NpgsqlDataSource source) => new(source);

    private static string[]? Some(string[]? names) => names is { Length: > 0 } ? names : null;

    private static string State(ApiKey key, DateTimeOffset now) => key.RevokedAt is not null ? "revoked" : key.IsLive(now) ? "live" : "expired";

    private static string Scope(ApiKey key) => (key.Channels, key.Locations) switch
    {
        (null, null) => "not restricted",
        ({ } channels, null) => $"channels {string.Join(", ", channels)}",
        (null, { } locations) => $"locations {string.Join(", ", locations)}",
        ({ } channels, { } locations) => $"channels {string.Join(", ", channels)} and locations {string.Join(", ", locations)}",
    };

    private static string At(DateTimeOffset? at) => at is { } time ? time.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture) : "never";
}

/// <summary>A length of time as people type it.</summary>
internal static class KeyLife
{
    /// <returns>Null for what is none.</returns>
    public static TimeSpan? Read(string text) =>
        text.Length is > 1 and < 8 && uint.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? text[^1] switch
            {
                'd' => TimeSpan.FromDays(count),
                'h' => TimeSpan.FromHours(count),
                'm' => TimeSpan.FromMinutes(count),
                _ => null,
            }
            : null;
}
