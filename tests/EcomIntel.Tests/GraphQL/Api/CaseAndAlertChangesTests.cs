using System.Globalization;
using System.Text.Json;
using EcomIntel.Core.Events;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Schema;

namespace EcomIntel.Tests.GraphQL.Api;

/// <summary>What subscribers to cases and alerts are told, on a feed that has both. What all subscriptions share is tested by that of orders.</summary>
public sealed class CaseAndAlertChangesTests : LiveTests
{
    private const string Cases = "exceptionCaseChanges", Alerts = "alertChanges";

    private static readonly DateTimeOffset Day = new(2025, 3, 1, 9, 0, 0, TimeSpan.Zero);

    /// <summary>What is published, as version: decision 1 to 5 are about cases, 6 is a tick of the clock, 7 to 11 about alerts.</summary>
    public static TheoryData<string, string, string?, string?, int[]> Choices => new()
    {
        { Cases, "", null, null, [1, 2, 3, 4, 5] },
        { Cases, "open: true", null, null, [1, 2, 5] },
        { Cases, "open: false", null, null, [3, 4] },
        { Cases, "teams: [\"finance\", \"nobody\"]", null, null, [2] },
        { Cases, "categories: [\"inventory.variance\"]", null, null, [1, 3, 5] },
        { Cases, "moneyFrom: \"50\"", null, null, [2, 4] },
        { Cases, "moneyFrom: \"50.01\"", null, null, [4] },
        { Cases, "moneyFrom: \"0\"", null, null, [1, 2, 3, 4, 5] },
        { Cases, "statuses: [CLOSED, RESOLVED]", null, null, [3, 4] },
        { Cases, "severities: [CRITICAL]", null, null, [2] },
        { Cases, "subjects: [\"s1\"], events: [\"exception.opened\"]", null, null, [1] },
        { Cases, "caseIds: [\"case-4\"]", null, null, [4] },
        { Cases, "locations: [\"l1\"]", null, null, [1, 4] },
        { Cases, "", null, "l1", [1, 4] },
        { Cases, "locations: [\"l2\"]", null, "l1", [] },
        { Alerts, "", null, null, [7, 8, 9, 10, 11] },
        { Alerts, "open: true", null, null, [7, 8, 11] },
        { Alerts, "open: false", null, null, [9, 10] },
        { Alerts, "kinds: [\"shrinkage\"], moneyFrom: \"90\"", null, null, [9] },
        { Alerts, "models: [\"counts\"]", null, null, [8, 9] },
        { Alerts, "skus: [\"s1\"], teams: [\"purchasing\"]", null, null, [7, 11] },
        { Alerts, "statuses: [DISMISSED], severities: [HIGH]", null, null, [9] },
        { Alerts, "alertIds: [\"alert-10\"], suppliers: [\"mill\"]", null, null, [10] },
        { Alerts, "events: [\"alert.escalated\"]", null, null, [11] },
        { Alerts, "locations: [\"l0\", \"l2\"]", null, null, [8, 11] },
        { Alerts, "", "c0", null, [7, 11] },
        { Alerts, "", "c0", "l2", [11] },
        { Alerts, "", "c9", null, [] },
    };

    [Theory]
    [MemberData(nameof(Choices))]
    public async Task A_filter_lets_through_what_it_says_and_the_callers_channels_and_places_bound_it(
        string field, string filter, string? channel, string? location, int[] wanted)
    {
        var caller = Anybody with { Channels = channel is null ? null : [channel], Locations = location is null ? null : [location] };
        var arguments = filter.Length > 0 ? $"(filter: {{ {filter} }})" : "";
        await using var changes = Subscribe($"subscription {{ {field}{arguments} {{ version }} }}", caller: caller);
        var moving = changes.MoveNextAsync().AsTask();
        await SubscribedAsync();
        Feed.StartAt(1);
        Feed.Publish(Decisions());
        var seen = new List<int>();
        // What must come is waited for, however slow the machine; what must not come gets a moment.
        while (await Task.WhenAny(moving, Task.Delay(seen.Count < wanted.Length ? 20_000 : 200)) == moving && await moving)
        {
            seen.Add(ChangeOf(changes.Current, field).GetProperty("version").GetInt32());
            moving = changes.MoveNextAsync().AsTask();
        }
        await StopAsync();
        Assert.False(await moving);
        Assert.Equal(wanted, seen);
        await GoneAsync();
    }

