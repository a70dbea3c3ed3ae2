using System.CommandLine;
using EcomIntel.Cli.Supervisor;

namespace EcomIntel.Cli.Commands;

/// <summary>Which instance a command is about; every command understands both.</summary>
internal static class InstanceOption
{
    public static readonly Option<string?> Name = new("--instance")
    {
        Description = $"The instance's name, {Supervisor.Instance.Default} if not given (demo has one of its own, demo); several run side by side",
        HelpName = "NAME",
        Recursive = true,
    };

    public static readonly Option<string?> State = new("--state")
    {
        Description = "The instance's folder, instead of a name",
        HelpName = "DIR",
        Recursive = true,
    };

    static InstanceOption() => State.Validators.Add(result =>
    {
        if (result.GetResult(Name) is not null)
            result.AddError("--instance names an instance and --state another way the same: give one of them");
    });

    public static Instance Instance(this ParseResult parsed) => parsed.GetValue(State) is { } folder
        ? Supervisor.Instance.Open(folder)
        : Supervisor.Instance.Named(parsed.GetValue(Name) ?? Supervisor.Instance.Default);
}
