using EcomIntel.Ml.Registry;

namespace EcomIntel.Tests.Ml.Registry;

public sealed class ModelDriftTests
{
    private static readonly DateTimeOffset At = new(2024, 9, 16, 5, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_error_is_of_all_parts_together_and_the_ratio_to_what_was_expected()
    {
        var drift = ModelDrift.Of(At, [(3, 10), (5, 10)], 0.2)!;
        Assert.Equal((0.4, 2.0, 0.2), (drift.Error, drift.Ratio, drift.Expected));
        Assert.Equal(At, drift.At);
    }

    [Fact]
    public void It_is_sure_where_every_part_says_so_and_unsure_where_one_part_makes_it()
    {
        var all = Enumerable.Repeat((4.0, 10.0), 50).ToArray();
        var one = Enumerable.Range(0, 50).Select(part => (part == 7 ? 110.0 : 1.8, 10.0)).ToArray();
        Assert.Equal(0, ModelDrift.Of(At, all, 0.2)!.Chance);
        // Without that part the error is 0.18; it is left out of (49/50)^50 of the resamples, 36 %.
        var unsure = ModelDrift.Of(At, one, 0.2)!;
        Assert.InRange(unsure.Ratio, 1.9, 2.0);
        Assert.InRange(unsure.Chance, 0.29, 0.44);
        Assert.Equal(1, ModelDrift.Of(At, all, 0.5)!.Chance);
    }

    [Fact]
    public void The_same_parts_say_the_same() =>
        Assert.Equal(ModelDrift.Of(At, [(3, 10), (5, 10), (0, 4)], 0.3), ModelDrift.Of(At, [(3, 10), (5, 10), (0, 4)], 0.3));

    [Fact]
    public void Of_nothing_nothing_is_said()
    {
        Assert.Null(ModelDrift.Of(At, [], 0.2));
        Assert.Null(ModelDrift.Of(At, [(1, 0)], 0.2));
        Assert.Null(ModelDrift.Of(At, [(1, 10)], 0));
    }
}