    [Fact]
    public async Task A_case_is_told_as_it_stood_after_the_decision()
    {
        var change = await FirstAsync(
            Cases, "cursor at event caseId version status category subject detail team assignee severity level reports dueAt by note");
        Assert.Equal(
            $$"""
            {"cursor":"{{CursorOf(1)}}","at":"2025-03-01T09:01:00Z","event":"exception.opened","caseId":"case-1","version":1,"status":"DETECTED",
            "category":"inventory.variance","subject":"s1","detail":"the book says 1","team":"warehouse","assignee":null,"severity":"MEDIUM","level":0,
            "reports":1,"dueAt":"2025-03-02T09:00:00Z","by":null,"note":null}
            """.ReplaceLineEndings(""), change.GetRawText());
    }

    [Fact]
    public async Task An_alert_is_told_as_it_stood_after_the_decision()
    {
        var change = await FirstAsync(
            Alerts, "cursor event alertId version status kind about { sku location } moneyAtRisk { amount currency } team severity action dismissedAs endedAt",
            "filter: { open: false }");
        Assert.Equal(
            $$"""
            {"cursor":"{{CursorOf(9)}}","event":"alert.dismissed","alertId":"alert-9","version":9,"status":"DISMISSED","kind":"shrinkage",
            "about":{"sku":"s0","location":null},"moneyAtRisk":{"amount":"90","currency":"GBP"},"team":"warehouse","severity":"HIGH","action":null,
            "dismissedAs":"FALSE","endedAt":"2025-03-02T09:00:00Z"}
            """.ReplaceLineEndings(""), change.GetRawText());
    }

