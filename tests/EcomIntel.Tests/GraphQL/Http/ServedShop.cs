using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Engine.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EcomIntel.Tests.GraphQL.Http;

/// <summary>The book shop on a loopback port, as a host would serve it, with its log kept.</summary>
internal sealed class ServedShop : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ServedShop(WebApplication app, KeptLog log)
    {
        (_app, Logged) = (app, log.Lines);
        Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Http = new HttpClient { BaseAddress = new Uri(Address) };
    }

    public string Address { get; }
    public HttpClient Http { get; }
    public ConcurrentQueue<string> Logged { get; }
    public IServiceProvider Services => _app.Services;

    /// <param name="before">Adds what requests pass before the endpoint.</param>
    public static async Task<ServedShop> Start(
        GraphQLHttpOptions? options = null, ExecutionOptions? execution = null, TimeSpan drain = default, Action<WebApplication>? before = null)
    {
        var log = new KeptLog();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddGraphQLDrain(drain);
        var app = builder.Build();
        options ??= new GraphQLHttpOptions();
        before?.Invoke(app);
        app.MapGraphQL("/graphql", BookShop.Build(execution), options with { Admit = options.Connect == null ? Admit : options.Admit });
        app.MapGraphiQL("/graphiql", "/graphql");
        app.MapHealthChecks("/healthz/ready", new HealthCheckOptions());
        await app.StartAsync();
        return new ServedShop(app, log);
    }

    public Task Stop() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }

    public async Task<(HttpResponseMessage Response, string Body)> Post(
        string body, string? accept = null, string type = "application/json", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        if (accept != null) request.Headers.TryAddWithoutValidation("Accept", accept);
        foreach (var (name, value) in headers)
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content.Headers.TryAddWithoutValidation(name, value);
        var response = await Http.SendAsync(request);
        return (response, await response.Content.ReadAsStringAsync());
    }

    public async Task<ClientWebSocket> Open(params (string Name, string Value)[] headers)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("graphql-transport-ws");
        foreach (var (name, value) in headers) socket.Options.SetRequestHeader(name, value);
        await socket.ConnectAsync(new Uri(Address.Replace("http:", "ws:", StringComparison.Ordinal) + "/graphql"), CancellationToken.None);
        return socket;
    }

    public static Task Send(ClientWebSocket socket, string message) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, true, CancellationToken.None);

    /// <summary>The next message as text, or "closed CODE".</summary>
    public static async Task<string> Receive(ClientWebSocket socket)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var buffer = new byte[64 * 1024];
        var length = 0;
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(length), timeout.Token);
            if (received.MessageType == WebSocketMessageType.Close) return $"closed {(int)socket.CloseStatus!}";
            length += received.Count;
            if (received.EndOfMessage) return Encoding.UTF8.GetString(buffer, 0, length);
        }
    }

    public static async Task<string> Last(ClientWebSocket socket)
    {
        while (true)
        {
            var message = await Receive(socket);
            if (message.StartsWith("closed", StringComparison.Ordinal)) return message;
        }
    }

    // The visitor's role in one header, the caller's name in another; without a role, what an endpoint without authentication would give.
    private static ValueTask<Admission> Admit(Microsoft.AspNetCore.Http.HttpContext http)
    {
        var headers = http.Request.Headers;
        return ValueTask.FromResult(headers["X-Role"].ToString() switch
        {
            "" => Admission.Of(new BookShop.Visitor("READER"), headers["X-Key"] is [{ } name] ? name : null),
            "nobody" => Admission.Refused("Authentication required.", "UNAUTHENTICATED"),
            "crash" => throw new InvalidOperationException("password=hunter2"),
            var role => Admission.Of(new BookShop.Visitor(role)),
        });
    }

    private sealed class KeptLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;
        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{eventId.Id} {formatter(state, exception)} {exception}");

        public void Dispose() { }
    }
}
