using System.Text.Json;
using EcomIntel.Core.Governance;
using EcomIntel.IntegrationTests.Processing;

namespace EcomIntel.IntegrationTests.Cli;

/// <summary>The command as an operator types it, against a server of their own and an instance.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class KeysCommandTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Keys_are_made_listed_rotated_and_revoked_and_all_of_it_is_in_the_audit_log()
    {
        await using var database = await postgres.CreateAsync();
        await database.ExecuteAsync("INSERT INTO channels SELECT name, name, 1, now() FROM unnest(ARRAY['web', 'a b']) name");
        Task<(int Code, string Out, string Error)> Keys(params string[] line) => RunAsync(database.ConnectionString, ["keys", .. line]);
        async Task<JsonElement> Json(params string[] line)
        {
            var (code, told, error) = await Keys([.. line, "--json"]);
            Assert.Equal((0, ""), (code, error));
            using var json = JsonDocument.Parse(told);
            return json.RootElement.Clone();
        }

        var made = await Json("create", "--role", "planner", "--role", "SERVICE", "--channel", "web", "--channel", "a b", "--name", "store [front]",
            "--expires-in", "12h");
        Assert.Equal(["id", "key"], made.EnumerateObject().Select(property => property.Name));
        var id = made.GetProperty("id").GetString()!;
        Assert.True(ApiKeyText.TryParse(made.GetProperty("key").GetString(), out var key) && key.Id == id);

        var rotated = (await Json("rotate", id, "--overlap", "30m")).GetProperty("id").GetString()!;
        var (revokeCode, revoked, _) = await Keys("revoke", rotated);
        Assert.Equal((0, $"key {rotated} is revoked\n"), (revokeCode, revoked));

        var listed = (await Json("list")).GetProperty("keys").EnumerateArray().ToDictionary(one => one.GetProperty("id").GetString()!);
        Assert.Equal(("live", "revoked", rotated),
            (listed[id].GetProperty("state").GetString(), listed[rotated].GetProperty("state").GetString(), listed[id].GetProperty("rotatedTo").GetString()));
        Assert.Equal("""["PLANNER","SERVICE"] ["web","a b"]""", $"{Compact(listed[id].GetProperty("roles"))} {Compact(listed[id].GetProperty("channels"))}");
        Assert.InRange(listed[id].GetProperty("expiresAt").GetDateTimeOffset() - listed[id].GetProperty("createdAt").GetDateTimeOffset(),
            TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(35));
        var (_, table, _) = await Keys("list");
        Assert.Contains("store [front]", table, StringComparison.Ordinal);
        Assert.DoesNotContain(key.Reveal()[17..], table, StringComparison.Ordinal);

        // For people: the key alone on standard output.
        var (_, plain, note) = await Keys("create", "--role", "ADMIN");
        Assert.True(ApiKeyText.TryParse(plain.TrimEnd('\n'), out _), plain);
        Assert.Contains("is not shown again", note, StringComparison.Ordinal);

        foreach (var (line, code, told) in ((string[], int, string)[])
        [
            (["revoke", rotated], 1, $"ecomintel: key {rotated} is revoked already\n"),
            (["rotate", rotated], 1, $"ecomintel: key {rotated} is revoked\n"),
            (["revoke", "000000000000"], 1, "ecomintel: there is no key 000000000000\n"),
            (["revoke", "nonsense"], 2, "ecomintel: a key's id has 12 letters and digits, as keys list tells it\n"),
            (["revoke", key.Reveal()], 2,
                "ecomintel: name the key by its id, the 12 letters after eik_; a whole key on a command line is seen by others: revoke it\n"),
            (["create", "--role", "ADMIN", "--name", ""], 2, "ecomintel: a key's name is 1 to 100 characters\n"),
            (["list", "--postgres", "Host=127.0.0.1;Port=1;Timeout=2"], 2, "ecomintel: PostgreSQL does not answer: "),
            (["list", "--postgres", "nonsense"], 2, "ecomintel: the PostgreSQL connection string cannot be used: "),
            (["list", "--postgres", "Host=db", "--instance", "other"], 2,
                "ecomintel: --postgres names another database than --instance or --state: give one of them\n"),
        ])
        {
            var (exit, output, error) = await Keys(line);
            Assert.True(exit == code && output.Length == 0 && error.StartsWith(told, StringComparison.Ordinal) && error.Count(letter => letter == '\n') == 1,
                $"{string.Join(' ', line)}: {exit} {error}");
        }

        var actor = $"cli:{Environment.UserName}";
        Assert.Equal(
            [$"{actor}|api_key.create|done", $"{actor}|api_key.rotate|done", $"{actor}|api_key.revoke|done", $"{actor}|api_key.create|done",
                $"{actor}|api_key.revoke|ALREADY_REVOKED", $"{actor}|api_key.rotate|NOT_LIVE", $"{actor}|api_key.revoke|NOT_FOUND"],
            await database.QueryAsync("SELECT actor, action, outcome FROM audit_log ORDER BY entry"));
    }

    [Fact]
    public async Task A_key_for_what_the_hub_does_not_know_is_made_and_told()
    {
        await using var database = await postgres.CreateAsync();
        await database.ExecuteAsync(
            "INSERT INTO channels VALUES ('web', 'Web', 1, now()); INSERT INTO locations VALUES ('DC-1', 'Leeds', 'warehouse', 1, 'GB', true, now())");
        var (code, key, error) =
            await RunAsync(database.ConnectionString, "keys", "create", "--role", "PLANNER", "--channel", "web", "--channel", "wbe", "--location", "DC-1",
            "--location", "DC-9");
        Assert.Equal((0, true), (code, key.StartsWith(ApiKeyText.Prefix, StringComparison.Ordinal)));
        Assert.Equal(["the hub knows no channel wbe yet: until it does, the key sees nothing of it",
            "the hub knows no location DC-9 yet: until it does, the key sees nothing of it"], error.Split('\n')[..2]);
    }

    [Fact]
    public async Task Without_a_server_named_it_is_about_the_instance()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"ecomintel-none-{Environment.ProcessId}");
        var (code, _, error) = await RunAsync(null, "keys", "list", "--state", folder);
        Assert.Equal((2, $"ecomintel: there is no instance in {folder}; run: ./ecomintel up --state {folder}\n"), (code, error));
        Assert.Equal(0, (await RunAsync("Host=127.0.0.1;Port=1", "keys", "list", "--state", postgres.Folder)).Code);
    }

    private static string Compact(JsonElement json) => JsonSerializer.Serialize(json);

    internal static Task<(int Code, string Out, string Error)> RunAsync(string? server, params string[] line) =>
        TypedLine.RunAsync(server is null ? [] : new Dictionary<string, string> { ["ECOMINTEL__ConnectionStrings__Postgres"] = server }, line);
}
