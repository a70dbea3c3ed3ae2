using System.Net;
using System.Net.WebSockets;
using EcomIntel.GraphQL.Engine.Http;

namespace EcomIntel.Tests.GraphQL.Http;

public sealed class SocketTests(SocketTests.ImpatientShop impatient) : IClassFixture<SocketTests.ImpatientShop>
{
    public sealed class ImpatientShop : IAsyncLifetime
    {
        internal ServedShop Shop { get; private set; } = null!;

        public async Task InitializeAsync() => Shop = await ServedShop.Start(new GraphQLHttpOptions { InitTimeout = TimeSpan.FromSeconds(3) });

        public async Task DisposeAsync() => await Shop.DisposeAsync();
    }

    private const string Init = """{"type":"connection_init"}""";
    private const string Forever = """{"type":"subscribe","id":"1","payload":{"query":"subscription { ticks(count: -1) }"}}""";

    [Theory]
    [InlineData("{", 4400)]
    [InlineData("[]", 4400)]
    [InlineData("""{"type":"hello"}""", 4400)]
    [InlineData("""{"type":1}""", 4400)]
    [InlineData("""{"type":"connection_init","payload":"x"}""", 4400)]
    [InlineData("""{"type":"\ud800"}""", 4400)]
    [InlineData(Init + "|" + """{"type":"subscribe","payload":{"query":"{ loads }"}}""", 4400)]
    [InlineData(Init + "|" + """{"type":"subscribe","id":"1"}""", 4400)]
    [InlineData(Init + "|" + """{"type":"subscribe","id":"1","payload":{"query":5}}""", 4400)]
    [InlineData(Init + "|" + """{"type":"subscribe","id":"1","payload":{"query":"{ loads }","variables":[]}}""", 4400)]
    [InlineData(Init + "|" + """{"type":"complete"}""", 4400)]
    [InlineData("""{"type":"subscribe","id":"1","payload":{"query":"{ loads }"}}""", 4401)]
    [InlineData("", 4408)]
    [InlineData(Init + "|" + Forever + "|" + Forever, 4409)]
    [InlineData(Init + "|" + Init, 4429)]
    public async Task A_rude_client_is_closed_with_the_code_that_tells_why(string messages, int code)
    {
        using var socket = await impatient.Shop.Open();
        foreach (var message in messages.Split('|', StringSplitOptions.RemoveEmptyEntries)) await ServedShop.Send(socket, message);
        Assert.Equal($"closed {code}", await ServedShop.Last(socket));
    }

    [Theory]
    [InlineData("""{"type":"connection_init"}""", "closed 4403")]
    [InlineData("""{"type":"connection_init","payload":{"role":"READER"}}""", """{"type":"connection_ack"}""")]
    [InlineData("""{"type":"connection_init","payload":{"role":"crash"}}""", "closed 4500")]
    public async Task Who_connects_is_judged_by_the_payload_of_his_first_message(string init, string answer)
    {
        await using var shop = await ServedShop.Start(new GraphQLHttpOptions
        {
            Connect = (_, payload) =>
            {
                if (payload.ValueKind != System.Text.Json.JsonValueKind.Object)
                    return ValueTask.FromResult(Admission.Refused("Authentication required.", "UNAUTHENTICATED"));
                var role = payload.GetProperty("role").GetString()!;
                return role == "crash" ? throw new InvalidOperationException("broke") : ValueTask.FromResult(Admission.Of(new BookShop.Visitor(role)));
            },
        });
        using var socket = await shop.Open();
        await ServedShop.Send(socket, init);
        Assert.Equal(answer, await ServedShop.Receive(socket));
    }

