using EcomIntel.Cli.Models;
using EcomIntel.Cli.Replay.Retail.Supply;
using EcomIntel.Ml.Evaluation.Injected;

namespace EcomIntel.Tests.Ml.Evaluation;

public sealed class SimulatedDemandTests
{
    [Fact]
    public void What_happened_is_labelled_where_it_can_be_seen()
    {
        var demand = new SimulatedDemand(2, 365);
        foreach (var world in (LabelledWorld[])[demand.Skus(300), demand.Channels(300)])
        {
            List<Injected> found = [.. world.OfFirst.Truth, .. world.OfLater.Truth];
            Assert.NotEmpty(found);
            foreach (var label in found.Concat(world.OfFirst.Aside).Concat(world.OfLater.Aside).Distinct())
            {
                var panel = world.First;
                var parts = panel.Series[label.Series].Key.Split(" in ");
                var truth = Assert.Single(demand.Truth, each => each.What == label.What && each.Skus.Contains(parts[0])
                    && each.From.UtcDateTime == panel.TimeOf(label.From)
                    && (label.To == panel.Length - 1 || each.Until.UtcDateTime == panel.TimeOf(label.To + 1)));
                // A loss in one channel is not to be found in all of them together, nor is the season that comes every year.
                Assert.True(!found.Contains(label) || (truth.What != DemandKinds.Christmas
                    && (truth.Channel is null || (parts is [_, var channel] && channel == truth.Channel))));
            }
        }
    }
}
