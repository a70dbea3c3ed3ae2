using EcomIntel.Ml.Registry;

namespace EcomIntel.Tests.Ml.Registry;

/// <summary>Each status by each step, by hand: what a version is then, or nothing where that cannot happen to it.</summary>
public sealed class ModelFlowTests
{
    //                beats alone   beats        fails      wins       loses     promote    replace
    private const string Table = """
        (new)         CHAMPION      CHALLENGER   REFUSED    -          -         -          -
        CHALLENGER    -             -            -          CHAMPION   REFUSED   CHAMPION   -
        CHAMPION      -             -            -          -          -         -          RETIRED
        RETIRED       -             -            -          -          -         CHAMPION   -
        REFUSED       -             -            -          -          -         CHAMPION   -
        """;

    [Fact]
    public void Each_status_and_each_step()
    {
        var steps = Enum.GetValues<ModelStep>();
        var rows = Table.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).ToList();
        Assert.Equal(["(new)", .. Enum.GetNames<ModelStatus>()], rows.Select(row => row[0]));
        foreach (var row in rows)
        {
            Assert.Equal(steps.Length, row.Length - 1);
            for (var index = 0; index < steps.Length; index++)
            {
                var after = ModelFlow.After(row[0] == "(new)" ? null : Enum.Parse<ModelStatus>(row[0]), steps[index]);
                Assert.True((after?.ToString() ?? "-") == row[index + 1], $"{row[0]} {steps[index]}: {after}");
            }
        }
    }
}
