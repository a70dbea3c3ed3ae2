using System.CommandLine;
using EcomIntel.Cli.Supervisor;

namespace EcomIntel.Cli.Commands;

/// <summary>The process that <c>up</c> leaves behind. Not for people: hidden.</summary>
internal static class SuperviseCommand
{
    public static Command Create()
    {
        var command = new Command("supervise", "Hold an instance together (started by up)") { Hidden = true };
        command.Runs(async (parsed, cancellationToken) =>
        {
            var paths = parsed.Instance().Paths;
            paths.Create();
            using var held = await TakeAsync(paths, TimeProvider.System);
            if (held is null) return 0;

            var options = JsonFile.Read<UpOptions>(Path.Combine(paths.Folder, "options.json")) ?? new UpOptions();
            using var supervisor = new InstanceSupervisor(Home.Find(), paths, options, TimeProvider.System);
            return await supervisor.RunAsync(cancellationToken);
        });
        return command;
    }

    // An "up" holds the lock for an instant to look; a supervisor holds it for good.
    private static async Task<FileStream?> TakeAsync(InstancePaths paths, TimeProvider time)
    {
        for (var attempt = 0; attempt < 40; attempt++)
        {
            if (InstanceLock.TryTake(paths) is { } held) return held;
            await Task.Delay(TimeSpan.FromMilliseconds(50), time);
        }

        return null;
    }
}
