using System.CommandLine;
using System.CommandLine.Parsing;

namespace EcomIntel.Cli.Commands;

internal static class OptionChecks
{
    /// <summary>Refuses values that are read but not good; what cannot be read the parser refuses by itself.</summary>
    public static void MustBe<T>(this Option<T> option, Func<T, bool> good, string what) => option.Validators.Add(result =>
    {
        if (result.Readable(option, out var value) && !good(value))
            result.AddError($"{option.Name} must be {what}");
    });

    /// <summary>The value, where what was typed is one.</summary>
    public static bool Readable<T>(this SymbolResult result, Option<T> option, out T value)
    {
        value = default!;
        try
        {
            value = result.GetValue(option)!;
            return true;
        }
        catch (InvalidOperationException)
        {
            return false; // the parser reports it
        }
    }
}
