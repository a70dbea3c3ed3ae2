using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace EcomIntel.Embedded.ClickHouse;

/// <summary>`clickhouse`: the engine behind ClickHouse's HTTP protocol until SIGTERM.</summary>
/// <remarks>Exit codes: 0 ended in order; 2 wrong arguments, no library, or the data directory is taken.</remarks>
internal static class ClickHouseCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (ClickHouseOptions.Parse(args, Environment.GetEnvironmentVariable, out var problem) is not { } options)
        {
            return Fail(problem);
        }

        if (!File.Exists(options.Library))
        {
            return Fail($"clickhouse: no library at {options.Library}");
        }

        using var directory = DataDirectory.Open(options.Path, out problem);
        if (directory is null)
        {
            return Fail(problem);
        }

        ClickHouseEngine? engine;
        try
        {
            engine = ClickHouseEngine.Start(options, TimeProvider.System);
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
        {
            return Fail($"clickhouse: {options.Library} cannot be used: {error.Message}");
        }

        if (engine is null)
        {
            return Fail($"clickhouse: the engine cannot open {options.Path}; its message is above");
        }

        using (engine)
        {
            // Every running query holds a thread of the pool while it waits for the engine's bytes.
            ThreadPool.SetMinThreads(options.Concurrent + 8, 8);
            return await ServeAsync(engine, options, directory);
        }
    }

    private static async Task<int> ServeAsync(ClickHouseEngine engine, ClickHouseOptions options, DataDirectory directory)
    {
        await using var server = ClickHouseServer.Build(engine, options, directory.Spool);
        try
        {
            await server.StartAsync();
        }
        catch (IOException error)
        {
            return Fail($"clickhouse: cannot listen on port {options.Port}: {error.Message}");
        }

        Console.Out.WriteLine(JsonSerializer.Serialize(new { port = ClickHouseServer.PortOf(server) }));
        await server.WaitForShutdownAsync();
        if (!await engine.KillAllAsync(TimeSpan.FromSeconds(5)))
        {
            Console.Error.WriteLine("clickhouse: statements are still running; the next start recovers what they leave");
        }

        return 0;
    }

    private static int Fail(string problem)
    {
        Console.Error.WriteLine(problem);
        return 2;
    }
}
