using EcomIntel.Core.Database.ClickHouse;

namespace EcomIntel.Tests.Database.ClickHouse;

public sealed class ClickHouseMigrationsTests
{
    [Fact]
    public void Statements_end_at_a_semicolon_that_ends_a_line() =>
        Assert.Equal(
            ["-- why\nCREATE TABLE a (x Int32)", "INSERT INTO a SELECT ';' || 'a;b'", "SELECT 1"],
            ClickHouseMigrations.Statements("-- why\r\nCREATE TABLE a (x Int32);  \r\nINSERT INTO a SELECT ';' || 'a;b';\n\n-- nothing;\n;\nSELECT 1\n"));

    [Fact]
    public void A_checkout_with_other_line_ends_is_the_same_file() => Assert.Equal(new Migration("0001-a", "A;\nB;\n").Checksum, new Migration("0001-a", "A;\r\nB;\r\n").Checksum);

    [Fact]
    public void Two_files_of_one_number_are_an_error_naming_both()
    {
        var error = Assert.Throws<InvalidOperationException>(() => new ClickHouseMigrations([new("0002-b", ""), new("0001-a", ""), new("0002-c", "")]));
        Assert.Contains("'0002-b' and '0002-c'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_embedded_files_have_numbers_of_their_own() => Assert.NotNull(new ClickHouseMigrations());
}
