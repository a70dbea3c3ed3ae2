using System.Diagnostics.Metrics;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Engine.Http;

namespace EcomIntel.Tests.GraphQL.Http;

public sealed class GraphQLOverHttpTests(GraphQLOverHttpTests.CommonShop common) : IClassFixture<GraphQLOverHttpTests.CommonShop>
{
    /// <summary>For those who leave no trace: a host of its own for each case would take longer than the case.</summary>
    public sealed class CommonShop : IAsyncLifetime
    {
        internal ServedShop Shop { get; private set; } = null!;

        public async Task InitializeAsync() => Shop = await ServedShop.Start();

        public async Task DisposeAsync() => await Shop.DisposeAsync();
    }

    private const string Old = "application/json";
    private const string New = "application/graphql-response+json";

    [Theory]
    [InlineData("""{"query":"{ loads }"}""", New, 200, New)]
    [InlineData("""{"query":"{ loads }"}""", Old, 200, Old)]
    [InlineData("""{"query":"{ loads }"}""", null, 200, Old)]
    [InlineData("""{"query":"{ loads }"}""", "*/*", 200, Old)]
    [InlineData("""{"query":"{ loads }"}""", "application/json;q=0.5, application/graphql-response+json", 200, New)]
    [InlineData("""{"query":"{ loads }"}""", "application/json;q=0, */*", 200, New)]
    [InlineData("""{"query":"{ loads }"}""", "*/*, application/json;q=0", 200, New)]
    [InlineData("""{"query":"{ loads }"}""", "application/json;q=0.1, */*;q=0.9, application/graphql-response+json;q=0.5", 200, New)]
    [InlineData("""{"query":"{ loads }"}""", "application/graphql-response+json;q=0, application/*", 200, Old)]
    [InlineData("""{"query":"{ loads }"}""", "text/event-stream;q=0, */*;q=0.1", 200, Old)]
    [InlineData("""{"query":"{ loads }"}""", "text/html, */*;q=0.8", 200, Old)]
    [InlineData("""{"query":"{ loads }"}""", "APPLICATION/JSON", 200, Old)]
    [InlineData("""{"query":"{ loads }"}""", "application/json;q=0", 406, Old)]
    [InlineData("""{"query":"{ loads }"}""", "*/*;q=0", 406, Old)]
    [InlineData("""{"query":"{ loads }"}""", "application/json;q=0, application/graphql-response+json;q=0, */*", 406, Old)]
    [InlineData("""{"query":"{ loads }"}""", "text/*", 406, Old)]
    [InlineData("""{"query":"{ loads }"}""", "text/html", 406, Old)]
    [InlineData("""{"query":"{ loads }"}""", "application/json; charset=latin1", 406, Old)]
    [InlineData("""{"query":"{ nope }"}""", New, 400, New)]
    [InlineData("""{"query":"{ nope }"}""", Old, 200, Old)]
    [InlineData("""{"query":"{"}""", New, 400, New)]
    [InlineData("""{"query":"{"}""", Old, 200, Old)]
    [InlineData("""{"query":"{ broken }"}""", New, 200, New)]
    [InlineData("""{"query":"query ($v: Int!) { long(size: $v) }"}""", New, 400, New)]
    [InlineData("""{"query":"subscription { ticks(count: 1) }"}""", New, 400, New)]
    [InlineData("""{"query":"{ loads }","operationName":"A"}""", New, 400, New)]
    [InlineData("""{"query":"{ loads }","variables":[]}""", Old, 400, Old)]
    [InlineData("""{"query":"{ loads }","operationName":1}""", Old, 400, Old)]
    [InlineData("""{"query":"{ loads }","extensions":"x"}""", Old, 400, Old)]
    [InlineData("""{"query":1}""", Old, 400, Old)]
    [InlineData("{}", Old, 400, Old)]
    [InlineData("{", Old, 400, Old)]
    [InlineData("", Old, 400, Old)]
    [InlineData("""{"query":"{ loads }"} x""", Old, 400, Old)]
    [InlineData("""[{"query":"{ loads }"}]""", Old, 400, Old)]
    [InlineData("\"{ loads }\"", Old, 400, Old)]
    public async Task Status_and_media_type_are_those_of_the_specification(string body, string? accept, int status, string type)
    {
        var shop = common.Shop;
        var (response, text) = await shop.Post(body, accept);
        Assert.Equal((status, type), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        using var json = JsonDocument.Parse(text);
        Assert.True(json.RootElement.TryGetProperty("data", out _) || json.RootElement.GetProperty("errors").GetArrayLength() > 0);
    }

    [Theory]
    [InlineData("text/plain", 415)]
    [InlineData("application/x-www-form-urlencoded", 415)]
    [InlineData("multipart/form-data", 415)]
    [InlineData("application/json; charset=utf-16", 415)]
    [InlineData("application/json; charset=utf-8", 200)]
    public async Task A_form_that_any_page_could_send_is_not_taken(string type, int status)
    {
        var shop = common.Shop;
        Assert.Equal(status, (int)(await shop.Post("""{"query":"{ loads }"}""", null, type)).Response.StatusCode);
    }

    [Theory]
    [InlineData("?query={loads}", 200)]
    [InlineData("?query=query($v:Int!){long(size:$v)}&variables={\"v\":2}", 200)]
    [InlineData("?query=query($v:Int!){long(size:$v)}&variables={", 400)]
    [InlineData("?query=query($v:Int!){long(size:$v)}&variables=[1]", 400)]
    [InlineData("?query=query A{loads} query B{slow}&operationName=A", 200)]
    [InlineData("?query=mutation{rename(id:1,title:\"x\"){id}}", 405)]
    [InlineData("", 400)]
    public async Task GET_asks_queries_and_only_queries(string query, int status)
    {
        var shop = common.Shop;
        using var response = await shop.Http.GetAsync(new Uri("/graphql" + query, UriKind.Relative));
        Assert.Equal(status, (int)response.StatusCode);
        if (status == 405) Assert.Equal("POST", response.Content.Headers.Allow.Single());
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("HEAD")]
    public async Task Other_methods_are_told_which_there_are_and_no_other_origin_is_let_in(string method)
    {
        var shop = common.Shop;
        using var request = new HttpRequestMessage(new HttpMethod(method), "/graphql") { Headers = { { "Origin", "https://elsewhere.example" } } };
        using var response = await shop.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["GET", "POST"], response.Content.Headers.Allow.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Introspection_answers_by_switch_and_suggests_nothing_when_off()
    {
        await using var open = await ServedShop.Start();
        Assert.Contains("\"Book\"", (await open.Post("""{"query":"{ __schema { types { name } } }"}""")).Body, StringComparison.Ordinal);
        await using var closed = await ServedShop.Start(execution: new ExecutionOptions { Introspection = false });
        Assert.Contains("Introspection is disabled", (await closed.Post("""{"query":"{ __schema { types { name } } }"}""")).Body, StringComparison.Ordinal);
        Assert.DoesNotContain("books", (await closed.Post("""{"query":"{ book5 { id } }"}""")).Body, StringComparison.Ordinal);
        Assert.Contains("\"Query\"", (await closed.Post("""{"query":"{ __typename }"}""")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_is_open_before_its_first_event()
    {
        await using var shop = await ServedShop.Start(new GraphQLHttpOptions { KeepAlive = TimeSpan.FromMinutes(10) });
        using var content = new StringContent("""{"query":"subscription { quiet }"}""", Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = content, Headers = { { "Accept", "text/event-stream" } } };
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var response = await shop.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task A_body_over_the_limit_is_413_whether_it_says_its_length_or_not()
    {
        await using var shop = await ServedShop.Start(new GraphQLHttpOptions { MaxBodyBytes = 1000 });
        var body = $$"""{"query":"{ loads }","x":"{{new string('x', 2000)}}"}""";
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await shop.Post(body)).Response.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await shop.Post(body, headers: ("Transfer-Encoding", "chunked"))).Response.StatusCode);
    }

    [Fact]
    public async Task A_document_known_by_its_hash_needs_no_text_and_where_only_those_are_taken_others_are_refused()
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal) { ["abc1"] = "query Known { loads }" };
        await using var shop = await ServedShop.Start(new GraphQLHttpOptions { PersistedQueries = known, OnlyPersistedQueries = true });
        const string Hash = """{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"abc1"}}}""";
        Assert.Equal("""{"data":{"loads":0}}""", (await shop.Post(Hash)).Body);
        var extensions = Uri.EscapeDataString("""{"persistedQuery":{"sha256Hash":"ABC1"}}""");
        Assert.Equal("""{"data":{"loads":0}}""", await shop.Http.GetStringAsync(new Uri("/graphql?extensions=" + extensions, UriKind.Relative)));
        Assert.Contains("PERSISTED_QUERY_NOT_FOUND", (await shop.Post(Hash.Replace("abc1", "abc2", StringComparison.Ordinal))).Body, StringComparison.Ordinal);
        Assert.Contains("PERSISTED_QUERY_ONLY", (await shop.Post("""{"query":"{ loads }"}""")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Batches_are_off_until_switched_on_and_then_no_longer_than_said()
    {
        await using var shop = await ServedShop.Start(new GraphQLHttpOptions { MaxBatch = 2 });
        const string One = """{"query":"{ loads }"}""";
        Assert.Equal("""[{"data":{"loads":0}},{"data":{"loads":0}}]""", (await shop.Post($"[{One},{One}]")).Body);
        Assert.Equal(HttpStatusCode.BadRequest, (await shop.Post($"[{One},{One},{One}]")).Response.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await shop.Post("[]")).Response.StatusCode);
    }

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("br, gzip", "br")]
    [InlineData("br;q=0.5, gzip", "gzip")]
    [InlineData("deflate", null)]
    [InlineData("br;q=0", null)]
    [InlineData("*", "br")]
    [InlineData("br;q=0, *", "gzip")]
    [InlineData("gzip;q=0, br;q=0, *", null)]
    [InlineData("*;q=0.5, gzip", "gzip")]
    public async Task A_large_answer_is_compressed_as_the_client_likes(string accept, string? encoding)
    {
        var shop = common.Shop;
        var (response, _) = await shop.Post("""{"query":"{ long(size: 5000) }"}""", headers: ("Accept-Encoding", accept));
        Assert.Equal(encoding, response.Content.Headers.ContentEncoding.SingleOrDefault());
        await using var raw = await response.Content.ReadAsStreamAsync();
        await using Stream plain = encoding switch
        {
            "gzip" => new GZipStream(raw, CompressionMode.Decompress),
            "br" => new BrotliStream(raw, CompressionMode.Decompress),
            _ => raw,
        };
        using var reader = new StreamReader(plain);
        Assert.Equal("{\"data\":{\"long\":\"" + new string('x', 5000) + "\"}}", await reader.ReadToEndAsync());
        var (small, _) = await shop.Post("""{"query":"{ loads }"}""", headers: ("Accept-Encoding", accept));
        Assert.Null(small.Content.Headers.ContentEncoding.SingleOrDefault());
    }

    [Fact]
    public async Task Who_asks_too_often_is_told_when_to_come_back_and_others_are_not_held_up()
    {
        var options = new GraphQLHttpOptions
        {
            OperationsPerSecond = 1,
            OperationsBurst = 3,
            Caller = http => http.Request.Headers["X-Caller"].ToString(),
        };
        await using var shop = await ServedShop.Start(options);
        var (refused, body) = await shop.Post("""{"query":"{ loads }"}""", headers: ("X-Caller", "a"));
        Assert.Equal(HttpStatusCode.OK, refused.StatusCode);
        for (var i = 0; i < 100 && refused.IsSuccessStatusCode; i++) (refused, body) = await shop.Post("""{"query":"{ loads }"}""", headers: ("X-Caller", "a"));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.True(refused.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
        Assert.Contains("RATE_LIMITED", body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await shop.Post("""{"query":"{ loads }"}""", headers: ("X-Caller", "b"))).Response.StatusCode);
    }

    [Fact]
    public async Task An_operation_that_takes_too_long_or_gives_too_much_is_one_clear_error()
    {
        await using var shop = await ServedShop.Start(execution: new ExecutionOptions { Timeout = TimeSpan.FromMilliseconds(700), MaxResultBytes = 10_000 });
        Assert.Contains("\"TIMEOUT\"", (await shop.Post("""{"query":"{ slow }"}""")).Body, StringComparison.Ordinal);
        var (_, large) = await shop.Post("""{"query":"{ a: long(size: 9000) b: long(size: 9000) c: long(size: 9000) }"}""");
        Assert.Contains("\"RESULT_TOO_LARGE\"", large, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_refused_gets_his_status_and_code_and_a_crash_tells_nothing()
    {
        await using var shop = await ServedShop.Start();
        var (refused, why) = await shop.Post("""{"query":"{ loads }"}""", headers: ("X-Role", "nobody"));
        Assert.Equal((HttpStatusCode.Unauthorized, "Bearer"), (refused.StatusCode, refused.Headers.WwwAuthenticate.Single().Scheme));
        Assert.Contains("UNAUTHENTICATED", why, StringComparison.Ordinal);
        var (_, crashed) = await shop.Post("""{"query":"{ loads }"}""", headers: ("X-Role", "crash"));
        var (_, broken) = await shop.Post("""{"query":"{ broken }"}""");
        foreach (var body in new[] { crashed, broken })
        {
            Assert.Contains("An internal error occurred.", body, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", body, StringComparison.Ordinal);
        }
        Assert.Contains(shop.Logged, line => line.StartsWith("7003 ", StringComparison.Ordinal) && line.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_request_is_logged_with_its_operation_and_the_trace_of_its_caller()
    {
        await using var shop = await ServedShop.Start();
        const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        await shop.Post("""{"query":"query Loads { loads broken }"}""", headers: ("traceparent", $"00-{Trace}-00f067aa0ba902b7-01"));
        await shop.Stop(); // the line is written when the answer is, and the client may have it first
        var line = Assert.Single(shop.Logged, logged => logged.StartsWith("7001 ", StringComparison.Ordinal));
        Assert.StartsWith("7001 GraphQL query Loads answered 200 with 1 errors in ", line, StringComparison.Ordinal);
        Assert.Contains(Trace, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_cannot_make_more_labels_than_a_hundred_and_what_is_invalid_makes_none()
    {
        await using var shop = await ServedShop.Start();
        var labels = new HashSet<string>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "graphql.operation.duration" && instrument.Meter.Scope == shop.Services.GetService(typeof(IMeterFactory)))
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            lock (labels)
                foreach (var tag in tags)
                    if (tag.Key == "operation") labels.Add((string)tag.Value!);
        });
        listener.Start();
        for (var i = 0; i < 150; i++) await shop.Post($$"""{"query":"query Name{{i}} { loads }"}""");
        await shop.Post("""{"query":"query Nonsense { nope }"}""");
        await shop.Post("""{"query":"{ loads }"}""");
        Assert.Equal(103, labels.Count);
        Assert.Superset(new HashSet<string>(StringComparer.Ordinal) { "Name0", "Name99", "other", "none", "anonymous" }, labels);
    }

    [Fact]
    public async Task An_event_stream_gives_each_event_shows_that_it_lives_and_says_when_it_is_complete()
    {
        var keepAlive = new GraphQLHttpOptions { KeepAlive = TimeSpan.FromMilliseconds(20) };
        await using var shop = await ServedShop.Start(keepAlive, new ExecutionOptions { Timeout = TimeSpan.FromMilliseconds(700) });
        const string complete = "event: complete\ndata: \n\n";
        Assert.Equal(
            "event: next\ndata: {\"data\":{\"ticks\":1}}\n\nevent: next\ndata: {\"data\":{\"ticks\":2}}\n\n" + complete,
            (await shop.Post("""{"query":"subscription { ticks(count: 2) }"}""", "text/event-stream")).Body);
        Assert.Equal(
            "event: next\ndata: {\"data\":{\"loads\":0}}\n\n" + complete, (await shop.Post("""{"query":"{ loads }"}""", "text/event-stream")).Body);
        var slow = (await shop.Post("""{"query":"{ slow }"}""", "text/event-stream")).Body;
        Assert.StartsWith(":\n\n", slow, StringComparison.Ordinal);
        Assert.EndsWith("\"TIMEOUT\"}}],\"data\":null}\n\n" + complete, slow, StringComparison.Ordinal);
        var forbidden = (await shop.Post("""{"query":"subscription { restocked { id } }"}""", "text/event-stream")).Body;
        Assert.Contains("FORBIDDEN", forbidden, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GraphiQL_comes_from_here_alone_or_says_why_it_is_not_there()
    {
        await using var shop = await ServedShop.Start();
        using var page = await shop.Http.GetAsync(new Uri("/graphiql", UriKind.Relative));
        var text = await page.Content.ReadAsStringAsync();
        if (page.StatusCode == HttpStatusCode.NotFound)
        {
            Assert.Contains("npm was not available", text, StringComparison.Ordinal);
            return;
        }
        Assert.DoesNotContain("http://", text, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", text, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("data-endpoint=\"/graphql\"", text, StringComparison.Ordinal);
        var linked = Regex.Matches(text, "(src|href)=\"(?<file>/[^\"]+)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        foreach (var file in linked.Select(match => match.Groups["file"].Value))
        {
            using var found = await shop.Http.GetAsync(new Uri(file, UriKind.Relative));
            Assert.True(found.IsSuccessStatusCode, file);
            using var again = new HttpRequestMessage(HttpMethod.Get, file) { Headers = { IfNoneMatch = { found.Headers.ETag! } } };
            Assert.Equal(HttpStatusCode.NotModified, (await shop.Http.SendAsync(again)).StatusCode);
        }
        Assert.Equal(HttpStatusCode.NotFound, (await shop.Http.GetAsync(new Uri("/graphiql/package.json", UriKind.Relative))).StatusCode);
    }
}
