using System.Text.Json;

namespace EcomIntel.IntegrationTests.GraphQL;

/// <summary>People decide about returns.</summary>
[Collection(nameof(ApiCollection))]
public sealed class ReturnChangeTests(ApiHub hub)
{
    private const string Decide = """
        ($authorize: AuthorizeReturnInput!, $refuse: RefuseReturnInput!, $refuses: Boolean!) {
          authorizeReturn(input: $authorize) @skip(if: $refuses) { repeated errors { code message } return { status version refusedBecause } }
          refuseReturn(input: $refuse) @include(if: $refuses) { repeated errors { code message } return { status version refusedBecause } }
        }
        """;

    [Fact]
    public async Task A_return_is_authorized_and_refused_of_a_version_and_by_whom_is_in_the_audit_log()
    {
        var order = (await hub.RowsAsync("""
            SELECT o.order_id FROM orders o WHERE o.status = 'DELIVERED' AND NOT EXISTS (SELECT FROM returns r WHERE r.order_id = o.order_id)
            ORDER BY order_id LIMIT 1
            """))[0];
        await hub.RowsAsync($"""
            INSERT INTO returns (return_id, order_id, status, requested_at, expires_at)
            SELECT 'asked-1', '{order}', 'REQUESTED', now - interval '1 hour', now + interval '90 days' FROM business_clock;
            INSERT INTO return_lines (return_id, line, sku, requested, received, inspected)
            SELECT 'asked-1', line, sku, 1, 0, 0 FROM order_lines WHERE order_id = '{order}' AND ordered > cancelled ORDER BY line LIMIT 1
            """);
        try
        {
            var elsewhere = await ApiClient.CreateAsync(hub.Hub, "PLANNER", channels: ["no such channel"]);
            Assert.Equal(("NOT_FOUND", ""), await AskAsync(false, new { returnId = "asked-1" }, elsewhere));
            Assert.Equal(("NOT_FOUND", ""), await AskAsync(false, new { returnId = "no such return" }));
            Assert.Equal(("INVALID", ""), await AskAsync(false, new { returnId = "" }));
            Assert.Equal(("VERSION_CHANGED", "REQUESTED 1 "), await AskAsync(false, new { returnId = "asked-1", expectedVersion = 2 }));
            Assert.Equal(("", "AUTHORIZED 2 "), await AskAsync(false, new { returnId = "asked-1", expectedVersion = 1 }));
            Assert.Equal(("WRONG_STATE", "AUTHORIZED 2 "), await AskAsync(false, new { returnId = "asked-1" }));
            var refusal = new { returnId = "asked-1", reason = "worn", idempotencyKey = "refuse asked-1" };
            Assert.Equal(("", "REFUSED 3 worn"), await AskAsync(true, refusal));
            Assert.Equal(("repeated", "REFUSED 3 worn"), await AskAsync(true, refusal));
            // The hub replays, and its time stands still: of one instant the refusal counts.
            Assert.Equal(("WRONG_STATE", "REFUSED 3 worn"), await AskAsync(false, new { returnId = "asked-1" }));
            Assert.Equal(
                ["return.authorize done", "return.refuse done"],
                await hub.RowsAsync($"""
                    SELECT action || ' ' || outcome FROM audit_log
                    WHERE subject = 'asked-1' AND actor = '{hub.Api.Actor}' AND outcome = 'done' ORDER BY entry
                    """));
            Assert.Equal(["rma.authorized", "rma.refused"], await hub.RowsAsync($"""
                SELECT type FROM outbox
                WHERE subject = '{order}' AND convert_from(payload, 'UTF8')::jsonb -> 'data' ->> 'returnId' = 'asked-1' ORDER BY sequence
                """));
        }
        finally
        {
            await hub.RowsAsync("DELETE FROM return_lines WHERE return_id = 'asked-1'; DELETE FROM returns WHERE return_id = 'asked-1'");
        }
    }

    /// <returns>The error, or whether it was the answer of before; and the return as it is then.</returns>
    private async Task<(string Outcome, string Return)> AskAsync(bool refuses, object input, ApiClient? by = null)
    {
        object none = new { returnId = "-", reason = "-" };
        var variables = refuses ? (object)new { authorize = new { returnId = "-" }, refuse = input, refuses }
            : new { authorize = input, refuse = none, refuses };
        var payload = (await (by ?? hub.Api).DataAsync("mutation " + Decide, variables)).EnumerateObject().Single().Value;
        var code = string.Join(',', payload.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("code").GetString()));
        var found = payload.GetProperty("return") is { ValueKind: JsonValueKind.Object } one
            ? $"{one.GetProperty("status")} {one.GetProperty("version")} {one.GetProperty("refusedBecause")}"
            : "";
        return (payload.GetProperty("repeated").GetBoolean() ? "repeated" : code, found);
    }
}
