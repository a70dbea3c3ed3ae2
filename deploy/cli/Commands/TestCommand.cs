using System.CommandLine;
using EcomIntel.Cli.Supervisor;

namespace EcomIntel.Cli.Commands;

/// <summary><c>ecomintel test</c>: listed here, run by the script of the checkout, which needs no instance.</summary>
internal static class TestCommand
{
    public static Command Create()
    {
        var command = new Command("test", "Run the tests; --fast: only those that need no engine; --soak: ten minutes under kills")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.Runs((_, _) => throw new InstanceException("tests are run by the script of the checkout, with test as its first word: ./ecomintel test"));
        return command;
    }
}
