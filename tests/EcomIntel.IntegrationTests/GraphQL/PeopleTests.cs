using System.Text.Json;
using EcomIntel.Core.Governance;

namespace EcomIntel.IntegrationTests.GraphQL;

/// <summary>What people see of an order and of the rules, and how they change the rules, on a hub at work.</summary>
[Collection(nameof(LiveCollection))]
public sealed class PeopleTests(LiveHub hub)
{
    private const string Set = """
        mutation ($input: SetPolicyInput!) {
            setPolicy(input: $input) {
                repeated errors { code field message }
                policy { kind version ruling { version settings changes { setting before after } setBy reason } }
            }
        }
        """;

    [Fact]
    public async Task A_policy_is_set_audited_versioned_and_once()
    {
        var before = (await hub.Api.DataAsync("""{ policy(kind: "lateness") { version ruling { version } } }""")).GetProperty("policy");
        var version = before.GetProperty("version").GetInt32();
        Assert.Equal(version, before.GetProperty("ruling").GetProperty("version").GetInt32());
        var input = new
        {
            kind = "lateness", settings = """{"releasedBy": 0.25}""", reason = "peak", expectedVersion = version, idempotencyKey = $"lateness/{version}",
        };
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => SetAsync(input)));
        Assert.Equal(["", "", "", "", ""], answers.Select(LiveHub.CodeOf));
        Assert.Equal(4, answers.Count(answer => Payload(answer).GetProperty("repeated").GetBoolean()));
        var ruling = Payload(answers[0]).GetProperty("policy").GetProperty("ruling");
        const string settings = """{"releasedBy":0.25,"shippedBy":0.5,"lateAfter":"00:00:00","stuckAfter":"3.00:00:00","overdueAfter":"2.00:00:00"}""";
        Assert.Equal((version + 1, settings, hub.Api.Actor, "peak"), (
            ruling.GetProperty("version").GetInt32(), ruling.GetProperty("settings").GetString(), ruling.GetProperty("setBy").GetString(),
            ruling.GetProperty("reason").GetString()));
        if (version == 0)
            Assert.Equal("""[{"setting":"releasedBy","before":"0.2","after":"0.25"}]""", ruling.GetProperty("changes").GetRawText());

        // Of several at once who saw the same version one sets it.
        var racing = await Task.WhenAll(Enumerable.Range(0, 5).Select(number => SetAsync(new
        {
            kind = "lateness", settings = "{}", reason = $"race {number}", expectedVersion = version + 1,
        })));
        Assert.Equal(["", .. Enumerable.Repeat("VERSION_CHANGED", 4)], racing.Select(LiveHub.CodeOf).Order(StringComparer.Ordinal));
        Assert.Equal("""["input","expectedVersion"]""", FieldOf(racing.First(answer => LiveHub.CodeOf(answer).Length > 0)));
        Assert.Equal([$"{version + 1}|peak", $"{version + 2}|race"], await hub.Tables.QueryAsync($$"""
            SELECT after -> 'version', split_part(reason, ' ', 1) FROM audit_log
            WHERE action = 'policy.set' AND subject = 'lateness' AND outcome = 'done' AND (after ->> 'version')::int > {{version}} ORDER BY entry
            """));
        var history = await hub.Api.DataAsync("""{ policy(kind: "lateness") { version history(first: 2) { version changes { setting } } } }""");
        Assert.Equal($$"""{"version":{{version + 2}},"changes":[{"setting":"releasedBy"}]}""",
            history.GetProperty("policy").GetProperty("history")[0].GetRawText());
        Assert.Null((await AuditChain.VerifyAsync(hub.Tables.Source, CancellationToken.None)).Wrong);
    }

    [Theory]
    [InlineData("latenes", "{}", """["input","kind"]""")]
    [InlineData("lateness", """{"releasedBy": 2}""", """["input","settings","releasedBy"]""")]
    [InlineData("lateness", """{"releasedBy": "soon"}""", """["input","settings","releasedBy"]""")]
    [InlineData("lateness", """{"released": 0.1}""", """["input","settings","released"]""")]
    [InlineData("lateness", """{"releasedBy": 0.45, "shippedBy": 0.4}""", """["input","settings"]""")]
    [InlineData("lateness", "{", """["input","settings"]""")]
    [InlineData("lateness", "[]", """["input","settings"]""")]
    public async Task What_is_wrong_is_told_with_its_place_and_changes_nothing(string kind, string settings, string field)
    {
        var policies = await hub.Tables.QueryAsync("SELECT kind, version FROM policies ORDER BY kind, version");
        var answer = await SetAsync(new { kind, settings, reason = "wrong" });
        Assert.Equal(("INVALID", field), (LiveHub.CodeOf(answer), FieldOf(answer)));
        Assert.Equal(policies, await hub.Tables.QueryAsync("SELECT kind, version FROM policies ORDER BY kind, version"));
        Assert.Equal(["INVALID"], await hub.Tables.QueryAsync(
            $"SELECT outcome FROM audit_log WHERE action = 'policy.set' AND subject = '{kind}' AND reason = 'wrong' ORDER BY entry DESC LIMIT 1"));
    }

    [Fact]
    public async Task How_long_data_are_kept_is_not_for_a_planner_to_say()
    {
        using var planner = await ApiClient.CreateAsync(hub.Hub, "PLANNER");
        var refused = await planner.AskAsync(Set, new { input = new { kind = "retention", settings = "{}", reason = "not mine" } });
        Assert.Equal(("INVALID", """["input","kind"]"""), (LiveHub.CodeOf(refused), FieldOf(refused)));
        using var warehouse = await ApiClient.CreateAsync(hub.Hub, "WAREHOUSE");
        var forbidden = await warehouse.AskAsync(Set, new { input = new { kind = "lateness", settings = "{}", reason = "not mine" } });
        Assert.Equal("FORBIDDEN", LiveHub.CodeOf(forbidden));
    }

    [Fact]
    public async Task A_timeline_says_what_happened_by_whom_and_why()
    {
        var order = (await hub.PlaceAsync(1))[0];
        object[] nine = [new { line = 1, quantity = 9 }], one = [new { line = 2, quantity = 1 }];
        Assert.Equal("QUANTITY_EXCEEDED", LiveHub.CodeOf(await hub.CancelAsync(new { orderId = order, lines = nine, reason = "nine" })));
        Assert.Equal("", LiveHub.CodeOf(await hub.CancelAsync(new { orderId = order, lines = one, by = "CUSTOMER", reason = "changed her mind" })));
        var timeline = (await hub.Api.DataAsync($$"""
            { order(orderId: "{{order}}") { version timeline { prunedBefore isCut entries {
                totalCount nodes { event summary by { kind name } reason version isRefused locations { location chosen reason } } } } } }
            """)).GetProperty("order");
        var entries = timeline.GetProperty("timeline").GetProperty("entries").GetProperty("nodes").EnumerateArray().ToList();
        Assert.Equal(JsonValueKind.Null, timeline.GetProperty("timeline").GetProperty("prunedBefore").ValueKind);
        Assert.Equal("order.captured", Text(entries[0], "event"));
        Assert.Equal(("CHANNEL", "web"), By(entries[0]));
        var allocated = entries.First(entry => Text(entry, "event") == "order.allocated");
        Assert.Equal("HUB", By(allocated).Kind);
        Assert.Contains(allocated.GetProperty("locations").EnumerateArray(), node => node.GetProperty("chosen").GetBoolean());
        var cancelled = entries.First(entry => Text(entry, "event") == "order.cancelled");
        Assert.Equal(("CALLER", hub.Api.Actor, "changed her mind", "cancelled: 1 x 20001"),
            (By(cancelled).Kind, By(cancelled).Name, Text(cancelled, "reason"), Text(cancelled, "summary")));
        var refused = entries.Single(entry => entry.GetProperty("isRefused").GetBoolean());
        Assert.Equal(("order.cancel", "nine"), (Text(refused, "event"), Text(refused, "reason")));
        Assert.Equal(Enumerable.Range(1, timeline.GetProperty("version").GetInt32()), entries
            .Where(entry => entry.GetProperty("version").ValueKind == JsonValueKind.Number && !entry.GetProperty("isRefused").GetBoolean())
            .Select(entry => entry.GetProperty("version").GetInt32()).Order());

        // The same in pages.
        var (seen, after) = (new List<string>(), (string?)null);
        do
        {
            var page = (await hub.Api.DataAsync(
                $$"""
                query ($after: String) {
                    order(orderId: "{{order}}") { timeline { entries(first: 2, after: $after) { nodes { event } pageInfo { hasNextPage endCursor } } } }
                }
                """, new { after })).GetProperty("order").GetProperty("timeline").GetProperty("entries");
            seen.AddRange(page.GetProperty("nodes").EnumerateArray().Select(entry => Text(entry, "event")!));
            after = page.GetProperty("pageInfo").GetProperty("hasNextPage").GetBoolean() ? Text(page.GetProperty("pageInfo"), "endCursor") : null;
        }
        while (after is not null);
        Assert.Equal(entries.Select(entry => Text(entry, "event")), seen);
    }

    private Task<JsonElement> SetAsync(object input) => hub.Api.AskAsync(Set, new { input });

    private static JsonElement Payload(JsonElement answer) => answer.GetProperty("data").GetProperty("setPolicy");

    private static string FieldOf(JsonElement answer) => Payload(answer).GetProperty("errors")[0].GetProperty("field").GetRawText();

    private static string? Text(JsonElement of, string name) => of.GetProperty(name).GetString();

    private static (string? Kind, string? Name) By(JsonElement entry) => (Text(entry.GetProperty("by"), "kind"), Text(entry.GetProperty("by"), "name"));
}
