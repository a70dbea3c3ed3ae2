using EcomIntel.Core.Processing;

namespace EcomIntel.Tests.Processing;

public sealed class AgendaTests
{
    private readonly Agenda<string> _agenda = new();

    [Fact]
    public void What_is_set_falls_due_at_its_instant_and_what_is_moved_at_the_new_one()
    {
        Assert.Null(_agenda.NextAfter(At(0)));
        Assert.False(_agenda.IsDue(At(9)));
        Set(("b", 3), ("a", 3), ("c", 5));
        Assert.Equal(At(3), _agenda.NextAfter(At(2)));
        Assert.False(_agenda.IsDue(At(2)));
        Assert.True(_agenda.IsDue(At(3)));
        Assert.Equal(["a", "b"], _agenda.DueBy(At(4)));
        Set(("a", 6), ("b", null), ("d", null));
        Assert.Equal(At(5), _agenda.NextAfter(At(2)));
        Assert.Equal(["c", "a"], _agenda.DueBy(At(9)));
        Set(("c", null), ("a", null));
        Assert.Null(_agenda.First);
    }

    [Fact]
    public void What_was_heard_of_after_its_instant_falls_due_as_soon_as_time_passes()
    {
        Set(("a", 3), ("b", 7));
        Assert.Equal(At(5).AddTicks(TimeSpan.TicksPerMicrosecond), _agenda.NextAfter(At(5)));
        Assert.Equal(At(3).AddTicks(TimeSpan.TicksPerMicrosecond), _agenda.NextAfter(At(3)));
    }

    private static DateTimeOffset At(int hour) => new(2024, 3, 1, hour, 0, 0, TimeSpan.Zero);

    private void Set(params (string Key, int? Hour)[] all)
    {
        foreach (var (key, hour) in all)
            _agenda.Set(key, hour is { } at ? At(at) : null);
    }
}
