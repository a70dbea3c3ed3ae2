using System.Globalization;
using EcomIntel.Core.Events;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;

namespace EcomIntel.GraphQL.Schema;

/// <summary>RFC 3339, to the microsecond (PostgreSQL's precision).</summary>
internal sealed class DateTimeCodec : ScalarCodec<DateTime>
{
    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    protected override string Expectation => "a DateTime is written as 2026-01-31T23:59:59Z, with a UTC offset";

    protected override bool TryRead(ScalarInput input, out DateTime value)
    {
        value = default;
        // Without an offset it would be parsed in the server's time zone.
        if (input.Kind != ScalarInputKind.String || input.Text.Length < 20 || !HasOffset(input.Text))
            return false;
        var text = input.Text.ToUpperInvariant();
        if (!DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed))
            return false;
        value = Instant.ToMicrosecond(parsed).UtcDateTime;
        return true;
    }

    public override void Write(ResultWriter writer, DateTime value) =>
        writer.String(value.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture));

    private static bool HasOffset(string text) => text[^1] is 'Z' or 'z' || (text.Length > 6 && text[^6] is '+' or '-');
}

internal sealed class DateCodec : ScalarCodec<DateOnly>
{
    protected override string Expectation => "a Date is written as 2026-01-31";

    protected override bool TryRead(ScalarInput input, out DateOnly value)
    {
        value = default;
        return input.Kind == ScalarInputKind.String
            && DateOnly.TryParseExact(input.Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out value);
    }

    public override void Write(ResultWriter writer, DateOnly value) => writer.String(value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
}

internal sealed class DecimalCodec : ScalarCodec<decimal>
{
    private const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    protected override string Expectation => "a Decimal is a number or a numeric string, as 12.5 or \"12.50\"";

    protected override bool TryRead(ScalarInput input, out decimal value)
    {
        value = 0;
        // .NET ignores trailing NULs.
        return input.Kind is ScalarInputKind.String or ScalarInputKind.Int or ScalarInputKind.Float
            && !input.Text.Contains('\0', StringComparison.Ordinal)
            && decimal.TryParse(input.Text, Style, CultureInfo.InvariantCulture, out value);
    }

    public override void Write(ResultWriter writer, decimal value)
    {
        Span<char> text = stackalloc char[32];
        writer.String(Format(value, text));
    }

    public static string Text(decimal value)
    {
        Span<char> text = stackalloc char[32];
        return Format(value, text).ToString();
    }

    /// <summary>Without trailing zeros: they only show the column's scale.</summary>
    private static ReadOnlySpan<char> Format(decimal value, Span<char> text)
    {
        value.TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
        text = text[..length];
        return text.Contains('.') ? text.TrimEnd('0').TrimEnd('.') : text;
    }
}

internal sealed class LongCodec : ScalarCodec<long>
{
    /// <summary>Larger integers are not exact as JavaScript numbers.</summary>
    private const long MaxExact = 1L << 53;

    protected override string Expectation => "a Long is a whole number between -2^53 and 2^53";

    protected override bool TryRead(ScalarInput input, out long value)
    {
        value = 0;
        return input.Kind == ScalarInputKind.Int
            && long.TryParse(input.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
            && value is >= -MaxExact and <= MaxExact;
    }

    public override void Write(ResultWriter writer, long value) => writer.Number(value);
}
