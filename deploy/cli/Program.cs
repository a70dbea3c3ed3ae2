using System.CommandLine;
using System.CommandLine.Invocation;
using EcomIntel.Cli.Commands;

var parsed = CommandTree.Create().Parse(args);
if (parsed.Action is ParseErrorAction)
{
    foreach (var error in parsed.Errors)
        Console.Error.WriteLine($"ecomintel: {error.Message}");
    Console.Error.WriteLine("ecomintel: --help after a command lists its options");
    return 2;
}

// SIGTERM and Ctrl-C cancel the command's token; draining and stopping engines in good order takes longer than the two seconds allowed by default.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(10) });
