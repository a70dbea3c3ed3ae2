using EcomIntel.Core.Alerts;

namespace EcomIntel.Tests.Alerts;

/// <summary>Each status by each action, by hand: what it is then, or nothing where it is refused.</summary>
public sealed class AlertFlowTests
{
    //                  acknowledge     action      dismiss      close     settle (the hub)
    private const string Table = """
        RAISED          ACKNOWLEDGED    -           -            -         CLOSED
        ACKNOWLEDGED    -               ACTIONED    DISMISSED    -         -
        ACTIONED        -               -           -            CLOSED    CLOSED
        DISMISSED       -               -           -            CLOSED    CLOSED
        CLOSED          -               -           -            -         -
        """;

    [Fact]
    public void Each_status_and_each_action()
    {
        var actions = Enum.GetValues<AlertAction>();
        var rows = Table.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).ToList();
        Assert.Equal(Enum.GetNames<AlertStatus>(), rows.Select(row => row[0]));
        foreach (var row in rows)
            for (var index = 0; index < actions.Length; index++)
            {
                var after = AlertFlow.After(Enum.Parse<AlertStatus>(row[0]), actions[index]);
                Assert.True((after?.ToString() ?? "-") == row[index + 1], $"{row[0]} {actions[index]}: {after}");
            }
    }

    [Theory]
    [InlineData("RAISED", true)]
    [InlineData("ACKNOWLEDGED", true)]
    [InlineData("ACTIONED", false)]
    [InlineData("DISMISSED", false)]
    [InlineData("CLOSED", false)]
    public void Which_wait_for_a_person(string status, bool open) => Assert.Equal(open, AlertFlow.IsOpen(Enum.Parse<AlertStatus>(status)));

    [Theory]
    [InlineData("RAISED", "ACTION", "alert F-1 is RAISED: it cannot be actioned; what can be done is acknowledge")]
    [InlineData("ACKNOWLEDGED", "CLOSE", "alert F-1 is ACKNOWLEDGED: it cannot be closed; what can be done is say what was done, dismiss")]
    [InlineData("ACTIONED", "DISMISS", "alert F-1 is ACTIONED: it cannot be dismissed; what can be done is close")]
    [InlineData("CLOSED", "ACKNOWLEDGE", "alert F-1 is CLOSED: it cannot be acknowledged; what can be done is nothing")]
    public void What_is_refused_says_what_may_be_done(string status, string action, string says) =>
        Assert.Equal(says, AlertFlow.Refusal("F-1", Enum.Parse<AlertStatus>(status), Enum.Parse<AlertAction>(action)));
}
