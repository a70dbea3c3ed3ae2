using System.Net.Http.Headers;
using System.Text;
using EcomIntel.Core.Hosting.Health;
using EcomIntel.Core.Hosting.Workers;
using EcomIntel.GraphQL.Hosting;
using EcomIntel.Hosting;
using EcomIntel.Ingest.Relay;
using EcomIntel.Ingest.Sink;
using EcomIntel.Ingest.Webhooks;
using EcomIntel.Ingest.Workflows;
using EcomIntel.Ml.Jobs;
using EcomIntel.Ml.Running;
using EcomIntel.Tests.GraphQL.Auth;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EcomIntel.Tests.Hosting;

/// <summary>A role as its process has it, listening on loopback, but with no worker running: it connects to nothing.</summary>
internal sealed class RoleWithoutWorkers : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http = new();
    private readonly TemporaryKeySet? _keySet;
    private readonly List<Uri> _addresses;

    private RoleWithoutWorkers(WebApplication app, TemporaryKeySet? keySet)
    {
        (_app, _keySet) = (app, keySet);
        _addresses = [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address))];
    }

    public static async Task<RoleWithoutWorkers> StartAsync(string role)
    {
        var keySet = role == "graphql" ? new TemporaryKeySet() : null;
        var builder = RoleHost.Create(["--Logging:LogLevel:Default", "None", .. keySet?.Arguments ?? []], role);
        switch (role)
        {
            case "ingest": builder.Services.AddWorkflows(builder.Configuration); break;
            case "relay": builder.Services.AddRelay().AddWebhooks(builder.Configuration); break;
            case "sink": builder.Services.AddSink(builder.Configuration); break;
            case "ml": builder.Services.AddModels(builder.Configuration, () => ModelJobs.All); break;
            default: builder.AddApi(); break;
        }
        foreach (var worker in builder.Services.Where(IsWorker).ToList())
        {
            builder.Services.Remove(worker);
            builder.Services.AddSingleton(worker.ImplementationType!);
        }
        var app = RoleHost.Build(builder, role == "graphql" ? served => served.MapApi() : null);
        app.Services.GetRequiredService<HealthRegistry>().Worker(role); // as the worker's constructor does
        await app.StartAsync();
        return new RoleWithoutWorkers(app, keySet);
    }

    public T Service<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>What <c>/metrics</c> answers.</summary>
    public async Task<(string Type, string Text)> ScrapeAsync(string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_addresses[0], "/metrics"));
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await _http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return (response.Content.Headers.ContentType!.ToString(), await response.Content.ReadAsStringAsync());
    }

    /// <summary>Asks the API as a planner, or as nobody.</summary>
    public async Task AskAsync(string query, bool known = true, string accept = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_addresses[1], "/graphql"))
        {
            Content = new StringContent(query, Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (known)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _keySet!.Token());
        using var response = await _http.SendAsync(request);
        await response.Content.ReadAsStringAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        _keySet?.Dispose();
    }

    private static bool IsWorker(ServiceDescriptor service) =>
        service.ServiceType == typeof(IHostedService) && service.ImplementationType is { } type && type.IsAssignableTo(typeof(BackgroundService))
        && (type.IsAssignableTo(typeof(WorkerLoop)) || type.Namespace!.StartsWith("EcomIntel", StringComparison.Ordinal));

    private sealed class TemporaryKeySet : IDisposable
    {
        private readonly Issuer _issuer = new();
        private readonly string _file = Path.GetTempFileName();

        public TemporaryKeySet() => File.WriteAllText(_file, _issuer.KeySet);

        public IEnumerable<string> Arguments => ["--Auth:Issuer", Issuer.Name, "--Auth:Audience", Issuer.Audience, "--Auth:KeySet", _file];

        public string Token()
        {
            var (claims, now) = (Issuer.Claims, TimeProvider.System.GetUtcNow());
            (claims["iat"], claims["exp"]) = (now.ToUnixTimeSeconds(), now.AddMinutes(10).ToUnixTimeSeconds());
            return _issuer.Token("HS256", "h1", claims);
        }

        public void Dispose()
        {
            _issuer.Dispose();
            File.Delete(_file);
        }
    }
}
