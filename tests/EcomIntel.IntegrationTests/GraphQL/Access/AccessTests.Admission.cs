using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EcomIntel.Core.Governance;
using EcomIntel.GraphQL.Schema.Live;
using EcomIntel.GraphQL.Schema.Paging;
using EcomIntel.Tests.GraphQL.Auth;

namespace EcomIntel.IntegrationTests.GraphQL.Access;

public sealed partial class AccessTests
{
    private const string Viewer = "{ viewer { id roles channels locations } }";

    [Fact]
    public async Task Every_failed_authentication_gets_the_same_answer_without_the_cause()
    {
        var live = await world.KeyAsync(["ADMIN"]);
        var revoked = await world.KeyAsync(["ADMIN"]);
        Assert.Null(await world.Keys.RevokeAsync("cli:tests", revoked[4..16], default));
        var answers = new List<string>();
        foreach (var headers in ((string, string)[][])
        [
            [],
            [("Authorization", "Basic YTpi")],
            [("Authorization", "Bearer x")],
            [("X-Api-Key", live[..^1])],
            [("Authorization", $"Bearer {revoked}")],
            [("Authorization", $"Bearer {ApiKeyText.Create().Reveal()}")],
            [("Authorization", $"Bearer {live}"), ("X-Api-Key", live)],
            [("Authorization", $"Bearer {world.Issuer.Token("none", "r1", Claims(), _ => [])}")],
            [("Authorization", $"Bearer {Token(claims => claims["aud"] = "other")}")],
        ])
        {
            var (response, body) = await world.PostAsync(Viewer, stream: false, headers);
            answers.Add($"{(int)response.StatusCode} {response.Headers.WwwAuthenticate} {response.Content.Headers.ContentType?.MediaType} {body}");
        }
        const string message = "Authentication required: send a valid API key or signed token, as Authorization: Bearer ...";
        Assert.Equal(
            $$$"""401 Bearer application/graphql-response+json {"errors":[{"message":"{{{message}}}","extensions":{"code":"UNAUTHENTICATED"}}]}""",
            Assert.Single(answers.Distinct()));

        // Errors of the document and the schema are not revealed without authentication either.
        Assert.Equal(answers[0], await StrangerAsync("{ nope"));
        Assert.Equal(answers[0], await StrangerAsync("{ __schema { types { name } } }"));
        // The operator finds the cause in the log.
        var cause = $"key {revoked[4..16]} is revoked";
        for (var began = TimeProvider.System.GetTimestamp(); !world.Output.Contains(cause, StringComparison.Ordinal); await Task.Delay(20))
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(20), world.Output);
        foreach (var secret in (string[])[live[17..], revoked[17..]])
            Assert.DoesNotContain(secret, world.Output, StringComparison.Ordinal);

