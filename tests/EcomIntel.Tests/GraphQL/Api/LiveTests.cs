using System.Text.Json;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema;
using EcomIntel.GraphQL.Schema.Live;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Prometheus;

namespace EcomIntel.Tests.GraphQL.Api;

/// <summary>Subscriptions as the engine runs them, on a feed that the test fills.</summary>
public abstract class LiveTests : IDisposable
{
    private readonly ServiceProvider _services;
    private CancellationTokenSource _stop = new();

    protected LiveTests() => _services = new ServiceCollection().AddMetrics()
        .AddSingleton(Feed)
        .AddSingleton(new KnownNames(Exist("c0", "c1"), Exist("l0", "l1", "l2")))
        .AddSingleton(Nowhere)
        .AddSingleton(new ReadDatabase(
            Nowhere, new(Metrics.WithCustomRegistry(Metrics.NewCustomRegistry())), NullLogger<ReadDatabase>.Instance))
        .BuildServiceProvider();

    /// <summary>Nobody listens there: what is live needs no database.</summary>
    private static NpgsqlDataSource Nowhere { get; } = NpgsqlDataSource.Create("Host=127.0.0.1;Port=9;Username=nobody;Timeout=2");

    private protected OperationsFeed Feed { get; } = new();

    private protected static Caller Anybody { get; } = new("key:test", "test", new HashSet<string> { "ADMIN" }, null, null, null);

    private static NameLookup Exist(params string[] names) => (_, _) => Task.FromResult<IReadOnlyList<string>>(names);

    private protected IAsyncEnumerator<ExecutionResult> Subscribe(string query, object? variables = null, Caller? caller = null)
    {
        var schema = ApiSchema.Build(new(), new TypeAccess(), new(Metrics.WithCustomRegistry(Metrics.NewCustomRegistry())), NullLoggerFactory.Instance);
        var request = new GraphQLRequest(query, JsonSerializer.SerializeToElement(variables ?? new { })) { State = caller ?? Anybody };
        var subscription = schema.Subscribe(schema.Prepare(request), _services, _stop.Token);
        Assert.True(subscription.Error is null, subscription.Error?.ToString());
        return subscription.Events!.GetAsyncEnumerator();
    }

    private protected Task SubscribedAsync() => Feed.HasSubscribers.WaitAsync(TimeSpan.FromSeconds(10));

    /// <summary>Ends all subscriptions there are.</summary>
    private protected async Task StopAsync()
    {
        await _stop.CancelAsync();
        _stop.Dispose();
        _stop = new();
    }

    /// <summary>The feed rests once nobody listens.</summary>
    private protected async Task GoneAsync()
    {
        for (var tries = 0; Feed.Next is not null && tries < 200; tries++)
            await Task.Delay(10);
        Assert.Null(Feed.Next);
    }

    private protected static string CursorOf(long sequence) => ChangeStream.CursorOf(sequence);

    private protected static JsonElement ChangeOf(ExecutionResult result, string field)
    {
        using var json = JsonDocument.Parse(result.Json);
        return json.RootElement.GetProperty("data").GetProperty(field).Clone();
    }

    private protected static string? Code(ExecutionResult result)
    {
        using var json = JsonDocument.Parse(result.Json);
        return json.RootElement.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString();
    }

    public void Dispose()
    {
        _stop.Dispose();
        _services.Dispose();
        GC.SuppressFinalize(this);
    }
}
