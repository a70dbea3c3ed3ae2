using System.Globalization;
using EcomIntel.Core.Events;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;

namespace EcomIntel.GraphQL.Schema;

/// <summary>RFC 3339, to the microsecond (what PostgreSQL keeps).</summary>
internal sealed class DateTimeCodec : ScalarCodec<DateTime>
{
    private static readonly string[] Forms = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    protected override string Expectation => "a DateTime is written as 2026-01-31T23:59:59Z, with its offset";

    protected override bool TryRead(ScalarInput input, out DateTime value)
    {
        value = default;
        // A time without its offset would be read as the server's own.
        if (input.Kind != ScalarInputKind.String || input.Text.Length < 20 || !DateTimeOffset.TryParseExact(input.Text.ToUpperInvariant(), Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var read) || !HasOffset(input.Text))
            return false;
        value = Instant.ToMicrosecond(read).UtcDateTime;
        return true;
    }

    public override void Write(ResultWriter writer, DateTime value) => writer.String(value.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture));

    private static bool HasOffset(string text) => text[^1] is 'Z' or 'z' || (text.Length > 6 && text[^6] is '+' or '-');
}

internal sealed class DateCodec : ScalarCodec<DateOnly>
{
    protected override string Expectation => "a Date is written as 2026-01-31";

    protected override bool TryRead(ScalarInput input, out DateOnly value)
    {
        value = default;
        return input.Kind == ScalarInputKind.String && DateOnly.TryParseExact(input.Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out value);
    }

    public override void Write(ResultWriter writer, DateOnly value) => writer.String(value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
}

internal sealed class DecimalCodec : ScalarCodec<decimal>
{
    protected override string Expectation => "a Decimal is a number, or one in quotes as \"12.50\"";

    protected override bool TryRead(ScalarInput input, out decimal value)
    {
        value = 0;
        // .NET overlooks NULs behind a number.
        return input.Kind is ScalarInputKind.String or ScalarInputKind.Int or ScalarInputKind.Float && !input.Text.Contains('\0', StringComparison.Ordinal)
            && decimal.TryParse(input.Text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Without the zeros that only the column's scale puts behind it.</summary>
    public override void Write(ResultWriter writer, decimal value)
    {
        Span<char> text = stackalloc char[32];
        value.TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
        text = text[..length];
        writer.String(text.Contains('.') ? text.TrimEnd('0').TrimEnd('.') : text);
    }
}

internal sealed class LongCodec : ScalarCodec<long>
{
    /// <summary>Beyond it a JavaScript number is no longer exact.</summary>
    private const long Most = 1L << 53;

    protected override string Expectation => "a Long is a whole number between -2^53 and 2^53";

    protected override bool TryRead(ScalarInput input, out long value)
    {
        value = 0;
        return input.Kind == ScalarInputKind.Int && long.TryParse(input.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value is >= -Most and <= Most;
    }

    public override void Write(ResultWriter writer, long value) => writer.Number(value);
}
