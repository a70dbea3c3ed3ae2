using System.CommandLine;
using EcomIntel.Cli.Commands;

// SIGTERM and Ctrl-C cancel the command's token; draining and stopping engines in good order takes longer than the two seconds allowed by default.
return await CommandTree.Create().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(10) });