        async Task<string> StrangerAsync(string document)
        {
            var (response, body) = await world.PostAsync(document, stream: false);
            return $"{(int)response.StatusCode} {response.Headers.WwwAuthenticate} {response.Content.Headers.ContentType?.MediaType} {body}";
        }
    }

    [Fact]
    public async Task A_key_and_a_token_are_who_they_say()
    {
        var key = await world.KeyAsync(["PLANNER", "SERVICE"], Web);
        Assert.Equal(
            $$$$"""{"data":{"viewer":{"id":"key:{{{{key[4..16]}}}}","roles":["PLANNER","SERVICE"],"channels":["web"],"locations":null}}}""",
            (await world.AskAsync(key, Viewer)).GetRawText());
        var token = Token(claims => (claims["roles"], claims["locations"]) = (new JsonArray("warehouse"), new JsonArray("DC-1")));
        Assert.Equal(
            """{"data":{"viewer":{"id":"user:ann","roles":["WAREHOUSE"],"channels":null,"locations":["DC-1"]}}}""",
            (await world.AskAsync(token, Viewer)).GetRawText());
        var (response, body) = await world.PostAsync(Viewer, stream: false, ("X-Api-Key", key));
        Assert.Equal((HttpStatusCode.OK, true), (response.StatusCode, body.Contains(key[4..16], StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_rotated_key_is_good_beside_the_new_one_until_its_overlap_ends_and_a_revoked_one_ends_within_its_memory()
    {
        var first = await world.KeyAsync(["BUYER"]);
        var (second, _, _) = await world.Keys.RotateAsync("cli:tests", first[4..16], TimeSpan.FromSeconds(4), default);
        foreach (var key in (string[])[first, second!.Value.Reveal()])
            Assert.Equal(HttpStatusCode.OK, (await world.PostAsync(Viewer, stream: false, ("X-Api-Key", key))).Response.StatusCode);
        await UntilRefusedAsync(first, TimeSpan.FromSeconds(20));
        Assert.Equal(HttpStatusCode.OK, (await world.PostAsync(Viewer, stream: false, ("X-Api-Key", second.Value.Reveal()))).Response.StatusCode);
        Assert.Null(await world.Keys.RevokeAsync("cli:tests", second.Value.Id, default));
        await UntilRefusedAsync(second.Value.Reveal(), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_socket_is_let_in_by_its_first_message_and_closed_when_the_key_is_revoked()
    {
        var basic = $$"""{"authorization":"Basic {{await world.KeyAsync(["ADMIN"])}}"}""";
        foreach (var payload in (string[])["null", "{}", """{"authorization":"Bearer eik_no"}""", basic])
        {
            using var stranger = await OpenAsync(payload);
            Assert.Equal("closed 4403", await ReceiveAsync(stranger));
        }
        var key = await world.KeyAsync(["ADMIN"]);
        using var socket = await OpenAsync($$"""{"authorization":"Bearer {{key}}"}""");
        Assert.Equal("""{"type":"connection_ack"}""", await ReceiveAsync(socket));
        await SendAsync(socket, """{"type":"subscribe","id":"1","payload":{"query":"{ viewer { id } }"}}""");
        Assert.Contains($"key:{key[4..16]}", await ReceiveAsync(socket), StringComparison.Ordinal);
        Assert.Contains("complete", await ReceiveAsync(socket), StringComparison.Ordinal);
        Assert.Null(await world.Keys.RevokeAsync("cli:tests", key[4..16], default));
        await Task.Delay(TimeSpan.FromSeconds(1.5)); // the API caches a key for a second
        await SendAsync(socket, """{"type":"subscribe","id":"2","payload":{"query":"{ viewer { id } }"}}""");
        Assert.Equal("closed 4403", await ReceiveAsync(socket));
    }

    [Fact]
    public async Task A_subscription_ends_before_the_first_event_that_its_key_has_no_right_to()
    {
        var (lost, kept) = (await world.KeyAsync(["ADMIN"]), await world.KeyAsync(["ADMIN"]));
        using var ending = await SubscribedAsync(lost);
        using var going = await SubscribedAsync(kept);
        Assert.Null(await world.Keys.RevokeAsync("cli:tests", lost[4..16], default));
        await Task.Delay(TimeSpan.FromSeconds(1.5));
        var next = (await world.ListAsync("SELECT max(sequence) + 1 FROM outbox"))[0];
        // The same decision once more, as the next: what else it says does not matter here.
        var payload = $"convert_to(regexp_replace(convert_from(payload, 'UTF8'), '\"sequence\":[0-9]+', '\"sequence\":{next}'), 'UTF8')";
        await world.ExecuteAsync($"""
            INSERT INTO outbox SELECT {next}, time, type, subject, {payload} FROM outbox WHERE type LIKE '%order.captured' ORDER BY sequence DESC LIMIT 1;
            UPDATE sequences SET outbox = {next};
            NOTIFY outbox
            """);
        Assert.Contains("\"next\"", await ReceiveAsync(going), StringComparison.Ordinal);
        Assert.Equal("closed 4403", await ReceiveAsync(ending));

        async Task<ClientWebSocket> SubscribedAsync(string key)
        {
            var socket = await OpenAsync($$"""{"authorization":"Bearer {{key}}"}""");
            Assert.Equal("""{"type":"connection_ack"}""", await ReceiveAsync(socket));
            // The cursor of the last decision but one: the response to it shows that the feed has started.
            var last = (await world.ListAsync("SELECT max(sequence) - 1 FROM outbox WHERE type LIKE '%order.%'"))[0];
            var query = $$"""subscription { orderChanges(after: "{{Cursor.Of(ChangeStream.Sort, [last])}}") { cursor } }""";
            await SendAsync(socket, JsonSerializer.Serialize(new { type = "subscribe", id = "1", payload = new { query } }));
            Assert.Contains("\"next\"", await ReceiveAsync(socket), StringComparison.Ordinal);
            return socket;
        }
    }

    private static JsonObject Claims()
    {
        var now = TimeProvider.System.GetUtcNow();
        var claims = Issuer.Claims;
        (claims["iat"], claims["exp"]) = (now.ToUnixTimeSeconds(), now.AddMinutes(10).ToUnixTimeSeconds());
        return claims;
    }

    private string Token(Action<JsonObject> otherwise)
    {
        var claims = Claims();
        otherwise(claims);
        return world.Issuer.Token("ES256", "e1", claims);
    }

    private async Task UntilRefusedAsync(string key, TimeSpan within)
    {
        var began = TimeProvider.System.GetTimestamp();
        while ((await world.PostAsync(Viewer, stream: false, ("X-Api-Key", key))).Response.StatusCode != HttpStatusCode.Unauthorized)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < within, "the key is still good");
            await Task.Delay(50);
        }
    }

    private async Task<ClientWebSocket> OpenAsync(string payload)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("graphql-transport-ws");
        await socket.ConnectAsync(new UriBuilder(world.Url) { Scheme = "ws" }.Uri, default);
        await SendAsync(socket, $$"""{"type":"connection_init","payload":{{payload}}}""");
        return socket;
    }

    private static Task SendAsync(ClientWebSocket socket, string message) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, true, default);

    private static async Task<string> ReceiveAsync(ClientWebSocket socket)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var buffer = new byte[64 * 1024];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), timeout.Token);
        return received.MessageType == WebSocketMessageType.Close ? $"closed {(int)socket.CloseStatus!}" : Encoding.UTF8.GetString(buffer, 0, received.Count);
    }
}
