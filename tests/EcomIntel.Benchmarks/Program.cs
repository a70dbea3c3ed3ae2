using BenchmarkDotNet.Running;
using EcomIntel.Benchmarks;
using EcomIntel.Benchmarks.HotPaths;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// What is no server is a micro-benchmark, with BenchmarkDotNet's own options.
if (args is not (["engine", _, _] or ["limit", _]))
{
    BenchmarkSwitcher.FromAssembly(typeof(AllocationBudgetAttribute).Assembly).Run(args, new HotPathConfig());
    return 0;
}

// As the role graphql is hosted, without its logs: the peers write none either.
var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
builder.Services.AddRoutingCore().AddMetrics();
if (args[0] == "engine") EngineServer.AddTo(builder, await OrderBook.ReadAsync(args[2]));
await using var app = builder.Build();
if (args[0] == "engine") EngineServer.MapTo(app, await File.ReadAllTextAsync(args[1]));
else LimitServer.MapTo(app, await File.ReadAllBytesAsync(args[1]));
await app.StartAsync();
Console.WriteLine($$"""{"url":"{{app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()}}"}""");
await app.WaitForShutdownAsync();
return 0;
