using System.Text.Json;
using EcomIntel.Core.Governance;
using EcomIntel.GraphQL.Auth;
using EcomIntel.Tests.Cli;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace EcomIntel.Tests.GraphQL.Auth;

public sealed class CallerAuthenticatorTests
{
    private readonly FakeTimeProvider _time = new(Issuer.Noon);
    private readonly Dictionary<string, (ApiKey Key, byte[] Hash)> _stored = new(StringComparer.Ordinal);
    private readonly List<IReadOnlyCollection<string>> _asked = [];
    private readonly List<string> _log = [];
    private readonly CallerAuthenticator _authenticator;
    private Func<Task> _before = () => Task.CompletedTask;

    public CallerAuthenticatorTests() => _authenticator = new(new KeyCache(LoadAsync, new AuthOptions(), _time), null, _time, new Kept(_log));

    [Theory]
    [InlineData("authorization", "Bearer {0}")]
    [InlineData("Authorization", "bearer   {0} ")]
    [InlineData("X-Api-Key", "{0}")]
    public async Task A_key_is_taken_from_either_header(string header, string form)
    {
        var key = Key();
        var admission = await AdmitAsync((header, string.Format(null, form, key.Reveal())));
        Assert.Equal($"key:{key.Id}", ((Caller)admission.State!).Id);
    }

    [Theory]
    [InlineData("""{"authorization":"Bearer {0}"}""", true)]
    [InlineData("""{"Authorization":"Bearer {0}","other":1}""", true)]
    [InlineData("""{"x-api-key":"{0}"}""", true)]
    [InlineData("""{"authorization":"{0}"}""", false)]
    [InlineData("""{"authorization":"Bearer {0}","Authorization":"Bearer {0}"}""", false)]
    [InlineData("""{"authorization":"Bearer {0}","X-Api-Key":"{0}"}""", false)]
    [InlineData("""{"authorization":["Bearer {0}"]}""", false)]
    [InlineData("""{"token":"{0}"}""", false)]
    [InlineData("{}", false)]
    [InlineData("null", false)]
    public async Task A_socket_says_it_in_its_first_message(string payload, bool taken)
    {
        using var json = JsonDocument.Parse(payload.Replace("{0}", Key().Reveal(), StringComparison.Ordinal));
        Assert.Equal(!taken, (await _authenticator.ConnectAsync(new DefaultHttpContext(), json.RootElement)).IsRefused);
    }

