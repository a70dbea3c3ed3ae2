using System.CommandLine;
using EcomIntel.Cli.Supervisor;

namespace EcomIntel.Cli.Commands;

internal static class CommandAction
{
    /// <summary>Runs a command; an error that an operator can fix is one line on standard error, exit code 2.</summary>
    public static void Runs(this Command command, Func<ParseResult, CancellationToken, Task<int>> action) =>
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                return await action(parsed, cancellationToken);
            }
            catch (InstanceException failure)
            {
                await Console.Error.WriteLineAsync($"ecomintel: {Printable.Of(failure.Message)}");
                return 2;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync("ecomintel: interrupted");
                return 130;
            }
        });
}
