using EcomIntel.Cli.Replay.Retail;
using EcomIntel.Cli.Replay.Retail.Attention;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Cli.Replay.Retail;

/// <summary>What clerks and planners do, held against the hub's own decisions: none is refused, and cases come to stand in all their states.</summary>
public sealed class DeskTests
{
    private static readonly DateTimeOffset Opens = SmallHouse.Opens;

    private static readonly string[] Categories =
    [
        CaseCategory.StockVariance, CaseCategory.PurchaseOrderLate, CaseCategory.PurchaseOrderUnacknowledged, CaseCategory.ReceiptShort,
        CaseCategory.ReceiptDamaged, CaseCategory.InvoiceHeld, CaseCategory.ParcelLost, CaseCategory.OrderLate,
    ];

    [Fact]
    public void Nothing_that_clerks_do_is_refused_and_cases_stand_in_all_their_states()
    {
        var (house, book) = Work(7);
        Assert.Empty(house.NotApplied);
        var states = book.Opened.CountBy(each => each.Status).ToDictionary();
        foreach (var status in Enum.GetValues<ExceptionStatus>())
            Assert.True(states.GetValueOrDefault(status) > 0, $"none is {status}");
        // What the hub settles itself they leave to it.
        Assert.All(book.Opened.Where(each => each.Category == CaseCategory.OrderLate), each => Assert.Equal(ExceptionStatus.DETECTED, each.Status));
        // Most are resolved within their hours, and some are not.
        var ended = book.Opened.Where(each => each.Status is ExceptionStatus.RESOLVED or ExceptionStatus.CLOSED).ToList();
        var late = ended.Count(each => each.Spent > each.Allowed) / (double)ended.Count;
        Assert.InRange(late, 0.01, 0.3);
        Assert.Contains(book.Entries, entry => entry.Kind == "acted");
    }

    [Fact]
    public void They_do_the_same_on_every_run_and_not_with_another_seed()
    {
        Assert.Equal(Told(7), Told(7));
        Assert.NotEqual(Told(7), Told(8));

        static List<string> Told(long seed) =>
            Work(seed).Book.Entries.ConvertAll(entry => $"{entry.At:O} {entry.CaseId} {entry.Kind} {entry.By} {entry.Note}");
    }

    /// <summary>A thousand cases in three months, in windows of six hours, each heard of a window late.</summary>
    private static (SmallHouse House, ExceptionBook Book) Work(long seed)
    {
        var house = new SmallHouse(["north"]);
        Assert.Null(house.Policy("events", 1, Opens, """{"maxAhead": "366.00:00:00"}"""));
        var book = house.House.Get<ExceptionBook>();
        var stage = new Stage("test", seed) { Now = Opens };
        var desk = new CaseDesk(stage, _ => null);
        var (opened, heard) = (0, 0);
        for (var from = Opens; from < Opens.AddDays(90); from += TimeSpan.FromHours(6))
        {
            var to = from.AddHours(6);
            for (; heard < book.Opened.Count && book.Opened[heard].DetectedAt < from; heard++)
                if (book.Opened[heard] is var found)
                    desk.Opened(found.DetectedAt, new(found.CaseId, found.Category, found.Subject, found.Team, ExceptionBook.HoursOf(found.Allowed)));
            while (stage.Next < to)
                stage.HappenNext();
            stage.Now = to;
            foreach (var e in stage.Take())
                house.Hear(e);
            house.Pass(to);
            for (var number = 0; number < 3 && opened < 1_000; number++, opened++)
                book.Open($"cause-{opened}", to, Categories[opened % Categories.Length], $"R-{opened / 3}", new LocationId("north"), "differs");
        }
        return (house, book);
    }
}