    [Fact]
    public async Task A_socket_whose_first_message_names_nobody_is_who_opened_it()
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.Authorization = $"Bearer {Key().Reveal()}";
        Assert.False((await _authenticator.ConnectAsync(http, default)).IsRefused);
        using var wrong = JsonDocument.Parse("""{"authorization":"Bearer eik_x"}""");
        Assert.True((await _authenticator.ConnectAsync(http, wrong.RootElement)).IsRefused);
    }

    [Fact]
    public async Task Every_rejected_client_gets_the_same_answer_and_the_cause_is_logged_without_the_credentials()
    {
        var (live, revoked, expired) = (Key(), Key(key => key with { RevokedAt = Issuer.Noon }), Key(key => key with { ExpiresAt = Issuer.Noon }));
        Assert.True(ApiKeyText.TryParse($"eik_{live.Id}_{ApiKeyText.Create().Reveal()[17..]}", out var otherSecret));
        var unknown = ApiKeyText.Create();
        var refusals = new List<(string?, string?, int)>();
        ((string, string)[] Headers, string Cause)[] wrong =
        [
            ([], "no credentials"),
            ([("Authorization", "Basic YTpi")], "the authorization scheme is not Bearer"),
            ([("Authorization", "Bearer")], "the authorization scheme is not Bearer"),
            ([("Authorization", "Bearer a.b.c")], "not an API key, and bearer tokens are not configured"),
            ([("X-Api-Key", "a.b.c")], "the API key is malformed"),
            ([("Authorization", "Bearer eik_")], "the API key is malformed"),
            ([("Authorization", $"Bearer {live.Reveal()}"), ("X-Api-Key", live.Reveal())], "both a bearer token and an API key were sent"),
            ([("Authorization", $"Bearer {live.Reveal()}"), ("Authorization", $"Bearer {live.Reveal()}")], "a credentials header was sent more than once"),
            ([("Authorization", $"Bearer {unknown.Reveal()}")], $"key {unknown.Id} does not exist"),
            ([("Authorization", $"Bearer {otherSecret.Reveal()}")], $"wrong secret for key {live.Id}"),
            ([("Authorization", $"Bearer {revoked.Reveal()}")], $"key {revoked.Id} is revoked"),
            ([("Authorization", $"Bearer {expired.Reveal()}")], $"key {expired.Id} has expired"),
        ];
        foreach (var (headers, cause) in wrong)
        {
            _log.Clear();
            var admission = await AdmitAsync(headers);
            Assert.True(admission.IsRefused);
            refusals.Add((admission.Message, admission.Code, admission.Status));
            Assert.StartsWith($"Authentication failed: {cause}", Assert.Single(_log), StringComparison.Ordinal);
            foreach (var key in (ApiKeyText[])[live, revoked, expired, otherSecret])
                Assert.DoesNotContain(key.Reveal()[17..], _log[0], StringComparison.Ordinal);
        }
        Assert.Equal(("UNAUTHENTICATED", 401), (Assert.Single(refusals.Distinct()).Item2, refusals[0].Item3));
    }

    [Fact]
    public async Task A_key_is_asked_for_once_in_five_seconds_and_revoked_it_opens_nothing_after_them()
    {
        var key = Key();
        for (var second = 0; second < 5; second++, _time.Advance(TimeSpan.FromSeconds(1)))
            Assert.False((await AdmitAsync(("X-Api-Key", key.Reveal()))).IsRefused);
        Assert.Single(_asked);
        var caller = (Caller)(await AdmitAsync(("X-Api-Key", key.Reveal()))).State!;
        _stored[key.Id] = (_stored[key.Id].Key with { RevokedAt = _time.GetUtcNow() }, _stored[key.Id].Hash);
        Assert.Equal(2, _asked.Count);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(await _authenticator.IsStillValidAsync(caller, default));
        Assert.True((await AdmitAsync(("X-Api-Key", key.Reveal()))).IsRefused);
    }

    [Fact]
    public async Task A_key_that_expires_opens_nothing_from_that_instant_remembered_or_not()
    {
        var key = Key(key => key with { ExpiresAt = Issuer.Noon.AddSeconds(2) });
        var caller = (Caller)(await AdmitAsync(("X-Api-Key", key.Reveal()))).State!;
        Assert.True(await _authenticator.IsStillValidAsync(caller, default));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(await _authenticator.IsStillValidAsync(caller, default));
        Assert.True((await AdmitAsync(("X-Api-Key", key.Reveal()))).IsRefused);
        Assert.Single(_asked);
    }

    [Fact]
    public async Task A_token_is_valid_to_its_end_or_that_of_the_key_that_signed_it_and_asks_nobody()
    {
        using var folder = new TemporaryFolder();
        using var issuer = new Issuer();
        var path = Path.Combine(folder.Path, "keys.json");
        await File.WriteAllTextAsync(path, issuer.KeySet);
        var options = new AuthOptions { Issuer = Issuer.Name, Audience = Issuer.Audience, KeySet = path };
        var authenticator = new CallerAuthenticator(
            new KeyCache(LoadAsync, options, _time), new BearerTokens(options, new KeySetFile(path, _time, new Kept(_log)), _time), _time, new Kept(_log));
        async Task<Caller> CallerAsync(string alg, string kid)
        {
            using var payload = JsonDocument.Parse($$"""{"authorization":"Bearer {{issuer.Token(alg, kid)}}"}""");
            return (Caller)(await authenticator.ConnectAsync(new DefaultHttpContext(), payload.RootElement)).State!;
        }
        var (ann, bob) = (await CallerAsync("RS256", "r1"), await CallerAsync("ES256", "e1"));
        Assert.Equal((true, true), (await authenticator.IsStillValidAsync(ann, default), await authenticator.IsStillValidAsync(bob, default)));
        await File.WriteAllTextAsync(path, $$"""{"keys":[{{issuer.Ec("e1").ToJsonString()}}]}""");
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal((false, true), (await authenticator.IsStillValidAsync(ann, default), await authenticator.IsStillValidAsync(bob, default)));
        _time.SetUtcNow(bob.ExpiresAt!.Value);
        Assert.False(await authenticator.IsStillValidAsync(bob, default));
        Assert.False(await authenticator.IsStillValidAsync(bob with { SignedBy = null, ExpiresAt = null }, default));
        Assert.Empty(_asked);
    }

    [Fact]
    public async Task Guesses_that_come_while_one_is_looked_up_go_together_and_what_is_not_there_is_remembered()
    {
        var first = new TaskCompletionSource();
        _before = () => first.Task;
        var guesses = Enumerable.Range(0, 500).Select(_ => ApiKeyText.Create()).ToList();
        var answers = new List<Task<EcomIntel.GraphQL.Engine.Http.Admission>> { AdmitAsync(("X-Api-Key", guesses[0].Reveal())) };
        while (_asked.Count == 0)
            await Task.Yield();
        answers.AddRange(guesses.Skip(1).Select(guess => AdmitAsync(("X-Api-Key", guess.Reveal()))));
        first.SetResult();
        Assert.All(await Task.WhenAll(answers), answer => Assert.True(answer.IsRefused));
        Assert.Equal([1, 499], _asked.Select(ids => ids.Count));
        Assert.All(await Task.WhenAll(guesses.Select(guess => AdmitAsync(("X-Api-Key", guess.Reveal())))), answer => Assert.True(answer.IsRefused));
        Assert.Equal(2, _asked.Count);
    }

    [Fact]
    public async Task What_is_remembered_has_a_bound_and_keys_that_are_there_outlast_guesses()
    {
        var key = Key();
        await AdmitAsync(("X-Api-Key", key.Reveal()));
        for (var round = 0; round < 3; round++)
            await Task.WhenAll(Enumerable.Range(0, KeyCache.MaxIds / 2).Select(_ => AdmitAsync(("X-Api-Key", ApiKeyText.Create().Reveal()))));
        var before = _asked.Count;
        Assert.False((await AdmitAsync(("X-Api-Key", key.Reveal()))).IsRefused);
        Assert.Equal(before, _asked.Count);
    }

    [Fact]
    public async Task PostgreSQL_away_is_no_refusal_and_is_not_remembered()
    {
        var key = Key();
        _before = () => throw new NpgsqlException("away");
        var admission = await AdmitAsync(("X-Api-Key", key.Reveal()));
        Assert.Equal((503, "UNAVAILABLE"), (admission.Status, admission.Code));
        Assert.DoesNotContain("away", admission.Message, StringComparison.Ordinal);
        _before = () => Task.CompletedTask;
        Assert.False((await AdmitAsync(("X-Api-Key", key.Reveal()))).IsRefused);
    }

    [Fact]
    public async Task While_PostgreSQL_is_away_who_was_let_in_stays_for_a_minute()
    {
        var key = Key();
        var caller = (Caller)(await AdmitAsync(("X-Api-Key", key.Reveal()))).State!;
        _before = () => throw new NpgsqlException("away");
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.True(await _authenticator.IsStillValidAsync(caller, default));
        Assert.False((await AdmitAsync(("X-Api-Key", key.Reveal()))).IsRefused);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await _authenticator.IsStillValidAsync(caller, default));
        Assert.Equal(503, (await AdmitAsync(("X-Api-Key", key.Reveal()))).Status);
        _before = () => Task.CompletedTask;
        Assert.True(await _authenticator.IsStillValidAsync(caller, default));
    }

    private ApiKeyText Key(Func<ApiKey, ApiKey>? otherwise = null)
    {
        var text = ApiKeyText.Create();
        var key = new ApiKey(text.Id, "app", ["PLANNER"], null, null, Issuer.Noon, null, null, null);
        _stored[text.Id] = (otherwise?.Invoke(key) ?? key, text.Hash());
        return text;
    }

    private async Task<IReadOnlyDictionary<string, (ApiKey Key, byte[] Hash)>> LoadAsync(IReadOnlyCollection<string> ids, CancellationToken token)
    {
        lock (_asked)
            _asked.Add(ids);
        await _before();
        return _stored.Where(pair => ids.Contains(pair.Key)).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
    }

    private async Task<EcomIntel.GraphQL.Engine.Http.Admission> AdmitAsync(params (string Name, string Value)[] headers)
    {
        var http = new DefaultHttpContext();
        foreach (var (name, value) in headers)
            http.Request.Headers.Append(name, value);
        return await _authenticator.AdmitAsync(http);
    }

    private sealed class Kept(List<string> lines) : ILogger<CallerAuthenticator>
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (lines)
                lines.Add(formatter(state, exception));
        }
    }
}
