using System.Text.Json;
using EcomIntel.Cli.Replay;
using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Events;
using EcomIntel.GraphQL.Schema.Live;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.IntegrationTests.GraphQL;

/// <summary>What people do with an alert: refused to who may not and of a version that is not the latest, with the input that is wrong, done once.</summary>
[Collection(nameof(LiveCollection))]
public sealed class AlertChangeTests(LiveHub hub)
{
    [Fact]
    public async Task An_alert_from_its_finding_to_its_end()
    {
        await hub.Hub.GoOnAsync(TimeSpan.FromMinutes(60), now => [.. Happenings(now).Select(ReplayMessage.Of)]);
        using var planner = await ApiClient.CreateAsync(hub.Hub, "PLANNER");
        using var buyer = await ApiClient.CreateAsync(hub.Hub, "BUYER");
        using var executive = await ApiClient.CreateAsync(hub.Hub, "EXECUTIVE");
        using var elsewhere = await ApiClient.CreateAsync(hub.Hub, "PLANNER", locations: ["wh-south"]);

        var seen = (await planner.AskAsync("""
            { alerts(first: 5, filter: {skus: ["pepper"], open: true}, sort: MONEY_AT_RISK) { nodes {
                alertId status kind detail score moneyAtRisk { amount currency } about { sku location } findingCount standing overdue
                evidence { series { at actual low high } features { name value } alsoMoved } findings { findingId outcome partOf } } } }
            """, new { })).GetProperty("data").GetProperty("alerts").GetProperty("nodes")[0];
        Assert.Equal(("pepper", "RAISED", 2, "42"), (seen.GetProperty("alertId").GetString(), seen.GetProperty("status").GetString(),
            seen.GetProperty("findingCount").GetInt32(), seen.GetProperty("evidence").GetProperty("series")[0].GetProperty("actual").GetString()));
        Assert.Equal("others", seen.GetProperty("evidence").GetProperty("alsoMoved")[0].GetString());
        using var north = await ApiClient.CreateAsync(hub.Hub, "PLANNER", locations: ["wh-north"]);
        var restricted = (await north.AskAsync("""{ alert(alertId: "pepper") { evidence { features { name } alsoMoved } } }""", new { }))
            .GetProperty("data").GetProperty("alert").GetProperty("evidence");
        Assert.Equal((1, 0), (restricted.GetProperty("features").GetArrayLength(), restricted.GetProperty("alsoMoved").GetArrayLength()));
        var held = await buyer.AskAsync(
            """{ findings(first: 5, filter: {outcomes: [HELD], heldFor: [TOO_SMALL], skus: ["clove"]}) { nodes { findingId heldFor alertId } } }""", new { });
        Assert.Equal("clove", held.GetProperty("data").GetProperty("findings").GetProperty("nodes")[0].GetProperty("findingId").GetString());
        Assert.NotEmpty(ApiClient.Codes(await buyer.AskAsync("{ alerts(first: 5, sort: MONEY_AT_RISK) { nodes { alertId } } }", new { })));

        var id = new { alertId = "pepper" };
        Assert.Equal("FORBIDDEN", (await AskAsync(executive, "acknowledgeAlert", "ChangeAlertInput", id)).Code);
        Assert.Equal(("NOT_FOUND", """["input","alertId"]"""), Wrong(await AskAsync(elsewhere, "acknowledgeAlert", "ChangeAlertInput", id)));
        Assert.Equal(("VERSION_CHANGED", """["input","expectedVersion"]"""),
            Wrong(await AskAsync(planner, "acknowledgeAlert", "ChangeAlertInput", new { alertId = "pepper", expectedVersion = 7 })));
        Assert.Equal(("WRONG_STATE", "null"),
            Wrong(await AskAsync(planner, "dismissAlert", "DismissAlertInput", new { alertId = "pepper", reason = "KNOWN" })));
        var look = new { alertId = "pepper", note = "seen", idempotencyKey = "pepper is seen" };
        var first = await AskAsync(planner, "acknowledgeAlert", "ChangeAlertInput", look);
        var again = await AskAsync(planner, "acknowledgeAlert", "ChangeAlertInput", look);
        Assert.Equal(
            ("", false, "", true, "ACKNOWLEDGED"),
            (first.Code, first.Repeated, again.Code, again.Repeated, first.Alert.GetProperty("status").GetString()));
        Assert.Equal(("INVALID", """["input","note"]"""),
            Wrong(await AskAsync(planner, "actionAlert", "ActionAlertInput", new { alertId = "pepper", action = "NOTE" })));
        Assert.Equal(("INVALID", """["input","reference"]"""),
            Wrong(await AskAsync(planner, "actionAlert", "ActionAlertInput", new { alertId = "pepper", action = "TRANSFER" })));
        foreach (var action in new[] { "PURCHASE_ORDER", "TRANSFER", "POLICY" })
            Assert.Equal(("NOT_FOUND", """["input","reference"]"""),
                Wrong(await AskAsync(planner, "actionAlert", "ActionAlertInput", new { alertId = "pepper", action, reference = "none" })));
        var actioned = await AskAsync(
            planner, "actionAlert", "ActionAlertInput", new { alertId = "pepper", action = "POLICY", reference = "replenishment", note = "more cover" });
        Assert.Equal(("", "ACTIONED", "replenishment"),
            (actioned.Code, actioned.Alert.GetProperty("status").GetString(), actioned.Alert.GetProperty("reference").GetString()));
        var closed = await AskAsync(planner, "closeAlert", "ChangeAlertInput", id);
        Assert.Equal(("", "BY_PERSON"), (closed.Code, closed.Alert.GetProperty("closedAs").GetString()));

        var history = closed.Alert.GetProperty("history").EnumerateArray().Select(entry => entry.GetProperty("kind").GetString());
        Assert.Equal(["raised", "updated", "acknowledged", "actioned", "closed"], history);
        Assert.Equal(["alert.acknowledge", "alert.action", "alert.close"], await hub.Tables.QueryAsync(
            $"SELECT action FROM audit_log WHERE subject = 'pepper' AND outcome = 'done' AND actor = '{planner.Actor}' ORDER BY action COLLATE \"C\""));
        await FollowedAsync(planner);
        await SeenAsync();
        await hub.Tables.AssertSoundAsync();
    }