    [Theory]
    [InlineData(Cases)]
    [InlineData(Alerts)]
    public async Task What_is_at_risk_is_neither_told_nor_filtered_by_for_a_role_that_may_not_read_it(string field)
    {
        var warehouse = new Caller("key:test", "test", new HashSet<string> { "WAREHOUSE" }, null, null, null);
        await using var filtered = Subscribe($"subscription {{ {field}(filter: {{ moneyFrom: \"1\" }}) {{ cursor }} }}", caller: warehouse);
        Assert.True(await filtered.MoveNextAsync());
        Assert.Equal("FORBIDDEN", Code(filtered.Current));
        await using var told = Subscribe($"subscription {{ {field} {{ version moneyAtRisk {{ amount }} }} }}", caller: warehouse);
        var moving = told.MoveNextAsync().AsTask();
        await SubscribedAsync();
        Feed.StartAt(1);
        Feed.Publish(Decisions());
        Assert.True(await moving.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal("FORBIDDEN", Code(told.Current));
        Assert.Equal(JsonValueKind.Null, ChangeOf(told.Current, field).GetProperty("moneyAtRisk").ValueKind);
    }

    [Theory]
    [InlineData(Cases, "events: [\"exception.open\"]", "there is no event \"exception.open\". Did you mean \"exception.opened\"")]
    [InlineData(Cases, "locations: [\"L2\"]", "there is no location \"L2\". Did you mean \"l2\"")]
    [InlineData(Alerts, "events: [\"alert.rised\"]", "there is no event \"alert.rised\". Did you mean \"alert.raised\"")]
    public async Task A_name_that_does_not_exist_is_told_with_the_one_that_was_meant(string field, string filter, string told)
    {
        await using var changes = Subscribe($"subscription {{ {field}(filter: {{ {filter} }}) {{ version }} }}");
        Assert.True(await changes.MoveNextAsync());
        Assert.Equal("BAD_USER_INPUT", Code(changes.Current));
        using var json = JsonDocument.Parse(changes.Current.Json);
        Assert.StartsWith(told, json.RootElement.GetProperty("errors")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.False(await changes.MoveNextAsync());
    }

    [Fact]
    public void The_SDL_lists_the_events_there_are()
    {
        foreach (var (input, types) in new[] { ("ExceptionCaseChangeFilter", ExceptionChanged.Types), ("AlertChangeFilter", AlertChanged.Types) })
        {
            var events = ((EcomIntel.GraphQL.Engine.TypeSystem.InputObjectType)ApiSchema.Read().Types[input]).Fields["events"];
            Assert.Equal(types, events.Description!.ReplaceLineEndings(" ")["Each must exist: ".Length..].TrimEnd('.').Split(", "));
        }
    }

    private async Task<JsonElement> FirstAsync(string field, string wanted, string? arguments = null)
    {
        await using var changes = Subscribe($"subscription {{ {field}{(arguments is null ? "" : $"({arguments})")} {{ {wanted} }} }}");
        var moving = changes.MoveNextAsync().AsTask();
        await SubscribedAsync();
        Feed.StartAt(1);
        Feed.Publish(Decisions());
        Assert.True(await moving.WaitAsync(TimeSpan.FromSeconds(20)));
        return ChangeOf(changes.Current, field);
    }

    private static List<Operation> Decisions()
    {
        var outbox = new Outbox();
        void Case(
            int version, string type, string status, string category, decimal? money, string team, string severity, string? location, DateTimeOffset? ended)
        {
            var state = new ExceptionChanged(
                $"case-{version}", category, $"s{version % 2}", location is null ? null : new(location), money, "the book says 1", version, status, Day,
                team, severity, DueAt: Day.AddDays(1), EndedAt: ended);
            outbox.Add(Day.AddMinutes(version), type, state.CaseId, state, OperationJson.Default.ExceptionChanged);
        }
        void Alert(int version, string type, string status, string kind, string model, decimal? money, string team, FindingAbout about, bool open = true)
        {
            var state = new AlertChanged(
                $"alert-{version.ToString(CultureInfo.InvariantCulture)}", version, status, kind, model, about, "spike", "more than expected", Day, 0.01m,
                money, "GBP", 1, 1, null, Day, team, "HIGH", null, 8, Day.AddDays(1), 0, null, null, null, null, status == "DISMISSED" ? "false" : null,
                open ? null : Day.AddDays(1), null, status == "CLOSED" ? "settled" : null, null, null);
            outbox.Add(Day.AddMinutes(version), type, state.AlertId, state, OperationJson.Default.AlertChanged);
        }
        Case(1, ExceptionChanged.Opened, "DETECTED", "inventory.variance", null, "warehouse", "MEDIUM", "l1", null);
        Case(2, ExceptionChanged.Escalated, "TRIAGED", "payment.charged_back", 50, "finance", "CRITICAL", null, null);
        Case(3, ExceptionChanged.Resolved, "RESOLVED", "inventory.variance", 0, "warehouse", "MEDIUM", "l2", Day.AddDays(1));
        Case(4, ExceptionChanged.Closed, "CLOSED", "return.over", 60.5m, "warehouse", "LOW", "l1", Day.AddDays(1));
        Case(5, ExceptionChanged.Reopened, "REOPENED", "inventory.variance", 49.99m, "warehouse", "LOW", "l0", null);
        outbox.Add(Day.AddMinutes(6), OperationEvents.ClockTickedType, "clock", new ClockTicked(), OperationJson.Default.ClockTicked);
        Alert(7, AlertChanged.Raised, "RAISED", "demand_anomaly", "detector", 500, "purchasing", new("s1", "c0"));
        Alert(8, AlertChanged.Updated, "ACKNOWLEDGED", "shrinkage", "counts", 89.99m, "warehouse", new("s0", null, null, "l2"));
        Alert(9, AlertChanged.Dismissed, "DISMISSED", "shrinkage", "counts", 90, "warehouse", new("s0"), open: false);
        Alert(10, AlertChanged.Closed, "CLOSED", "delay_risk", "delay", null, "purchasing", new(Supplier: "mill", PurchaseOrder: "po"), open: false);
        Alert(11, AlertChanged.Escalated, "RAISED", "demand_anomaly", "detector", 5, "purchasing", new("s1", "c0", null, "l2"));
        return outbox.Seal(0).ConvertAll(row => Operation.Parse(row.Payload));
    }
}
