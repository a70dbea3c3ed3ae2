using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EcomIntel.Core.Events;
using EcomIntel.Core.Hosting.Health;
using EcomIntel.Core.Hosting.Workers;
using EcomIntel.Core.Webhooks;
using EcomIntel.Ingest.Webhooks;
using EcomIntel.IntegrationTests.Processing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;

namespace EcomIntel.IntegrationTests.Pipeline;

/// <summary>Webhooks from the outbox of a real PostgreSQL to real receivers. Of one case the order holds; of several none is expected.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class WebhookDeliveryTests(PostgresFixture postgres)
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", Former = "whsec_QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=";

    [Fact]
    public async Task What_is_decided_is_told_signed_by_both_secrets_once_it_was_asked_for_and_not_before()
    {
        await using var world = await World.StartAsync(postgres, $"{Secret} {Former}");
        await world.DecideAsync("early", "exception.opened");
        await using var relay = world.Relay();
        await relay.RunsAsync();
        await world.DecideAsync("a", "exception.opened");
        await world.DecideAsync("a", "exception.escalated");
        await world.DecideAsync("b", "exception.opened");
        await world.UntilAsync(() => world.Heard.Count == 3);
        var heard = world.Heard.ToList();
        Assert.Equal(["exception.opened", "exception.escalated"], heard.Where(each => each.Subject == "a").Select(each => each.Type));
        Assert.DoesNotContain(heard, each => each.Subject == "early");
        Assert.Equal(3, heard.Select(each => each.Id).Distinct().Count());
        foreach (var each in heard)
        {
            var signed = Encoding.UTF8.GetBytes($"{each.Id}.{each.Timestamp}.").Concat(each.Body).ToArray();
            var wanted = new[] { Secret, Former }.Select(
                secret => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), signed))}");
            Assert.Equal(string.Join(' ', wanted), each.Signature);
        }
        Assert.Equal(["0|0|delivered|3"], await world.Tables.QueryAsync("""
            SELECT sum(attempts) - count(*), count(*) FILTER (WHERE last_error IS NOT NULL), status, count(*) FROM webhook_deliveries GROUP BY status
            """));
    }

    [Fact]
    public async Task Whoever_dies_between_what_was_sent_and_what_is_written_down_sends_it_again_under_its_id()
    {
        await using var world = await World.StartAsync(postgres);
        var answers = new TaskCompletionSource();
        world.Answers["/hook"] = async _ =>
        {
            await answers.Task;
            return 200;
        };
        await using var relay = world.Relay();
        await relay.RunsAsync();
        await using var other = world.Relay(); // stands by
        await world.DecideAsync("a", "exception.opened");
        await world.UntilAsync(() => !world.Heard.IsEmpty);
        await using (var blocking = await world.Tables.Source.OpenConnectionAsync())
        await using (var transaction = await blocking.BeginTransactionAsync())
        {
            await using (var holds = blocking.CreateCommand())
            {
                holds.CommandText = "LOCK TABLE webhook_deliveries IN EXCLUSIVE MODE"; // it may be read, and not be written
                await holds.ExecuteNonQueryAsync();
            }
            answers.SetResult();
            await world.UntilAsync(async () => (await world.Tables.QueryAsync("""
                SELECT 1 FROM pg_stat_activity WHERE query LIKE 'UPDATE webhook_deliveries%' AND wait_event_type = 'Lock'
                    AND pg_terminate_backend(pid)
                """)).Count > 0);
        }
        await world.UntilAsync(() => world.Heard.Count >= 2);
        await world.UntilAsync(async () => (await world.StatusAsync("a")) == "delivered");
        Assert.Single(world.Heard.Select(each => each.Id).Distinct());
        Assert.Single(world.Heard.Select(each => Convert.ToHexString(each.Body)).Distinct());
    }

    [Fact]
    public async Task One_that_never_answers_holds_up_no_other()
    {
        await using var world = await World.StartAsync(postgres);
        world.Options.Endpoints["slow"] = world.Endpoint("/slow");
        var release = new TaskCompletionSource();
        world.Answers["/slow"] = async context =>
        {
            await release.Task.WaitAsync(context.RequestAborted);
            return 200;
        };
        await using var relay = world.Relay();
        await relay.RunsAsync();
        for (var number = 0; number < 20; number++)
            await world.DecideAsync($"case-{number}", "exception.opened");
        await world.UntilAsync(() => world.Heard.Count(each => each.Path == "/hook") == 20);
        Assert.DoesNotContain("slow|delivered", await world.Tables.QueryAsync("SELECT endpoint, status FROM webhook_deliveries"));
        release.SetResult();
        await world.UntilAsync(() => world.Heard.Where(each => each.Path == "/slow").Select(each => each.Id).Distinct().Count() == 20);
    }

    [Fact]
    public async Task Of_one_case_what_fails_holds_up_what_follows_and_what_it_refuses_for_good_is_a_dead_letter_that_can_be_retried()
    {
        await using var world = await World.StartAsync(postgres);
        world.Options.MaxAttempts = 2;
        world.Answers["/hook"] = context => Task.FromResult(world.Refuses && context.Request.Headers["x-subject"] == "bad" ? 422 : 200);
        world.Refuses = true;
        await using var relay = world.Relay();
        await relay.RunsAsync();
        await world.DecideAsync("bad", "exception.opened");
        await world.DecideAsync("bad", "exception.escalated");
        await world.DecideAsync("good", "exception.opened");
        await world.UntilAsync(async () => (await world.StatusAsync("good")) == "delivered");
        Assert.DoesNotContain(world.Heard, each => each is { Subject: "bad", Type: "exception.escalated" });
        await world.UntilAsync(async () => (await world.StatusAsync("bad")) == "dead", seconds: 60);
        var store = new WebhookStore(world.Tables.Source);
        var dead = await store.ListAsync(new(Status: "dead"), 10, default);
        Assert.Equal(
            ["exception.escalated 2 HTTP 422", "exception.opened 2 HTTP 422"], dead.Select(each => $"{each.Type} {each.Attempts} {each.LastError}"));
        var standing = Assert.Single(await store.EndpointsAsync(default));
        Assert.Equal((2L, 0L, 0, null), (standing.Dead, standing.Pending, standing.Failures, standing.PausedUntil)); // it is the message's fault alone

        Assert.Equal(WebhookStore.NotFound, (await store.RetryAsync("cli:tests", ["msg_none"], null, default)).Code);
        world.Refuses = false;
        var (before, ids) = (world.Heard.Count, dead.Select(each => each.Id).ToList());
        Assert.True((await store.RetryAsync("cli:tests", ids, "mended", default)).IsDone);
        await world.UntilAsync(async () => (await world.StatusAsync("bad")) == "delivered");
        Assert.Equal(ids.AsEnumerable().Reverse(), world.Heard.Skip(before).Where(each => each.Subject == "bad").Select(each => each.Id)); // in their order
        Assert.Equal(WebhookStore.WrongState, (await store.RetryAsync("cli:tests", ids, null, default)).Code);
        Assert.Equal(["webhook.retry|done|1", "webhook.retry|NOT_FOUND|1", "webhook.retry|WRONG_STATE|1"], await world.Tables.QueryAsync("""
            SELECT action, outcome, count(*) FROM audit_log WHERE action = 'webhook.retry' GROUP BY action, outcome ORDER BY lower(outcome)
            """));
    }

    [Fact]
    public async Task One_that_is_gone_is_sent_nothing_until_it_is_asked_for_again()
    {
        await using var world = await World.StartAsync(postgres);
        world.Answers["/hook"] = _ => Task.FromResult(world.Refuses ? 410 : 200);
        world.Refuses = true;
        await using var relay = world.Relay();
        await relay.RunsAsync();
        await world.DecideAsync("a", "exception.opened");
        await world.UntilAsync(async () => (await world.StatusAsync("a")) == "dead");
        await world.DecideAsync("b", "exception.opened");
        await world.LookedAtAsync();
        Assert.Equal(["a|dead"], await world.Tables.QueryAsync("SELECT subject, status FROM webhook_deliveries"));
        Assert.Single(world.Heard);
        var store = new WebhookStore(world.Tables.Source);
        Assert.NotNull(Assert.Single(await store.EndpointsAsync(default)).DisabledAt);

        world.Refuses = false;
        Assert.True((await store.RetryAsync("cli:tests", [(await store.ListAsync(new(), 1, default))[0].Id], null, default)).IsDone);
        await world.DecideAsync("c", "exception.opened");
        await world.UntilAsync(async () => (await world.StatusAsync("a")) == "delivered" && (await world.StatusAsync("c")) == "delivered");
        Assert.Null(Assert.Single(await store.EndpointsAsync(default)).DisabledAt);
    }

    [Fact]
    public async Task One_that_puts_off_is_left_alone_so_long_and_a_redirect_is_not_followed()
    {
        await using var world = await World.StartAsync(postgres);
        world.Options.Endpoints["moved"] = world.Endpoint("/moved");
        world.Answers["/moved"] = context =>
        {
            context.Response.Headers.Location = "/elsewhere";
            return Task.FromResult(307);
        };
        world.Answers["/hook"] = context =>
        {
            context.Response.Headers.RetryAfter = "600";
            return Task.FromResult(503);
        };
        await using var relay = world.Relay();
        await relay.RunsAsync();
        await world.DecideAsync("a", "exception.opened");
        await world.UntilAsync(async () => (await world.Tables.QueryAsync("SELECT 1 FROM webhook_deliveries WHERE attempts > 0")).Count == 2);
        Assert.Equal(["moved|HTTP 307|false|0|", "pager|HTTP 503|true|1|true"], await world.Tables.QueryAsync("""
            SELECT d.endpoint, d.last_error, (d.next_at > now() + interval '9 minutes')::text, e.failures, (e.not_before > now() + interval '9 minutes')::text
            FROM webhook_deliveries d JOIN webhook_endpoints e USING (endpoint) ORDER BY 1
            """));
        Assert.DoesNotContain(world.Heard, each => each.Path == "/elsewhere");
    }

    [Fact]
    public async Task A_name_that_leads_inside_is_not_connected_to_an_answer_without_end_is_not_read_and_too_large_a_body_is_not_sent()
    {
        await using var world = await World.StartAsync(postgres);
        var inside = world.Endpoint("/inside");
        inside.Url = inside.Url.Replace("http://127.0.0.1", "https://localhost", StringComparison.Ordinal);
        inside.AllowedNetworks = ["10.0.0.0/8"];
        world.Options.Endpoints["inside"] = inside;
        world.Options.Endpoints["flood"] = world.Endpoint("/flood");
        world.Options.MaxBody = 2_048;
        world.Answers["/flood"] = async context =>
        {
            await context.Response.StartAsync();
            var junk = new byte[64 << 10];
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(junk, context.RequestAborted);
            return 200;
        };
        await using var relay = world.Relay();
        await relay.RunsAsync();
        await world.DecideAsync("a", "exception.opened");
        await world.DecideAsync("long", "exception.opened", new string('x', 2_000));
        await world.UntilAsync(async () => (await world.Tables.QueryAsync("SELECT 1 FROM webhook_deliveries WHERE subject = 'a' AND attempts > 0")).Count == 3);
        Assert.Equal(
            ["flood|delivered|", "inside|pending|localhost leads to no address that webhooks may go to", "pager|delivered|"],
            await world.Tables.QueryAsync("SELECT endpoint, status, last_error FROM webhook_deliveries WHERE subject = 'a' ORDER BY endpoint"));
        Assert.DoesNotContain(world.Heard, each => each.Path == "/inside" || each.Subject == "long");
        Assert.All(
            await world.Tables.QueryAsync("SELECT status, attempts, last_error FROM webhook_deliveries WHERE subject = 'long'"),
            row => Assert.Matches("^dead\\|0\\|its body has 2[0-9]{3} bytes, and at most 2048 are sent$", row));
    }

    [Fact]
    public async Task A_replay_of_the_past_wakes_nobody_and_the_second_relay_goes_on_where_the_first_stood()
    {
        await using var world = await World.StartAsync(postgres);
        await world.Tables.ExecuteAsync("UPDATE business_clock SET mode = 'stream', now = '2025-01-05Z'");
        await using (var first = world.Relay())
        {
            await first.RunsAsync();
            await world.DecideAsync("past", "exception.opened", at: TimeProvider.System.GetUtcNow().AddHours(-2));
            await world.DecideAsync("now", "exception.opened");
            await world.UntilAsync(async () => (await world.StatusAsync("now")) == "delivered");
        }
        await world.DecideAsync("later", "exception.opened");
        await using var second = world.Relay();
        await world.UntilAsync(async () => (await world.StatusAsync("later")) == "delivered");
        Assert.Equal(["now", "later"], world.Heard.Select(each => each.Subject));
        Assert.Null(await world.StatusAsync("past"));
    }

    private sealed record Request(string Path, string Id, string Timestamp, string Signature, string Type, string Subject, byte[] Body);

    /// <summary>A database, a receiver on loopback, and relays on both.</summary>
    private sealed class World : IAsyncDisposable
    {
        private readonly WebApplication _receiver;
        private readonly string _secrets;
        private long _decided;

        private World(Processing.Database tables, WebApplication receiver, string secrets) => (Tables, _receiver, _secrets) = (tables, receiver, secrets);

        public Processing.Database Tables { get; }

        public ConcurrentQueue<Request> Heard { get; } = new();

        /// <summary>What a path answers, by its status; 200 where nothing is said.</summary>
        public ConcurrentDictionary<string, Func<HttpContext, Task<int>>> Answers { get; } = new();

        public WebhookOptions Options { get; } = new()
        {
            FirstDelay = TimeSpan.FromSeconds(1), MaxDelay = TimeSpan.FromSeconds(2), Timeout = TimeSpan.FromSeconds(5),
        };

        public bool Refuses { get; set; }

        public static async Task<World> StartAsync(PostgresFixture postgres, string secrets = Secret)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            var world = new World(await postgres.CreateAsync(), builder.Build(), secrets);
            world._receiver.Run(world.ReceiveAsync);
            await world._receiver.StartAsync();
            world.Options.Endpoints["pager"] = world.Endpoint("/hook");
            return world;
        }

        public WebhookEndpointOptions Endpoint(string path) => new()
        {
            Url = _receiver.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + path,
            AllowedNetworks = ["127.0.0.0/8"],
        };

        public Relay Relay() => new(Tables, Options, Options.Endpoints.Keys.ToDictionary(name => name, _ => WebhookSecrets.Parse(_secrets)!));

        private async Task ReceiveAsync(HttpContext context)
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            using var json = System.Text.Json.JsonDocument.Parse(body.ToArray());
            string Header(string name) => context.Request.Headers[name].ToString();
            var subject = json.RootElement.GetProperty("data").GetProperty("caseId").GetString()!;
            context.Request.Headers["x-subject"] = subject;
            Heard.Enqueue(new(
                context.Request.Path, Header("webhook-id"), Header("webhook-timestamp"), Header("webhook-signature"),
                json.RootElement.GetProperty("type").GetString()!, subject, body.ToArray()));
            var status = Answers.TryGetValue(context.Request.Path, out var answer) ? await answer(context) : 200;
            if (!context.Response.HasStarted)
                context.Response.StatusCode = status;
        }

        public async Task DecideAsync(string subject, string type, string detail = "wrong", DateTimeOffset? at = null)
        {
            var (outbox, time) = (new Outbox(), at ?? TimeProvider.System.GetUtcNow());
            var found = new ExceptionChanged(subject, "inventory.variance", "sku", null, 5, detail, _decided + 1, DetectedAt: time, Team: "warehouse");
            outbox.Add(time, type, subject, found, OperationJson.Default.ExceptionChanged);
            var row = outbox.Seal(_decided++)[0];
            await Tables.ExecuteAsync($"""
                INSERT INTO outbox VALUES ({row.Sequence}, '{row.Time:O}', '{row.Type}', '{row.Subject}', '\x{Convert.ToHexString(row.Payload)}');
                NOTIFY outbox
                """);
        }

        /// <summary>Until all that is decided was looked at for every endpoint.</summary>
        public Task LookedAtAsync() => UntilAsync(async () => (await Tables.QueryAsync(string.Create(
            CultureInfo.InvariantCulture, $"SELECT 1 FROM webhook_endpoints WHERE position < {_decided}"))).Count == 0);

        /// <returns>Of the latest about the subject; null where there is none.</returns>
        public async Task<string?> StatusAsync(string subject) => (await Tables.QueryAsync(
            $"SELECT status FROM webhook_deliveries WHERE subject = '{subject}' ORDER BY sequence DESC LIMIT 1")).FirstOrDefault();

        public Task UntilAsync(Func<bool> so) => UntilAsync(() => Task.FromResult(so()));

        public async Task UntilAsync(Func<Task<bool>> so, int seconds = 30)
        {
            var began = TimeProvider.System.GetTimestamp();
            while (!await so())
            {
                Assert.True(
                    TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(seconds),
                    $"heard {string.Join(' ', Heard.Select(each => $"{each.Path} {each.Type} {each.Subject}"))}; "
                    + string.Join(' ', await Tables.QueryAsync("SELECT endpoint, subject, status, attempts, last_error FROM webhook_deliveries")));
                await Task.Delay(30);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _receiver.DisposeAsync();
            await Tables.DisposeAsync();
        }
    }

    /// <summary>The worker as role relay runs it.</summary>
    private sealed class Relay : IAsyncDisposable
    {
        private readonly WebhookEndpoints _endpoints;
        private readonly WebhookWorker _worker;
        private readonly HealthRegistry _health = new(TimeProvider.System);

        public Relay(Processing.Database tables, WebhookOptions options, IReadOnlyDictionary<string, WebhookSecrets> secrets)
        {
            _endpoints = new(options, secrets, TimeProvider.System);
            var services = new WorkerServices(_health, TimeProvider.System, new Lifetime(), NullLoggerFactory.Instance);
            _worker = new(services, options, _endpoints, tables.Source, new(Metrics.WithCustomRegistry(Metrics.NewCustomRegistry())));
            Start = _worker.StartAsync(CancellationToken.None);
        }

        private Task Start { get; }

        /// <summary>Until it works, so that it knows from where on it tells.</summary>
        public async Task RunsAsync()
        {
            await Start;
            while (_health.Worker("webhooks").Current.State != WorkState.Running)
                await Task.Delay(20);
        }

        public async ValueTask DisposeAsync()
        {
            await _worker.StopAsync(CancellationToken.None);
            _worker.Dispose();
            _endpoints.Dispose();
        }
    }

    private sealed class Lifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;
        public CancellationToken ApplicationStopping => CancellationToken.None;
        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication()
        {
        }
    }
}
