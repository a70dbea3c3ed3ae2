using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace EcomIntel.Cli.Commands;

/// <summary>What a value must be, said with an example wherever what was typed is something else.</summary>
internal static class OptionChecks
{
    /// <param name="what">As the end of a sentence: <c>1 or more</c>.</param>
    /// <param name="example">A value that is good.</param>
    public static void MustBe<T>(this Option<T> option, Func<T, bool> good, string what, string example)
        where T : IParsable<T> =>
        option.CustomParser = result => Read(result, option.Name, good, what, $"{option.Name} {example}") is [var value] ? value : default;

    /// <inheritdoc cref="MustBe{T}(Option{T}, Func{T, bool}, string, string)"/>
    public static void MustBe<T>(this Option<T?> option, Func<T, bool> good, string what, string example)
        where T : struct, IParsable<T> =>
        option.CustomParser = result => Read(result, option.Name, good, what, $"{option.Name} {example}") is [var value] ? value : null;

    /// <inheritdoc cref="MustBe{T}(Option{T}, Func{T, bool}, string, string)"/>
    public static void MustBe<T>(this Argument<T> argument, Func<T, bool> good, string what, string example)
        where T : IParsable<T> =>
        argument.CustomParser = result => Read(result, argument.Name, good, what, example) is [var value] ? value : default;

    /// <summary>Each of them.</summary>
    public static void MustBe<T>(this Argument<T[]> argument, Func<T, bool> good, string what, string example)
        where T : IParsable<T> =>
        argument.CustomParser = result => Read(result, argument.Name, good, what, example);

    /// <param name="comparer">Whether case counts; ordinal where it is not given.</param>
    public static void MustBeOneOf(this Option option, IReadOnlyList<string> words, StringComparer? comparer = null)
    {
        option.HelpName ??= string.Join('|', words);
        option.CompletionSources.Add(_ => words.Select(word => new System.CommandLine.Completions.CompletionItem(word)));
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => !words.Contains(token.Value, comparer ?? StringComparer.Ordinal)))
                result.AddError($"{option.Name} must be {Words.Or(words)}, and {token.Value} is not{Words.DidYouMean(token.Value, words)}");
        });
    }

    /// <summary>Refuses what does not go together; of values that are none each has said so by itself.</summary>
    public static void Requires(this Command command, Action<CommandResult> check) => command.Validators.Add(result =>
    {
        try
        {
            check(result);
        }
        catch (InvalidOperationException)
        {
            // A value that was asked for could not be read.
        }
    });

    private static T[] Read<T>(ArgumentResult result, string name, Func<T, bool> good, string what, string example)
        where T : IParsable<T>
    {
        var values = new List<T>();
        foreach (var typed in result.Tokens.Select(token => token.Value))
        {
            // A comma would group digits: 1,5 is not 15.
            if (!typed.Contains(',') && T.TryParse(typed, CultureInfo.InvariantCulture, out var value) && good(value))
                values.Add(value);
            else
                result.AddError($"{name} must be {what}, as {example}; {(typed.Length == 0 ? "nothing" : typed)} is not");
        }
        return [.. values];
    }
}
