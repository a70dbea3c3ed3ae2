using EcomIntel.Core.ExceptionCases;

namespace EcomIntel.Tests.ExceptionCases;

/// <summary>Each status by each action, by hand: what it is then, or nothing where it is refused.</summary>
public sealed class CaseFlowTests
{
    //                         acknowledge assign     start         wait               resolve    close    reopen     mark duplicate  settle
    private const string Table = """
        DETECTED           TRIAGED     ASSIGNED   -             -                  -          -        -          DUPLICATE       RESOLVED
        TRIAGED            -           ASSIGNED   IN_PROGRESS   -                  RESOLVED   -        -          DUPLICATE       -
        ASSIGNED           -           ASSIGNED   IN_PROGRESS   -                  RESOLVED   -        -          DUPLICATE       -
        IN_PROGRESS        -           ASSIGNED   -             WAITING_EXTERNAL   RESOLVED   -        -          DUPLICATE       -
        WAITING_EXTERNAL   -           ASSIGNED   IN_PROGRESS   -                  RESOLVED   -        -          DUPLICATE       -
        RESOLVED           -           -          -             -                  -          CLOSED   REOPENED   -               -
        CLOSED             -           -          -             -                  -          -        REOPENED   -               -
        REOPENED           TRIAGED     ASSIGNED   IN_PROGRESS   -                  -          -        -          DUPLICATE       -
        DUPLICATE          -           -          -             -                  -          -        REOPENED   -               -
        """;

    [Fact]
    public void Each_status_and_each_action()
    {
        var actions = Enum.GetValues<CaseAction>();
        var rows = Table.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).ToList();
        Assert.Equal(Enum.GetNames<ExceptionStatus>(), rows.Select(row => row[0]));
        foreach (var row in rows)
            for (var index = 0; index < actions.Length; index++)
            {
                var after = CaseFlow.After(Enum.Parse<ExceptionStatus>(row[0]), actions[index]);
                Assert.True((after?.ToString() ?? "-") == row[index + 1], $"{row[0]} {actions[index]}: {after}");
            }
    }

    [Theory]
    [InlineData("DETECTED", true, true)]
    [InlineData("TRIAGED", true, true)]
    [InlineData("ASSIGNED", true, true)]
    [InlineData("IN_PROGRESS", true, true)]
    [InlineData("WAITING_EXTERNAL", true, false)]
    [InlineData("RESOLVED", false, false)]
    [InlineData("CLOSED", false, false)]
    [InlineData("REOPENED", true, true)]
    [InlineData("DUPLICATE", false, false)]
    public void Which_are_open_and_whose_clock_runs(string status, bool open, bool runs)
    {
        var of = Enum.Parse<ExceptionStatus>(status);
        Assert.Equal((open, runs), (CaseFlow.IsOpen(of), CaseFlow.Runs(of)));
        Assert.Equal(open, ExceptionCasesSlice.OpenSql.Contains($"'{status}'", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_refused_says_what_may_be_done() => Assert.Equal(
        "case c-1 is RESOLVED: it cannot be started; what can be done is close, reopen",
        CaseFlow.Refusal("c-1", ExceptionStatus.RESOLVED, CaseAction.START));
}
