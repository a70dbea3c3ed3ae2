using System.Text.Json;
using EcomIntel.Cli.Replay;
using EcomIntel.Core.Events;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.IntegrationTests.GraphQL;

/// <summary>What people do with a case: refused to who may not and of a version that is not the latest, with the input that is wrong, done once.</summary>
[Collection(nameof(LiveCollection))]
public sealed class CaseChangeTests(LiveHub hub)
{
    [Fact]
    public async Task A_case_from_its_opening_to_its_end()
    {
        await hub.Hub.GoOnAsync(TimeSpan.FromMinutes(60), now => [.. Happenings(now).Select(ReplayMessage.Of)]);
        var id = (await hub.Tables.QueryAsync("SELECT case_id FROM exception_cases WHERE subject = 'salt'"))[0];
        using var warehouse = await ApiClient.CreateAsync(hub.Hub, "WAREHOUSE");
        using var executive = await ApiClient.CreateAsync(hub.Hub, "EXECUTIVE");
        using var elsewhere = await ApiClient.CreateAsync(hub.Hub, "WAREHOUSE", locations: ["wh-south"]);

        Assert.Equal("FORBIDDEN", (await AskAsync(executive, "acknowledgeCase", "ChangeCaseInput", new { caseId = id })).Code);
        Assert.Equal(("NOT_FOUND", """["input","caseId"]"""), Wrong(await AskAsync(elsewhere, "acknowledgeCase", "ChangeCaseInput", new { caseId = id })));
        var stale = new { caseId = id, expectedVersion = 7 };
        Assert.Equal(("VERSION_CHANGED", """["input","expectedVersion"]"""), Wrong(await AskAsync(warehouse, "acknowledgeCase", "ChangeCaseInput", stale)));
        Assert.Equal(("WRONG_STATE", "null"), Wrong(await AskAsync(warehouse, "closeCase", "ChangeCaseInput", new { caseId = id })));

        Assert.Equal(("WRONG_STATE", "null"), Wrong(await AskAsync(warehouse, "actOnCase", "ActOnCaseInput", new { caseId = id, remedy = "RECOUNT" })));
        Assert.Equal("FORBIDDEN", (await AskAsync(warehouse, "actOnCase", "ActOnCaseInput", new { caseId = id, remedy = "DISPUTE" })).Code);
        Assert.Equal(
            $"RECOUNT False case {id} is DETECTED: acknowledge or assign it before something is done about it", await ActionsAsync(warehouse, id));

        var seen = new { caseId = id, note = "seen", expectedVersion = 1, idempotencyKey = "salt is seen" };
        var first = await AskAsync(warehouse, "acknowledgeCase", "ChangeCaseInput", seen);
        var again = await AskAsync(warehouse, "acknowledgeCase", "ChangeCaseInput", seen);
        Assert.Equal(("", false, "", true, "TRIAGED"), (first.Code, first.Repeated, again.Code, again.Repeated, first.Case.GetProperty("status").GetString()));
        Assert.Equal(("INVALID", """["input","team"]"""),
            Wrong(await AskAsync(warehouse, "assignCase", "AssignCaseInput", new { caseId = id, team = "none" })));
        var assigned = await AskAsync(warehouse, "assignCase", "AssignCaseInput", new { caseId = id, team = "operations", assignee = "bob" });
        Assert.Equal(("", "operations", "bob"),
            (assigned.Code, assigned.Case.GetProperty("team").GetString(), assigned.Case.GetProperty("assignee").GetString()));
        Assert.Equal("", (await AskAsync(warehouse, "startCase", "ChangeCaseInput", new { caseId = id })).Code);
        Assert.Equal("RECOUNT True ", await ActionsAsync(warehouse, id));
        var counted = await AskAsync(warehouse, "actOnCase", "ActOnCaseInput", new { caseId = id, remedy = "RECOUNT", quantity = 5, note = "counted again" });
        Assert.Equal(("", "IN_PROGRESS"), (counted.Code, counted.Case.GetProperty("status").GetString()));
        Assert.Equal(["recount|salt"], await hub.Tables.QueryAsync(
            $"SELECT remedy, target FROM exception_case_entries WHERE case_id = '{id}' AND kind = 'acted'"));
        Assert.Equal("", (await AskAsync(warehouse, "waitCase", "ChangeCaseInput", new { caseId = id, note = "for the 3PL" })).Code);
        Assert.Equal(("INVALID", """["input","rootCause"]"""),
            Wrong(await AskAsync(warehouse, "resolveCase", "ResolveCaseInput", new { caseId = id, rootCause = "ghosts" })));
        var resolved = await AskAsync(warehouse, "resolveCase", "ResolveCaseInput", new { caseId = id, rootCause = "stock_record" });
        Assert.Equal(("", "stock_record", false),
            (resolved.Code, resolved.Case.GetProperty("rootCause").GetString(), resolved.Case.GetProperty("overdue").GetBoolean()));
        Assert.Equal("", (await AskAsync(warehouse, "closeCase", "ChangeCaseInput", new { caseId = id })).Code);
        var reopened = await AskAsync(warehouse, "reopenCase", "ChangeCaseInput", new { caseId = id });
        Assert.Equal(("", JsonValueKind.Null), (reopened.Code, reopened.Case.GetProperty("rootCause").ValueKind));
        Assert.Equal(("NOT_FOUND", """["input","duplicateOf"]"""),
            Wrong(await AskAsync(warehouse, "markCaseDuplicate", "MarkCaseDuplicateInput", new { caseId = id, duplicateOf = "none" })));

        var history = reopened.Case.GetProperty("history").EnumerateArray().Select(entry => entry.GetProperty("kind").GetString());
        Assert.Equal(["opened", "acknowledged", "assigned", "started", "acted", "waiting", "resolved", "closed", "reopened"], history);
        Assert.Equal(["seen"], await hub.Tables.QueryAsync($"SELECT note FROM exception_case_entries WHERE case_id = '{id}' AND version = 2"));
        Assert.Equal([$"case.acknowledge|{warehouse.Actor}|1|2"], await hub.Tables.QueryAsync($"""
            SELECT action, actor, before ->> 'version', after ->> 'version' FROM audit_log
            WHERE subject = '{id}' AND outcome = 'done' AND action = 'case.acknowledge'
            """));
        var answer = await warehouse.AskAsync(
            "{ exceptionCases(first: 10, filter: {teams: [\"operations\"], assignees: [\"bob\"], overdue: false}) { nodes { caseId } } }", new { });
        Assert.Equal(id, answer.GetProperty("data").GetProperty("exceptionCases").GetProperty("nodes")[0].GetProperty("caseId").GetString());
        await hub.Tables.AssertSoundAsync();
    }

