using System.CommandLine;
using System.CommandLine.Invocation;
using EcomIntel.Cli.Commands;

var tree = CommandTree.Create();
var parsed = tree.Parse(args);
if (LineErrors.LacksCommand(parsed))
{
    tree.Parse([.. parsed.Tokens.Select(token => token.Value), "--help"]).Invoke(new InvocationConfiguration { Output = Console.Error });
    return 2;
}
if (LineErrors.Of(parsed) is { Count: > 0 } wrong)
{
    foreach (var error in wrong)
        await Console.Error.WriteLineAsync($"ecomintel: {error}");
    var path = LineErrors.Path(parsed);
    await Console.Error.WriteLineAsync($"ecomintel: ./ecomintel{(path == "ecomintel" ? "" : $" {path}")} --help lists what there is");
    return 2;
}

// SIGTERM and Ctrl-C cancel the command's token; draining and stopping engines in good order takes longer than the two seconds allowed by default.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(10) });
