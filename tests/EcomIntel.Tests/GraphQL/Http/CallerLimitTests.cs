using System.Net;
using System.Net.WebSockets;
using EcomIntel.GraphQL.Engine.Http;

namespace EcomIntel.Tests.GraphQL.Http;

/// <summary>What strangers spend is not what callers have, and who has lost the right keeps nothing open.</summary>
public sealed class CallerLimitTests
{
    private const string Loads = """{"query":"{ loads }"}""";
    private const string Init = """{"type":"connection_init"}""";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_caller_known_by_name_is_counted_by_it_and_strangers_on_his_address_take_nothing_from_him()
    {
        await using var shop = await ServedShop.Start(new GraphQLHttpOptions { OperationsPerSecond = 1, OperationsBurst = 3 });
        Assert.Equal(HttpStatusCode.Unauthorized, await Status(shop, "X-Role", "nobody"));
        Assert.True(await Spent(shop, "X-Role", "nobody"), "strangers are refused without end");
        Assert.Equal(HttpStatusCode.OK, await Status(shop, "X-Key", "k"));
        Assert.Equal(HttpStatusCode.OK, await Status(shop));
        Assert.True(await Spent(shop, "X-Key", "k"), "a caller has no limit");
        Assert.Equal(HttpStatusCode.OK, await Status(shop, "X-Key", "j"));
        // What is left of the address is not the name's, though it reads the same.
        Assert.Equal(HttpStatusCode.OK, await Status(shop, "X-Key", "127.0.0.1"));
        Assert.True(await Spent(shop), "an address has no limit");
        Assert.Equal(HttpStatusCode.OK, await Status(shop, "X-Key", "i"));
    }