    /// <summary>One who follows it is told each change in order, also where the connection is lost meanwhile.</summary>
    private static async Task FollowedAsync(ApiClient planner)
    {
        const string follow = """
            subscription ($after: String) { alertChanges(after: $after, filter: {skus: ["pepper"]}) { cursor event version status moneyAtRisk { amount } } }
            """;
        var (told, cursor) = (new List<string>(), ChangeStream.CursorOf(0));
        foreach (var most in new[] { 2, 3 })
        {
            await using var socket = await ApiSocket.ConnectAsync(planner);
            await socket.SubscribeAsync("1", follow, new { after = cursor });
            for (var number = 0; number < most; number++)
            {
                using var message = JsonDocument.Parse(await socket.ReceiveAsync());
                var change = message.RootElement.GetProperty("payload").GetProperty("data").GetProperty("alertChanges");
                cursor = change.GetProperty("cursor").GetString()!;
                told.Add($"{change.GetProperty("event").GetString()} {change.GetProperty("version")} {change.GetProperty("status").GetString()}");
            }
        }
        Assert.Equal(
            ["alert.raised 1 RAISED", "alert.updated 2 RAISED", "alert.acknowledged 3 ACKNOWLEDGED", "alert.actioned 4 ACTIONED", "alert.closed 5 CLOSED"],
            told);
    }

    /// <summary>What it rests on comes to ClickHouse, a moment later.</summary>
    private async Task SeenAsync()
    {
        await using var clickHouse = ClickHouseDatabase.Connection(hub.Hub.Addresses.ClickHouse!);
        await clickHouse.OpenAsync(CancellationToken.None);
        var seen = "";
        for (var tries = 0; seen.Length == 0 && tries < 200; tries++)
        {
            await Task.Delay(100);
            await using var command = clickHouse.CreateCommand();
            command.CommandText = """
                SELECT arrayStringConcat(groupArray(concat(toString(actual), ' ', toString(expected), ' ', toString(low), ' ', toString(high))), ', ')
                FROM finding_points FINAL WHERE finding_id = 'pepper'
                """;
            seen = (string?)await command.ExecuteScalarAsync(CancellationToken.None) ?? "";
        }
        Assert.Equal("42 12 9 17", seen);
    }

    private static IEnumerable<CloudEvent> Happenings(DateTimeOffset now)
    {
        FindingRaised Finding(string sku, decimal money, string? channel = null, string? partOf = null) => new(
            "demand_anomaly", "detector", "1", new(Sku: sku, Channel: channel, Location: "wh-north"), "spike", $"More of {sku} than was to be expected.", now,
            0.01m, new(money, "GBP"), new([new(now, 42, 12, 9, 17)], [new("weekday", 6)], ["others"]), partOf);
        yield return new("alerts-1", "alerts", Types.FindingRaised, "pepper", now.AddMinutes(1), Finding("pepper", 900));
        yield return new("alerts-2", "alerts", Types.FindingRaised, "pepper-web", now.AddMinutes(1), Finding("pepper", 500, "web", "pepper"));
        yield return new("alerts-3", "alerts", Types.FindingRaised, "clove", now.AddMinutes(1), Finding("clove", 1));
    }

    private sealed record Answer(string Code, string Field, bool Repeated, JsonElement Alert);

    private static (string, string) Wrong(Answer answer) => (answer.Code, answer.Field);

    private static async Task<Answer> AskAsync(ApiClient by, string change, string type, object input)
    {
        var answer = await by.AskAsync(
            $$"""
            mutation ($input: {{type}}!) {
              {{change}}(input: $input) {
                repeated errors { code field }
                alert { status version assignee action reference dismissedAs closedAs history { kind at by note } }
              }
            }
            """, new { input });
        var code = LiveHub.CodeOf(answer);
        if (ApiClient.Codes(answer).Count > 0)
            return new(code, "", false, default);
        var payload = answer.GetProperty("data").GetProperty(change);
        var field = payload.GetProperty("errors") is var errors && errors.GetArrayLength() > 0 ? errors[0].GetProperty("field").GetRawText() : "";
        return new(code, field, payload.GetProperty("repeated").GetBoolean(), payload.GetProperty("alert"));
    }
}