    private static IEnumerable<CloudEvent> Happenings(DateTimeOffset now)
    {
        yield return new("salt-1", "cases", Types.ItemUpdated, "salt", now.AddMinutes(1), new ItemUpdated("Salt"));
        yield return new("salt-2", "cases", Types.StockCounted, "salt", now.AddMinutes(2), new StockCounted(new("wh-north"), 5));
    }

    private static async Task<string> ActionsAsync(ApiClient by, string id)
    {
        var answer = await by.AskAsync("query ($id: String!) { exceptionCase(caseId: $id) { actions { remedy allowed why choices { target } } } }", new { id });
        return string.Join("; ", answer.GetProperty("data").GetProperty("exceptionCase").GetProperty("actions").EnumerateArray().Select(action =>
            $"{action.GetProperty("remedy").GetString()} {action.GetProperty("allowed").GetBoolean()} {action.GetProperty("why").GetString()}"));
    }

    private sealed record Answer(string Code, string Field, bool Repeated, JsonElement Case);

    private static (string, string) Wrong(Answer answer) => (answer.Code, answer.Field);

    private static async Task<Answer> AskAsync(ApiClient by, string change, string type, object input)
    {
        var answer = await by.AskAsync(
            $$"""
            mutation ($input: {{type}}!) {
              {{change}}(input: $input) {
                repeated errors { code field }
                case { status version team assignee rootCause dueAt overdue level reports history { kind at by } }
              }
            }
            """, new { input });
        var code = LiveHub.CodeOf(answer);
        if (ApiClient.Codes(answer).Count > 0)
            return new(code, "", false, default);
        var payload = answer.GetProperty("data").GetProperty(change);
        var field = payload.GetProperty("errors") is var errors && errors.GetArrayLength() > 0 ? errors[0].GetProperty("field").GetRawText() : "";
        return new(code, field, payload.GetProperty("repeated").GetBoolean(), payload.GetProperty("case"));
    }
}
