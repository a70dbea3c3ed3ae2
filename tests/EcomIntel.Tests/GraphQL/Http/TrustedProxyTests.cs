using System.Net;
using System.Net.WebSockets;
using EcomIntel.GraphQL.Engine.Http;
using EcomIntel.GraphQL.Hosting;

namespace EcomIntel.Tests.GraphQL.Http;

/// <summary>A proxy on loopback with many clients behind it: the tests are the proxy, and name its clients as one does.</summary>
public sealed class TrustedProxyTests
{
    private const string Loads = """{"query":"{ loads }"}""";
    private const string Hog = "198.51.100.1";

    private static readonly GraphQLHttpOptions Options = new()
    {
        InitTimeout = TimeSpan.FromMinutes(1),
        Connect = (_, _) => ValueTask.FromResult(Admission.Of(new BookShop.Visitor("READER"), "k")),
    };

    [Fact]
    public async Task Fifty_silent_sockets_of_one_client_behind_a_trusted_proxy_keep_no_other_out()
    {
        await using var shop = await ServedShop.Start(Options, before: app => app.UseTrustedProxies(["127.0.0.1"]));
        var silent = await HogAsync(shop);
        Assert.Equal(50, silent.Count); // half of MaxUnknownSockets
        var others = new List<ClientWebSocket>();
        for (var client = 1; client <= 40; client++)
            others.Add(await shop.Open(From($"203.0.113.{client}")));
        foreach (var other in others)
        {
            await ServedShop.Send(other, """{"type":"connection_init"}""");
            Assert.Equal("""{"type":"connection_ack"}""", await ServedShop.Receive(other));
        }
        silent.ForEach(socket => socket.Dispose());
        others.ForEach(socket => socket.Dispose());
    }

    [Theory]
    [InlineData("", "203.0.113.9")] // nobody is trusted by default
    [InlineData("10.0.0.0/8", "203.0.113.9")] // the peer is not among those
    [InlineData("127.0.0.0/8", "203.0.113.9, 198.51.100.1")] // a client wrote an address of its own choice before its own
    [InlineData("127.0.0.0/8", "203.0.113.9, junk, 198.51.100.1")]
    [InlineData("127.0.0.0/8 192.0.2.7", "203.0.113.9, 198.51.100.1, 192.0.2.7")] // a second proxy, trusted too
    [InlineData("127.0.0.0/8", "198.51.100.1:4711")]
    [InlineData("127.0.0.0/8", "::ffff:198.51.100.1")]
    public async Task Who_is_the_same_client_by_what_can_be_believed_shares_its_limit(string trusted, string forwarded)
    {
        await using var shop = await ServedShop.Start(Options, before: app => app.UseTrustedProxies(trusted.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        var silent = await HogAsync(shop);
        await Assert.ThrowsAsync<WebSocketException>(() => shop.Open(From(forwarded)));
        silent.ForEach(socket => socket.Dispose());
    }

    [Theory]
    [InlineData("127.0.0.1", "203.0.113.9")]
    [InlineData("127.0.0.1", "198.51.100.1, 203.0.113.9")]
    [InlineData("127.0.0.1 192.0.2.0/24", "203.0.113.9, 192.0.2.8, 192.0.2.7")]
    [InlineData("127.0.0.1", "2001:db8::1")]
    [InlineData("::1 127.0.0.1", "[2001:db8::1]:4711")]
    public async Task Another_client_has_its_own(string trusted, string forwarded)
    {
        await using var shop = await ServedShop.Start(Options, before: app => app.UseTrustedProxies(trusted.Split(' ')));
        var silent = await HogAsync(shop);
        using var other = await shop.Open(From(forwarded));
        Assert.Equal(WebSocketState.Open, other.State);
        silent.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task Failed_authentications_of_one_client_do_not_use_up_those_of_another()
    {
        var options = new GraphQLHttpOptions { OperationsPerSecond = 1, OperationsBurst = 3 };
        await using var shop = await ServedShop.Start(options, before: app => app.UseTrustedProxies(["127.0.0.1"]));
        async Task<HttpStatusCode> GuessAsync(string client) =>
            (await shop.Post(Loads, headers: [("X-Role", "nobody"), From(client)])).Response.StatusCode;
        for (var tries = 0; tries < 200 && await GuessAsync(Hog) != HttpStatusCode.TooManyRequests; tries++)
        {
            // The next guess.
        }
        Assert.Equal(HttpStatusCode.TooManyRequests, await GuessAsync(Hog));
        Assert.Equal(HttpStatusCode.Unauthorized, await GuessAsync("203.0.113.9"));
    }

    [Fact]
    public async Task That_a_header_is_ignored_is_told_once_with_the_peer_that_sends_it()
    {
        await using var shop = await ServedShop.Start(before: app => app.UseTrustedProxies([]));
        await shop.Post(Loads);
        Assert.DoesNotContain(shop.Logged, IsTold);
        for (var times = 0; times < 3; times++)
            await shop.Post(Loads, headers: From(Hog));
        Assert.StartsWith("5010 127.0.0.1 sends X-Forwarded-For, which is ignored", Assert.Single(shop.Logged, IsTold), StringComparison.Ordinal);

        static bool IsTold(string line) => line.Contains("GraphQL:TrustedProxies", StringComparison.Ordinal);
    }

    private static (string, string) From(string client) => ("X-Forwarded-For", client);

    /// <summary>Sockets of one client, as many as it gets.</summary>
    private static async Task<List<ClientWebSocket>> HogAsync(ServedShop shop)
    {
        var silent = new List<ClientWebSocket>();
        while (silent.Count <= 100)
        {
            try
            {
                silent.Add(await shop.Open(From(Hog)));
            }
            catch (WebSocketException)
            {
                return silent;
            }
        }
        return silent;
    }
}
