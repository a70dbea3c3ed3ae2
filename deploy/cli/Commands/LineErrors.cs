using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace EcomIntel.Cli.Commands;

/// <summary>What is wrong with a command line, a sentence each, in the words of somebody who types it and knows no type of this program.</summary>
internal static class LineErrors
{
    /// <summary>No command was given, or none of a group's: what there is helps more than a complaint.</summary>
    public static bool LacksCommand(ParseResult parsed) =>
        parsed.Action is ParseErrorAction && IsGroup(parsed) && parsed.UnmatchedTokens.Count == 0
        && parsed.Errors.All(error => error.SymbolResult is CommandResult);

    /// <returns>Empty where all is right.</returns>
    public static IReadOnlyList<string> Of(ParseResult parsed)
    {
        if (Stray(parsed) is { } stray)
            return [stray];
        // Help, the version, completion.
        if (parsed.Action is SynchronousCommandLineAction and not ParseErrorAction)
            return [];
        // That a group's command is missing as well goes without saying.
        var told = parsed.Errors.Where(error => !IsGroup(parsed) || error.SymbolResult is not CommandResult);
        return [.. told.Select(error => Said(parsed, error)).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>As typed: <c>dlq show</c>; the program's name for the root.</summary>
    public static string Path(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult { Parent: not null } command; at = command.Parent)
            names.Push(command.Command.Name);
        return names.Count == 0 ? "ecomintel" : string.Join(' ', names);
    }

    public static bool IsGroup(ParseResult parsed) => parsed.CommandResult.Command is { Subcommands.Count: > 0, Action: null };

    /// <summary>The options that may follow a command, those of the commands above it too.</summary>
    public static IEnumerable<Option> Options(CommandResult at)
    {
        var options = at.Command.Options.Where(option => !option.Hidden);
        for (var parent = at.Parent as CommandResult; parent is not null; parent = parent.Parent as CommandResult)
            options = options.Concat(parent.Command.Options.Where(option => option is { Recursive: true, Hidden: false }));
        return options;
    }

    /// <summary>
    /// The first word that nothing knows: what follows may have been meant as its value. An option's name that is none is otherwise taken for a value of
    /// whoever takes several.
    /// </summary>
    private static string? Stray(ParseResult parsed)
    {
        var typed = parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash).Where(token => token.Type == TokenType.Argument);
        var taken = IsGroup(parsed) ? null : typed.FirstOrDefault(token => LooksLikeOption(token.Value))?.Value;
        var word = taken ?? (parsed.UnmatchedTokens is [var unmatched, ..] ? unmatched : null);
        if (word is null)
            return null;
        var path = Path(parsed);
        var said = Printable.Of(word);
        if (LooksLikeOption(word))
            return $"{path} has no option {said}{Words.DidYouMean(word, Options(parsed.CommandResult).Select(option => option.Name))}";
        if (!IsGroup(parsed))
            return parsed.CommandResult.Command.Arguments.Count == 0
                ? $"{path} takes options only, and {said} is none"
                : $"{path} takes no more than {Words.And(parsed.CommandResult.Command.Arguments.Select(argument => argument.Name))}, and {said} is more";
        var commands = parsed.CommandResult.Command.Subcommands.Where(command => !command.Hidden).Select(command => command.Name).ToList();
        return parsed.CommandResult.Parent is null
            ? $"there is no command {said}{Words.DidYouMean(word, commands)}"
            : $"there is no command {path} {said}{Words.DidYouMean(word, commands, $"; there are {Words.And(commands)}")}";
    }

    private static string Said(ParseResult parsed, ParseError error) => error.SymbolResult switch
    {
        OptionResult { Tokens.Count: 0, IdentifierTokenCount: 0 } wanted => $"{Path(parsed)} wants {Form(wanted.Option)}: {wanted.Option.Description}",
        OptionResult { Tokens.Count: 0 } bare => $"{bare.Option.Name} wants a value: {Form(bare.Option)}",
        OptionResult { Tokens.Count: > 1 } twice when twice.Option.Arity.MaximumNumberOfValues == 1 => $"{twice.Option.Name} is given more than once",
        ArgumentResult { Tokens.Count: 0 } missing => $"{Path(parsed)} wants {missing.Argument.Name}: {missing.Argument.Description}",
        _ => Printable.Of(error.Message),
    };

    private static string Form(Option option) => $"{option.Name} {option.HelpName ?? "VALUE"}";

    /// <summary><c>--name</c> or <c>-n</c>; a negative number, a lone dash and a sentence are none.</summary>
    private static bool LooksLikeOption(string word) =>
        (word.StartsWith("--", StringComparison.Ordinal) && word.Length > 2 && char.IsAsciiLetter(word[2]) && !word.Any(char.IsWhiteSpace))
        || (word.Length == 2 && word[0] == '-' && char.IsAsciiLetter(word[1]));
}
