using System.Net.Sockets;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Database;
using Npgsql;

namespace EcomIntel.Tests.Database;

/// <summary>sqlstates.tsv: every error of PostgreSQL 18's appendix A (code, name), and what a batch that meets it is taken to have failed by.</summary>
public sealed class FailureCauseTests
{
    private static readonly Dictionary<string, string> Causes =
        File.ReadLines(Path.Combine(Home.Find().Root, "tests/EcomIntel.Tests/Database/sqlstates.tsv"))
            .Select(line => line.Split('\t')).ToDictionary(cells => cells[0], cells => cells[2], StringComparer.Ordinal);

    [Fact]
    public void Every_SQLSTATE_has_the_cause_that_the_list_says() =>
        Assert.Equal(
            Causes.Select(pair => $"{pair.Key} {pair.Value}"),
            Causes.Select(pair => $"{pair.Key} {FailureCauses.OfSqlState(pair.Key)}"));

    [Fact]
    public void The_list_has_every_error_that_the_client_knows()
    {
        var known = typeof(PostgresErrorCodes).GetFields().Select(field => (string)field.GetValue(null)!)
            .Where(code => code[..2] is not ("00" or "01" or "02")).ToList(); // success and warnings
        Assert.InRange(known.Count, 200, 300);
        Assert.Equal(["72000"], known.Where(code => !Causes.ContainsKey(code))); // snapshot_too_old, which PostgreSQL no longer has
        Assert.Equal(FailureCause.Outage, FailureCauses.OfSqlState("72000"));
    }

    [Theory]
    [InlineData("U0001")]
    [InlineData("99999")]
    [InlineData("")]
    public void What_a_trigger_raises_by_a_code_of_its_own_is_content(string code) => Assert.Equal(FailureCause.Content, FailureCauses.OfSqlState(code));

    [Fact]
    public void What_is_no_answer_of_PostgreSQL_is_told_by_its_kind()
    {
        (Exception Thrown, FailureCause Cause)[] cases =
        [
            (new PostgresException("no", "ERROR", "ERROR", "23505"), FailureCause.Content),
            (new PostgresException("no", "ERROR", "ERROR", "53100"), FailureCause.Outage),
            (new NpgsqlException("reading", new IOException("reset")), FailureCause.Outage),
            (new NpgsqlException("reading", new TimeoutException("30 s")), FailureCause.Size),
            (new IOException("reset"), FailureCause.Outage),
            (new SocketException(111), FailureCause.Outage),
            (new TimeoutException("none"), FailureCause.Outage),
            (new OperationCanceledException("stopping"), FailureCause.Outage),
            (new InsufficientMemoryException("none left"), FailureCause.Size),
            (new OverflowException("Arithmetic operation resulted in an overflow."), FailureCause.Content),
            (new InvalidCastException("Writing values of this type"), FailureCause.Content),
            (new InvalidOperationException("a bug"), FailureCause.Content),
        ];
        Assert.Equal(cases, cases.Select(item => (item.Thrown, FailureCauses.Of(item.Thrown))));
    }
}