    [Fact]
    public async Task One_caller_has_so_many_connections_and_no_more()
    {
        await using var shop = await ServedShop.Start(new GraphQLHttpOptions { MaxConnectionsPerCaller = 2 });
        using var first = await shop.Open(("X-Key", "k"));
        using (await shop.Open(("X-Key", "k")))
        {
            await Assert.ThrowsAsync<WebSocketException>(() => shop.Open(("X-Key", "k")));
            var (refused, why) = await shop.Post(Loads, "text/event-stream", headers: ("X-Key", "k"));
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.Contains("TOO_MANY_CONNECTIONS", why, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await shop.Post(Loads, "text/event-stream", headers: ("X-Key", "j"))).Response.StatusCode);
            Assert.Equal(HttpStatusCode.OK, await Status(shop, "X-Key", "k"));
        }
        await Until(async () => (await shop.Post(Loads, "text/event-stream", headers: ("X-Key", "k"))).Response.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Sockets_that_nobody_was_let_in_by_have_places_of_their_own_and_one_address_never_all_of_them()
    {
        await using var shop = await ServedShop.Start(new GraphQLHttpOptions
        {
            MaxUnknownSockets = 4, MaxConnections = 1, InitTimeout = TimeSpan.FromMinutes(1), Caller = http => http.Request.Headers["X-From"].ToString(),
            Connect = (http, _) => ValueTask.FromResult(Admission.Of(new BookShop.Visitor("READER"), http.Request.Headers["X-Key"].ToString())),
        });
        using var first = await shop.Open(("X-From", "a"), ("X-Key", "k"));
        using var second = await shop.Open(("X-From", "a"), ("X-Key", "j"));
        await Assert.ThrowsAsync<WebSocketException>(() => shop.Open(("X-From", "a")));
        using var other = await shop.Open(("X-From", "b"));
        using var another = await shop.Open(("X-From", "c"));
        await Assert.ThrowsAsync<WebSocketException>(() => shop.Open(("X-From", "d")));
        // All places of the unknown are taken, and who is known still has his.
        Assert.Equal(HttpStatusCode.OK, (await shop.Post(Loads, "text/event-stream")).Response.StatusCode);
        // The stream's own place is free when it is told in the log.
        await Until(() => ValueTask.FromResult(shop.Logged.Any(line => line.StartsWith("7001 ", StringComparison.Ordinal))));
        await ServedShop.Send(first, Init);
        Assert.Equal("""{"type":"connection_ack"}""", await ServedShop.Receive(first));
        using var next = await shop.Open(("X-From", "d"));
        await ServedShop.Send(second, Init);
        Assert.Equal("closed 4503", await ServedShop.Receive(second));
    }

    [Fact]
    public async Task An_upgrade_is_taken_off_the_rate_of_the_address()
    {
        await using var shop = await ServedShop.Start(new GraphQLHttpOptions
        {
            OperationsPerSecond = 1, OperationsBurst = 3, Connect = (_, _) => ValueTask.FromResult(Admission.Of(new BookShop.Visitor("READER"), "k")),
        });
        using var first = await shop.Open();
        var refused = false;
        for (var i = 0; i < 30 && !refused; i++)
        {
            try
            {
                (await shop.Open()).Dispose();
            }
            catch (WebSocketException)
            {
                refused = shop.Logged.Any(line => line.StartsWith("7002 GraphQL request rejected with 429", StringComparison.Ordinal));
            }
        }
        Assert.True(refused, "every socket was opened");
        // Who is let in has what is his.
        await ServedShop.Send(first, Init);
        Assert.Equal("""{"type":"connection_ack"}""", await ServedShop.Receive(first));
    }

    [Fact]
    public async Task Where_nothing_happens_the_right_is_asked_for_all_the_same_and_without_it_streams_and_sockets_end()
    {
        var (admitted, asked) = (true, 0);
        await using var shop = await ServedShop.Start(new GraphQLHttpOptions
        {
            KeepAlive = TimeSpan.FromMilliseconds(50),
            StillAdmitted = (state, _) =>
            {
                Interlocked.Increment(ref asked);
                return ValueTask.FromResult(state is BookShop.Visitor && Volatile.Read(ref admitted));
            },
        });
        using var idle = await shop.Open();
        using var listening = await shop.Open();
        foreach (var socket in (ClientWebSocket[])[idle, listening])
        {
            await ServedShop.Send(socket, Init);
            Assert.Equal("""{"type":"connection_ack"}""", await ServedShop.Receive(socket));
        }
        await ServedShop.Send(listening, """{"type":"subscribe","id":"1","payload":{"query":"subscription { quiet }"}}""");
        var streaming = shop.Post("""{"query":"subscription { quiet }"}""", "text/event-stream");
        await Until(() => ValueTask.FromResult(Volatile.Read(ref asked) > 20));
        Assert.Equal((WebSocketState.Open, WebSocketState.Open, false), (idle.State, listening.State, streaming.IsCompleted));
        Volatile.Write(ref admitted, false);
        Assert.Equal("closed 4403", await ServedShop.Receive(idle));
        Assert.Equal("closed 4403", await ServedShop.Receive(listening));
        var body = (await streaming.WaitAsync(Patience)).Body;
        Assert.StartsWith(":\n\n", body, StringComparison.Ordinal);
        Assert.DoesNotContain("event: complete", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_right_that_cannot_be_asked_for_is_none()
    {
        var options = new GraphQLHttpOptions
        {
            KeepAlive = TimeSpan.FromMilliseconds(50),
            StillAdmitted = (_, _) => throw new InvalidOperationException("broke"),
        };
        await using var shop = await ServedShop.Start(options);
        using var idle = await shop.Open();
        await ServedShop.Send(idle, Init);
        Assert.Equal("""{"type":"connection_ack"}""", await ServedShop.Receive(idle));
        Assert.Equal("closed 4500", await ServedShop.Receive(idle));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => shop.Post("""{"query":"subscription { quiet }"}""", "text/event-stream").WaitAsync(Patience));
    }

    private static async Task<HttpStatusCode> Status(ServedShop shop, params string[] header)
    {
        var (response, _) = await shop.Post(Loads, headers: header is [var name, var value] ? [(name, value)] : []);
        return response.StatusCode;
    }

    private static async Task<bool> Spent(ServedShop shop, params string[] header)
    {
        for (var i = 0; i < 100; i++)
            if (await Status(shop, header) == HttpStatusCode.TooManyRequests) return true;
        return false;
    }

    private static async Task Until(Func<ValueTask<bool>> done)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await done()) await Task.Delay(TimeSpan.FromMilliseconds(20), patience.Token);
    }
}
