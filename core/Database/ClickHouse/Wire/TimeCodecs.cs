namespace EcomIntel.Core.Database.ClickHouse.Wire;

/// <summary>
/// DateTime and DateTime64: an instant, whatever zone the column shows it in. Read as UTC; on writing a DateTime that does not say its kind is
/// taken as UTC. What is finer than the column is cut off, as ClickHouse does.
/// </summary>
internal sealed class DateTimeCodec : StructCodec<DateTime>
{
    private static readonly long[] PowersOfTen = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];
    private readonly int? precision;

    /// <param name="typeName">As ClickHouse names it.</param>
    /// <param name="precision">Decimal places of the second, 0 to 9, for DateTime64; null for DateTime, which counts seconds in 32 bits.</param>
    public DateTimeCodec(string typeName, int? precision)
        : base(typeName)
    {
        if (precision is < 0 or > 9)
            throw new NotSupportedException($"ClickHouse type '{typeName}' has a precision that is none.");
        this.precision = precision;
    }

    public override void Skip(ref RowBinaryReader reader) => reader.Skip(precision is null ? 4 : 8);

    public override DateTime Read(ref RowBinaryReader reader)
    {
        var ticks = precision switch
        {
            null => reader.Number<uint>() * TimeSpan.TicksPerSecond,
            <= 7 and { } p => reader.Number<long>() * (Int128)PowersOfTen[7 - p],
            { } p => Int128.CreateChecked(Floor(reader.Number<long>(), PowersOfTen[p - 7])),
        };
        ticks += DateTime.UnixEpoch.Ticks;
        return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks
            ? new((long)ticks, DateTimeKind.Utc)
            : throw new OverflowException($"A value of {TypeName} is outside System.DateTime's years.");
    }

    public override void Write(RowBinaryWriter writer, DateTime value)
    {
        var ticks = Instants.Utc(value).Ticks - DateTime.UnixEpoch.Ticks;
        switch (precision)
        {
            case null:
                var seconds = Floor(ticks, TimeSpan.TicksPerSecond);
                writer.Number(seconds is >= 0 and <= uint.MaxValue ? (uint)seconds : throw Outside(value, "1970 to 2106"));
                break;
            case <= 7 and { } p:
                writer.Number(Floor(ticks, PowersOfTen[7 - p]));
                break;
            case { } p:
                var scaled = (Int128)ticks * PowersOfTen[p - 7];
                writer.Number(scaled >= long.MinValue && scaled <= long.MaxValue ? (long)scaled : throw Outside(value, "1678 to 2262"));
                break;
        }
    }

    protected override DateTime From(object value) => value switch
    {
        DateTimeOffset instant => instant.UtcDateTime,
        DateOnly day => day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc),
        _ => base.From(value),
    };

    private OverflowException Outside(DateTime value, string years) => new($"{value:O} is outside {TypeName}, which goes from {years}.");

    private static long Floor(long value, long by) => value >= 0 ? value / by : -((by - 1 - value) / by);
}

/// <summary>Date and Date32: days since 1970, as a DateTime at midnight of no kind, which is what ClickHouse.Client gives; DateOnly both ways on asking.</summary>
internal sealed class DateCodec(string typeName, bool wide) : StructCodec<DateTime>(typeName)
{
    private static readonly int Epoch = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
    private static readonly int Year1900 = new DateOnly(1900, 1, 1).DayNumber - Epoch;
    private static readonly int Year2299 = new DateOnly(2299, 12, 31).DayNumber - Epoch;

    public override void Skip(ref RowBinaryReader reader) => reader.Skip(wide ? 4 : 2);

    public override DateTime Read(ref RowBinaryReader reader) => DateTime.UnixEpoch.AddDays(wide ? reader.Number<int>() : reader.Number<ushort>()).WithKind(DateTimeKind.Unspecified);

    public override void Write(RowBinaryWriter writer, DateTime value)
    {
        var day = DateOnly.FromDateTime(Instants.Utc(value));
        var days = day.DayNumber - Epoch;
        if (wide)
            writer.Number(days >= Year1900 && days <= Year2299 ? days : throw new OverflowException($"{day:O} is outside {TypeName}, which goes from 1900 to 2299."));
        else
            writer.Number(days is >= 0 and <= ushort.MaxValue ? (ushort)days : throw new OverflowException($"{day:O} is outside {TypeName}, which goes from 1970 to 2149."));
    }

    protected override DateTime From(object value) => value switch
    {
        DateOnly day => day.ToDateTime(TimeOnly.MinValue),
        DateTimeOffset instant => instant.UtcDateTime,
        _ => base.From(value),
    };
}

internal static class Instants
{
    public static DateTime Utc(DateTime value) => value.Kind == DateTimeKind.Local ? value.ToUniversalTime() : value.WithKind(DateTimeKind.Utc);

    public static DateTime WithKind(this DateTime value, DateTimeKind kind) => DateTime.SpecifyKind(value, kind);
}