    [Theory]
    [InlineData("漢")]
    [InlineData("😀")]
    [InlineData("a😀")]
    public async Task A_long_id_that_is_used_twice_closes_with_4409(string letters)
    {
        await using var shop = await ServedShop.Start();
        using var socket = await shop.Open();
        await ServedShop.Send(socket, Init);
        var id = string.Concat(Enumerable.Repeat(letters, 100));
        for (var times = 0; times < 2; times++)
            await ServedShop.Send(socket, Forever.Replace("\"1\"", $"\"{id}\"", StringComparison.Ordinal));
        Assert.Equal("closed 4409", await ServedShop.Last(socket));
        Assert.StartsWith("Subscriber for " + letters, socket.CloseStatusDescription, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_operation_that_breaks_the_server_itself_closes_with_4500()
    {
        // A resolver's faults are masked; only one in the engine's own hooks gets this far.
        var failing = new EcomIntel.GraphQL.Engine.Execution.ExecutionOptions
        {
            OnMaskedError = (error, _) => throw new InvalidOperationException("The log broke.", error),
        };
        await using var shop = await ServedShop.Start(execution: failing);
        using var socket = await shop.Open();
        await ServedShop.Send(socket, Init);
        await ServedShop.Send(socket, """{"type":"subscribe","id":"1","payload":{"query":"{ broken }"}}""");
        Assert.Equal("closed 4500", await ServedShop.Last(socket));
    }

    [Fact]
    public async Task A_refused_caller_and_a_page_of_another_origin_get_no_socket()
    {
        await using var shop = await ServedShop.Start();
        foreach (var header in new[] { ("X-Role", "nobody"), ("Origin", "https://elsewhere.example") })
            await Assert.ThrowsAsync<WebSocketException>(() => shop.Open(header));
        using var own = await shop.Open(("Origin", shop.Address));
        Assert.Equal(WebSocketState.Open, own.State);
    }

    [Fact]
    public async Task A_message_over_the_limit_closes_with_1009_even_while_it_is_still_being_sent()
    {
        await using var shop = await ServedShop.Start(new GraphQLHttpOptions { MaxBodyBytes = 10_000 });
        using var socket = await shop.Open();
        await socket.SendAsync(new byte[200_000], WebSocketMessageType.Text, false, CancellationToken.None);
        Assert.Equal("closed 1009", await ServedShop.Last(socket));
    }

    [Fact]
    public async Task Who_has_lost_the_right_is_closed_with_4403_before_the_next_operation_or_event()
    {
        var admitted = true;
        await using var shop = await ServedShop.Start(new GraphQLHttpOptions
        {
            StillAdmitted = (state, _) => ValueTask.FromResult(state is BookShop.Visitor && admitted),
        });
        using var asking = await shop.Open();
        using var listening = await shop.Open();
        foreach (var socket in (ClientWebSocket[])[asking, listening])
        {
            await ServedShop.Send(socket, Init);
            Assert.Equal("""{"type":"connection_ack"}""", await ServedShop.Receive(socket));
        }
        await ServedShop.Send(listening, Forever);
        Assert.Contains("ticks", await ServedShop.Receive(listening), StringComparison.Ordinal);
        var streaming = shop.Post("""{"query":"subscription { ticks(count: -1) }"}""", "text/event-stream");
        await ServedShop.Send(asking, """{"type":"subscribe","id":"1","payload":{"query":"{ loads }"}}""");
        Assert.Contains("\"next\"", await ServedShop.Receive(asking), StringComparison.Ordinal);
        Assert.Contains("\"complete\"", await ServedShop.Receive(asking), StringComparison.Ordinal);
        admitted = false;
        Assert.Equal("closed 4403", await ServedShop.Last(listening));
        await ServedShop.Send(asking, """{"type":"subscribe","id":"2","payload":{"query":"{ loads }"}}""");
        Assert.Equal("closed 4403", await ServedShop.Receive(asking));
        Assert.DoesNotContain("event: complete", (await streaming).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operations_beside_each_other_are_answered_each_under_its_id_and_an_id_is_free_again_at_once()
    {
        await using var shop = await ServedShop.Start();
        using var socket = await shop.Open(("X-Role", "WRITER"));
        await ServedShop.Send(socket, """{"type":"connection_init","payload":null}""");
        Assert.Equal("""{"type":"connection_ack"}""", await ServedShop.Receive(socket));
        await ServedShop.Send(socket, """{"type":"ping"}""");
        Assert.Equal("""{"type":"pong"}""", await ServedShop.Receive(socket));
        foreach (var _ in Enumerable.Range(0, 3))
        {
            await ServedShop.Send(socket, """{"type":"subscribe","id":"x","payload":{"query":"{ nope }"}}""");
            Assert.StartsWith("""{"id":"x","type":"error","payload":[{"message":""", await ServedShop.Receive(socket), StringComparison.Ordinal);
        }
        const string rename = """{"query":"mutation ($t: String!) { rename(id: 1, title: $t) { title } }","variables":{"t":"n"}}""";
        await ServedShop.Send(socket, "{\"type\":\"subscribe\",\"id\":\"x\",\"payload\":" + rename + "}");
        Assert.Equal("""{"id":"x","type":"next","payload":{"data":{"rename":{"title":"n"}}}}""", await ServedShop.Receive(socket));
        Assert.Equal("""{"id":"x","type":"complete"}""", await ServedShop.Receive(socket));
        await ServedShop.Send(socket, Forever);
        Assert.Equal("""{"id":"1","type":"next","payload":{"data":{"ticks":1}}}""", await ServedShop.Receive(socket));
        await ServedShop.Send(socket, """{"type":"complete","id":"1"}""");
        await ServedShop.Send(socket, """{"type":"subscribe","id":"1","payload":{"query":"{ loads }"}}""");
        string message;
        do message = await ServedShop.Receive(socket);
        while (message.Contains("ticks", StringComparison.Ordinal));
        Assert.Equal("""{"id":"1","type":"next","payload":{"data":{"loads":0}}}""", message);
    }

    [Fact]
    public async Task More_operations_than_a_socket_may_run_or_a_caller_may_ask_are_errors_of_their_own()
    {
        await using var shop = await ServedShop.Start(new GraphQLHttpOptions { MaxOperationsPerSocket = 1, OperationsPerSecond = 1, OperationsBurst = 3 });
        using var socket = await shop.Open();
        await ServedShop.Send(socket, Init);
        await ServedShop.Send(socket, Forever);
        await ServedShop.Send(socket, Forever.Replace("\"1\"", "\"2\"", StringComparison.Ordinal));
        Assert.Contains("TOO_MANY_OPERATIONS", await Error(socket, "2"), StringComparison.Ordinal);
        await ServedShop.Send(socket, """{"type":"complete","id":"1"}""");
        var answer = "";
        for (var i = 3; i < 100 && !answer.Contains("RATE_LIMITED", StringComparison.Ordinal); i++)
        {
            await ServedShop.Send(socket, $$$"""{"type":"subscribe","id":"{{{i}}}","payload":{"query":"{ nope }"}}""");
            answer = await Error(socket, i.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
        Assert.Contains("RATE_LIMITED", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_the_limit_of_open_connections_a_socket_and_a_stream_get_503()
    {
        await using var shop = await ServedShop.Start(new GraphQLHttpOptions { MaxConnections = 1 });
        using var first = await shop.Open();
        await Assert.ThrowsAsync<WebSocketException>(() => shop.Open());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await shop.Post("""{"query":"{ loads }"}""", "text/event-stream")).Response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await shop.Post("""{"query":"{ loads }"}""")).Response.StatusCode);
    }

    [Fact]
    public async Task A_stop_fails_the_health_check_cuts_streams_off_closes_sockets_with_1001_and_answers_requests_meanwhile()
    {
        await using var shop = await ServedShop.Start(
            new GraphQLHttpOptions { DrainTimeout = TimeSpan.FromSeconds(5) },
            new() { Timeout = TimeSpan.FromMilliseconds(300) },
            TimeSpan.FromSeconds(2));
        Assert.Equal("Healthy", await shop.Http.GetStringAsync(new Uri("/healthz/ready", UriKind.Relative)));
        using var socket = await shop.Open();
        await ServedShop.Send(socket, Init);
        Assert.Equal("""{"type":"connection_ack"}""", await ServedShop.Receive(socket));
        await ServedShop.Send(socket, Forever);
        Assert.Contains("ticks", await ServedShop.Receive(socket), StringComparison.Ordinal);
        // A query that runs when the stop comes still gets its answer: here that its time was up.
        await ServedShop.Send(socket, """{"type":"subscribe","id":"q","payload":{"query":"{ slow }"}}""");
        var stream = shop.Post("""{"query":"subscription { ticks(count: -1) }"}""", "text/event-stream");
        await Task.Delay(TimeSpan.FromMilliseconds(100));
        var stopping = shop.Stop();
        using (var ready = await shop.Http.GetAsync(new Uri("/healthz/ready", UriKind.Relative)))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await shop.Post("""{"query":"{ loads }"}""")).Response.StatusCode);
        await Assert.ThrowsAsync<WebSocketException>(() => shop.Open());
        var messages = new List<string>();
        do messages.Add(await ServedShop.Receive(socket));
        while (!messages[^1].StartsWith("closed", StringComparison.Ordinal));
        Assert.Equal("closed 1001", messages[^1]);
        var answered = messages.Single(message => message.Contains("\"q\",\"type\":\"next\"", StringComparison.Ordinal));
        Assert.Contains("TIMEOUT", answered, StringComparison.Ordinal);
        Assert.DoesNotContain("""{"id":"1","type":"complete"}""", messages);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
        Assert.DoesNotContain("event: complete", (await stream).Body, StringComparison.Ordinal);
        await stopping;
    }

    private static async Task<string> Error(ClientWebSocket socket, string id)
    {
        while (true)
        {
            var message = await ServedShop.Receive(socket);
            var isError = message.StartsWith($$"""{"id":"{{id}}","type":"error""", StringComparison.Ordinal);
            if (isError || message.StartsWith("closed", StringComparison.Ordinal)) return message;
        }
    }
}
