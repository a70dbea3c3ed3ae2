using System.Globalization;
using EcomIntel.Core.Database.ClickHouse.Wire;

namespace EcomIntel.Tests.Database.ClickHouse;

public sealed class ParameterTextTests
{
    [Theory]
    [InlineData("String", "it's\ta\nb\\c\r\0\b\f", "it\\'s\\ta\\nb\\\\c\\r\\0\\b\\f")]
    [InlineData("String", "\\N", "\\\\N")]
    [InlineData("String", "", "")]
    [InlineData("Nullable(String)", null, "\\N")]
    [InlineData("LowCardinality(Nullable(String))", null, "\\N")]
    [InlineData("Nullable(String)", "NULL", "NULL")]
    [InlineData("UInt8", 255, "255")]
    [InlineData("Float64", double.NaN, "nan")]
    [InlineData("Float64", double.NegativeInfinity, "-inf")]
    [InlineData("Float64", 0.1, "0.1")]
    [InlineData("Bool", true, "true")]
    [InlineData("Identifier", "my`table", "my`table")]
    [InlineData("Enum8('it\\'s' = 1)", "it's", "it\\'s")]
    [InlineData("Array(String)", new[] { "a'b", "c\\", "", "\t" }, "['a\\'b','c\\\\','','\\t']")]
    [InlineData("Array(Nullable(String))", new[] { null, "NULL" }, "[NULL,'NULL']")]
    [InlineData("Array(Int32)", new int[0], "[]")]
    public void A_value_is_written_as_the_server_reads_it(string type, object? value, string text) => Assert.Equal(text, ParameterText.Of("p", type, value));

    [Fact]
    public void Times_are_seconds_so_that_no_zone_is_guessed()
    {
        var instant = new DateTimeOffset(2001, 2, 3, 6, 5, 6, 789, TimeSpan.FromHours(2));
        Assert.Equal("0981173106", ParameterText.Of("p", "DateTime", instant));
        Assert.Equal("0000000001", ParameterText.Of("p", "DateTime('Europe/Berlin')", DateTime.UnixEpoch.AddSeconds(1)));
        Assert.Equal("0981173106.7890000", ParameterText.Of("p", "DateTime64(3)", instant));
        Assert.Equal("['0981173106.7890000']", ParameterText.Of("p", "Array(DateTime64(3, 'UTC'))", new[] { instant.UtcDateTime }));
        Assert.Equal("1969-12-31 23:59:59.5000000", ParameterText.Of("p", "DateTime64(3, 'UTC')", DateTime.UnixEpoch.AddSeconds(-0.5)));
        Assert.Throws<ArgumentException>(() => ParameterText.Of("p", "DateTime64(3)", DateTime.UnixEpoch.AddSeconds(-0.5)));
        Assert.Equal("2001-02-03", ParameterText.Of("p", "Date", instant));
        Assert.Equal("['2001-02-03']", ParameterText.Of("p", "Array(Date)", new[] { new DateOnly(2001, 2, 3) }));
    }

    [Fact]
    public void Composites_quote_within()
    {
        Assert.Equal("{'a\\'':1,'b':NULL}", ParameterText.Of("p", "Map(String, Nullable(Int32))", new Dictionary<string, int?> { ["a'"] = 1, ["b"] = null }));
        Assert.Equal("(1,'x',[1.5])", ParameterText.Of("p", "Tuple(a Int32, b String, Array(Decimal(9, 2)))", (1, "x", Enumerable.Repeat(1.5m, 1))));
        Assert.Equal("['00000000-0000-0000-0000-000000000000']", ParameterText.Of("p", "Array(UUID)", new[] { Guid.Empty }));
        Assert.Equal("\\x00\\xFF", ParameterText.Of("p", "String", "\0\u00ff".Select(letter => (byte)letter).ToArray()));
    }

    [Theory]
    [InlineData("UInt8", 256)]
    [InlineData("UInt64", -1)]
    [InlineData("Int32", "1; DROP TABLE t")]
    [InlineData("Int32", 1.5)]
    [InlineData("String", null)]
    [InlineData("Bool", 1)]
    [InlineData("Array(String)", "abc")]
    [InlineData("UUID", "x")]
    [InlineData("Date", "2001-02-03")]
    [InlineData("JSON", "{}")]
    [InlineData("Array(", "x")]
    public void What_does_not_fit_is_refused_by_name(string type, object? value)
    {
        var error = Assert.Throws<ArgumentException>(() => ParameterText.Of("shade", type, value));
        Assert.Contains("'shade'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_decimal_is_not_cut() =>
        Assert.Throws<ArgumentException>(() => ParameterText.Of("p", "Decimal(18, 2)", decimal.Parse("1.005", CultureInfo.InvariantCulture)));

    [Fact]
    public void Placeholders_are_found_outside_strings_names_and_comments()
    {
        const string sql = """
            SELECT {a:Int32}, '{no:Int32} \' {no:Int32}', `{no:Int32}`, "{no:Int32}" -- {no:Int32}
            /* {no:Int32} */ , {b : Map(String, Array(Int32))}, {e:Enum8('}' = 1)}, {'k': 1}, { not }, {a:String}
            FROM {t:Identifier}
            """;
        Assert.Equal(
            new Dictionary<string, string> { ["a"] = "Int32", ["b"] = "Map(String, Array(Int32))", ["e"] = "Enum8('}' = 1)", ["t"] = "Identifier" },
            Placeholders.Find(sql));
        Assert.Empty(Placeholders.Find("SELECT {a:Int32, 'open"));
    }
}
