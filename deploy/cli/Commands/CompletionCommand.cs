using System.CommandLine;
using System.CommandLine.Completions;
using EcomIntel.Cli.Supervisor;

namespace EcomIntel.Cli.Commands;

/// <summary>
/// <c>ecomintel completion</c>: a script for a shell that completes commands, options, their values and the names of instances. It has all of them in it: a
/// keystroke starts no program.
/// </summary>
internal static class CompletionCommand
{
    private static readonly Argument<string> Shell = new("SHELL") { Description = "bash or zsh" };

    private static readonly string[] Shells = ["bash", "zsh"];

    static CompletionCommand()
    {
        Shell.CompletionSources.Add(_ => Shells.Select(shell => new CompletionItem(shell)));
        Shell.Validators.Add(result =>
        {
            if (result.Tokens is [var shell] && !Shells.Contains(shell.Value))
                result.AddError($"SHELL must be {Words.Or(Shells)}, and {Printable.Of(shell.Value)} is not");
        });
    }

    public static Command Create()
    {
        var command = new Command("completion", "Print a script that completes commands and options: source <(./ecomintel completion bash)") { Shell };
        command.Runs((parsed, _) =>
        {
            Console.Out.Write(Script(CommandTree.Create(), parsed.GetValue(Shell)!, Home.Find().InstancesFolder));
            return Task.FromResult(0);
        });
        return command;
    }

    private const string Body =
        """
        _ecomintel() {
            local word=${COMP_WORDS[COMP_CWORD]} command= i words
            for ((i = 1; i < COMP_CWORD; i++)); do
                if ! _ecomintel_values "$command/${COMP_WORDS[i-1]}" >/dev/null && _ecomintel_is_command "$command/${COMP_WORDS[i]}"; then
                    command=${command:+$command }${COMP_WORDS[i]}
                fi
            done
            words=$(_ecomintel_values "$command/${COMP_WORDS[COMP_CWORD-1]}") || words=$(_ecomintel_words "$command")
            COMPREPLY=($(compgen -W "$words" -- "$word"))
        }
        complete -o default -F _ecomintel ecomintel ./ecomintel

        """;

    /// <param name="instances">Folder of the instances.</param>
    internal static string Script(RootCommand root, string shell, string instances)
    {
        var commands = Below(root, "", [.. root.Options.Where(option => option.Recursive)]).ToList();
        var options = commands.SelectMany(each => each.Options, (each, option) => (At: Quoted($"{each.Path}/{option.Name}"), option.Values)).ToList();
        var free = options.Where(option => option.Values is { Count: 0 }).Select(option => option.At);
        // zsh runs bash's completions through a loader of its own.
        return (shell == "zsh" ? "autoload -Uz compinit bashcompinit && compinit && bashcompinit\n" : "")
            + Function("_ecomintel_is_command", [$"{string.Join('|', commands.Skip(1).Select(each => Quoted(Step(each.Path))))}) ;;", "*) return 1 ;;"])
            + Function("_ecomintel_words", commands.Select(each => $"{Quoted(each.Path)}) echo {Quoted(Following(each.Command, each.Options))} ;;"))
            // Fails where an option takes no value, and prints nothing where it is free.
            + Function("_ecomintel_values",
            [
                $"*/--instance) ls {Quoted(instances)} 2>/dev/null || true ;;",
                .. from option in options where option.Values is { Count: > 0 } select $"{option.At}) echo {Quoted(string.Join(' ', option.Values))} ;;",
                $"{string.Join('|', free)}) ;;",
                "*) return 1 ;;",
            ])
            + Body;
    }

    private static string Function(string name, IEnumerable<string> cases) =>
        $"{name}() {{\n    case \"$1\" in\n{string.Concat(cases.Select(each => $"        {each}\n"))}    esac\n}}\n";

    /// <param name="Values">What may follow it; null where nothing does, empty where it is free.</param>
    private sealed record Known(string Name, IReadOnlyList<string>? Values);

    private static IEnumerable<(string Path, Command Command, IReadOnlyList<Known> Options)> Below(
        Command command, string path, IReadOnlyList<Option> inherited)
    {
        yield return (path, command, [.. command.Options.Concat(inherited).Distinct().Where(option => !option.Hidden).Select(Read)]);
        foreach (var child in command.Subcommands.Where(child => !child.Hidden))
            foreach (var each in Below(child, path.Length == 0 ? child.Name : $"{path} {child.Name}", inherited))
                yield return each;
    }

    private static Known Read(Option option) =>
        new(option.Name, option.ValueType == typeof(bool) || option.Arity.MaximumNumberOfValues == 0 ? null : Values(option));

    private static string Following(Command command, IReadOnlyList<Known> options) => string.Join(' ',
        command.Subcommands.Where(each => !each.Hidden).Select(each => each.Name)
            .Concat(command.Arguments.SelectMany(Values)).Concat(options.Select(option => option.Name)));

    private static string[] Values(Symbol symbol) => [.. symbol.GetCompletions(CompletionContext.Empty).Select(item => item.InsertText ?? item.Label)];

    /// <summary>The commands so far, and the one that follows them.</summary>
    private static string Step(string path) => path.LastIndexOf(' ') is >= 0 and var last ? $"{path[..last]}/{path[(last + 1)..]}" : $"/{path}";

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
