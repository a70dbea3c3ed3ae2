using EcomIntel.Core.Alerts;
using EcomIntel.Core.Events;
using static EcomIntel.Tests.Alerts.AlertHouse;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.Tests.Alerts;

/// <summary>
/// Histories of findings from a seed, heard in many orders: what is told of one finding in the order in which it was told, as Kafka keeps it, everything
/// else as chance has it, and some of it twice.
/// </summary>
public sealed class AlertOrderTests
{
    private static readonly string[] Skus = ["tea", "mug", "cup", "pot"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Whatever_the_order_within_a_round_the_end_is_the_same(int seed)
    {
        for (var history = 0; history < 15; history++)
        {
            var random = new Random((seed * 1_000) + history);
            var rounds = Enumerable.Range(0, 8).Select(round => Events(random, At("03-02T09:00").AddHours(round * 7))).ToList();
            string? first = null;
            for (var order = 0; order < 4; order++)
            {
                var house = new AlertHouse("""{"mostPerDay": 2}""");
                foreach (var told in rounds)
                {
                    foreach (var e in order == 0 ? told : Shuffled(told, random))
                        Assert.Null(house.House.Hear(e));
                    house.House.Pass(told[0].Time.AddMinutes(15));
                }
                house.House.Pass(At("03-20T00:00"));
                HasEachFindingOnce(house);
                first ??= End(house);
                Assert.Equal(first, End(house));
            }
        }
    }

    /// <summary>Of one instant: what comes late or early then is heard at that instant.</summary>
    private static List<CloudEvent> Events(Random random, DateTimeOffset at)
    {
        var told = new List<CloudEvent>();
        for (var count = random.Next(3, 12); count > 0; count--)
        {
            var (sku, episode) = (Skus[random.Next(Skus.Length)], random.Next(2));
            var channel = random.Next(3) == 0 ? null : random.Next(2) == 0 ? "web" : "market";
            var id = $"{sku}-{channel ?? "all"}-{episode}";
            if (told.Any(e => e.Subject == id))
                continue;
            var finding = Anomaly(sku, random.Next(10, 200), random.Next(100) / 1_000m, channel: channel,
                partOf: channel is null ? null : $"{sku}-all-{episode}", detail: $"told at {at:HH:mm} of {id}");
            told.Add(new($"{id} {at:O}", "tests", Types.FindingUpdated, id, at, finding));
            if (random.Next(4) == 0)
                told.Add(new($"{id} {at:O} cleared", "tests", Types.FindingCleared, id, at.AddSeconds(1), new FindingCleared("gone")));
        }
        // In a replay events are applied in the order of time; those of one instant in any.
        return [.. told.OrderBy(e => e.Time)];
    }

    private static List<CloudEvent> Shuffled(List<CloudEvent> told, Random random)
    {
        var some = told.Concat(told.Where(_ => random.Next(5) == 0)).OrderBy(_ => random.Next()).ToList();
        return [.. some.OrderBy(e => e.Time)];
    }

    private static void HasEachFindingOnce(AlertHouse house)
    {
        foreach (var finding in house.Findings.All)
        {
            Assert.NotNull(finding.Outcome);
            Assert.Equal(finding.Outcome == FindingOutcome.HELD, finding.HeldFor is not null);
            Assert.True(finding.AlertId is null || house.Alerts.Find(finding.AlertId) is not null);
            Assert.Equal(finding.Outcome == FindingOutcome.RAISED, finding.AlertId == finding.FindingId);
        }
        foreach (var alert in house.Alerts.All)
        {
            var its = house.Findings.All.Where(finding => finding.AlertId == alert.AlertId).ToList();
            Assert.Equal((its.Count, its.Count(finding => finding.Counted)), (alert.Findings, alert.Standing));
            Assert.True(alert.IsClosed || its.All(finding => finding.Counted == finding.Stands));
        }
        Assert.All(house.Alerts.All.GroupBy(alert => (alert.Team, alert.RaisedAt.Date)), day => Assert.InRange(day.Count(), 1, 2));
        Assert.All(house.Alerts.All.Where(alert => !alert.IsClosed).GroupBy(alert => alert.AboutKey), about => Assert.Single(about));
    }

    private static string End(AlertHouse house) => string.Join('\n',
        house.Findings.All.Select(finding => $"{finding.FindingId} {house.Outcome(finding.FindingId)}").Order(StringComparer.Ordinal)
            .Concat(house.Told().Select(told => $"{told.Type} {told.Data}")));
}
