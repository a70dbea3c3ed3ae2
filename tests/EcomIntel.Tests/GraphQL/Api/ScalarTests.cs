using System.Globalization;
using System.Text;
using System.Text.Json;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema;

namespace EcomIntel.Tests.GraphQL.Api;

public sealed class ScalarTests
{
    [Fact]
    public void What_is_written_is_read_back()
    {
        var random = new Random(17);
        for (var round = 0; round < 20_000; round++)
        {
            var ticks = random.NextInt64(DateTime.MaxValue.Ticks + 1);
            Same(new DateTimeCodec(), new DateTime(ticks - (ticks % TimeSpan.TicksPerMicrosecond), DateTimeKind.Utc));
            Same(new DateCodec(), DateOnly.FromDayNumber(random.Next(DateOnly.MaxValue.DayNumber + 1)));
            Same(new DecimalCodec(), new decimal(random.Next(), random.Next(), random.Next(), random.Next(2) == 0, (byte)random.Next(29)));
            Same(new LongCodec(), random.NextInt64(-(1L << 53), (1L << 53) + 1));
        }
        DateTime[] edges =
        [
            DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc),
            new(9999, 12, 31, 23, 59, 59, 999, 999, DateTimeKind.Utc),
            new(2024, 2, 29, 0, 0, 0, DateTimeKind.Utc),
        ];
        foreach (var edge in edges)
            Same(new DateTimeCodec(), edge);
        foreach (var edge in (decimal[])[0, decimal.MaxValue, decimal.MinValue, 0.0000000000000000000000000001m, 12.50m])
            Same(new DecimalCodec(), edge);
        foreach (var edge in (long[])[0, 1L << 53, -(1L << 53)])
            Same(new LongCodec(), edge);
    }

    [Theory]
    [InlineData("2026-01-31T23:59:59Z", "2026-01-31T23:59:59Z")]
    [InlineData("2026-01-31t23:59:59z", "2026-01-31T23:59:59Z")]
    [InlineData("2026-02-01T01:59:59.5+02:00", "2026-01-31T23:59:59.5Z")]
    [InlineData("2026-01-31T23:59:59-00:30", "2026-02-01T00:29:59Z")]
    [InlineData("2026-01-31T23:59:59.1234567Z", "2026-01-31T23:59:59.123456Z")]
    public void An_instant_is_read_with_any_offset_and_written_in_UTC(string given, string written) =>
        Assert.Equal($"\"{written}\"", Written(new DateTimeCodec(), Read(new DateTimeCodec(), Text(given))!.Value));

    [Theory]
    [InlineData("2026-01-31")]
    [InlineData("2026-01-31T23:59:59")]
    [InlineData("2026-01-31T23:59:59.123456")]
    [InlineData("2026-01-31 23:59:59Z")]
    [InlineData("2026-01-31T23:59:60Z")]
    [InlineData("2026-01-31T24:00:00Z")]
    [InlineData("2026-02-30T00:00:00Z")]
    [InlineData("2026-01-31T23:59:59+0100")]
    [InlineData("2026-01-31T23:59:59+25:00")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData(" 2026-01-31T23:59:59Z")]
    [InlineData("2026-01-31T23:59:59Z\0")]
    [InlineData("２０２６-01-31T23:59:59Z")]
    [InlineData("-infinity")]
    [InlineData("now")]
    [InlineData("")]
    public void What_is_no_instant_is_refused(string given) => Assert.Null(Read(new DateTimeCodec(), Text(given)));

    [Theory]
    [InlineData("2026-1-31")]
    [InlineData("2025-02-29")]
    [InlineData("2026-01-31Z")]
    [InlineData("20260131")]
    [InlineData("2026-01-31\n")]
    [InlineData("٢٠٢٦-01-31")]
    public void What_is_no_day_is_refused(string given) => Assert.Null(Read(new DateCodec(), Text(given)));

    [Fact]
    public void Numbers_are_taken_in_their_own_form_only()
    {
        Assert.Equal(12.5m, Read(new DecimalCodec(), Text("12.50")));
        Assert.Equal(12.5m, Read(new DecimalCodec(), new(ScalarInputKind.Float, "12.5", true)));
        Assert.Equal(1200m, Read(new DecimalCodec(), new(ScalarInputKind.Float, "1.2e3", false)));
        foreach (var text in (string[])["", " 1", "1,000", "0x10", "NaN", "1e400", "79228162514264337593543950336", "--1", "1\0", "١"])
            Assert.Null(Read(new DecimalCodec(), Text(text)));
        Assert.Null(Read(new DecimalCodec(), new(ScalarInputKind.Boolean, "true", false)));
        Assert.Equal(5L, Read(new LongCodec(), new(ScalarInputKind.Int, "5", false)));
        foreach (var text in (string[])["9007199254740993", "-9007199254740993", "99999999999999999999", "", "1e3"])
            Assert.Null(Read(new LongCodec(), new(ScalarInputKind.Int, text, false)));
        Assert.Null(Read(new LongCodec(), Text("5")));
    }

    private static ScalarInput Text(string text) => new(ScalarInputKind.String, text, false);

    private static void Same<T>(ScalarCodec<T> codec, T value) where T : struct
    {
        var json = Written(codec, value);
        using var parsed = JsonDocument.Parse(json);
        var read = Read(codec, ScalarInput.Of(parsed.RootElement));
        Assert.True(read.Equals(value), string.Create(CultureInfo.InvariantCulture, $"{typeof(T).Name} {value} was written as {json}"));
    }

    private static T? Read<T>(ScalarCodec<T> codec, ScalarInput input) where T : struct => codec.TryRead(input, out object? value, out _) ? (T)value! : null;

    private static string Written<T>(ScalarCodec<T> codec, T value) where T : notnull
    {
        using var writer = new ResultWriter();
        codec.Write(writer, value);
        return Encoding.UTF8.GetString(writer.Written.Span);
    }
}
