using System.Globalization;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Tests.Processing;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.Tests.ExceptionCases;

/// <summary>
/// Cases of counts that differ, of team "store": Monday to Friday, 09:00 to 17:00 UTC, within 8 hours. 2026-03-02 is a Monday.
/// </summary>
public sealed class CaseWorkTests
{
    private const string Rules = """
        {"teams": [
            {"name": "store", "timeZone": "UTC", "days": ["monday", "tuesday", "wednesday", "thursday", "friday"], "opensAt": "09:00", "closesAt": "17:00",
             "holidays": ["2026-03-05"]},
            {"name": "night", "timeZone": "UTC", "days": ["monday", "tuesday", "wednesday", "thursday", "friday"], "opensAt": "17:00", "closesAt": "24:00"}],
         "routes": [{"team": "night", "hours": 100}, {"team": "store", "hours": 8, "severity": "HIGH", "category": "inventory"}],
         "escalateAt": [0.5, 1, 2.5], "rootCauses": ["miscount", "theft"]}
        """;

    private readonly SmallHouse _house = new SmallHouse(["north", "south"]).Item("tea", "mug");

    public CaseWorkTests()
    {
        Assert.Null(_house.Policy("events", 1, SmallHouse.Opens, """{"maxAhead": "366.00:00:00"}"""));
        Assert.Null(_house.Policy("cases", 1, SmallHouse.Opens, Rules));
        Assert.Null(_house.Apply(Types.StockReceived, "tea", new StockReceived(new("north"), 100)));
        _house.Pass(SmallHouse.Opens);
    }

    private ExceptionBook Book => _house.House.Get<ExceptionBook>();

    private ExceptionCase Case => Book.Opened[0];

    [Fact]
    public void It_has_an_owner_and_a_clock_from_the_instant_it_is_opened()
    {
        Count(90, "03-02T16:00");
        Assert.Equal(("store", CaseSeverity.HIGH, ExceptionStatus.DETECTED), (Case.Team, Case.Severity, Case.Status));
        Assert.Equal((At("03-03T16:00"), At("03-03T12:00")), (Case.DueAt, Case.NextAt));
    }

    [Fact]
    public void It_rises_a_level_at_each_share_of_its_hours_at_that_instant()
    {
        Count(90, "03-03T16:00"); // an hour on Tuesday, eight on Wednesday, none on Thursday
        _house.Pass(At("03-04T12:00").AddTicks(-10));
        Assert.Equal(0, Case.Level);
        _house.Pass(At("03-04T12:00"));
        Assert.Equal(1, Case.Level);
        _house.Pass(At("03-20T00:00"));
        Assert.Equal((3, null), (Case.Level, Case.NextAt));
        Assert.Equal(
            ["opened 03-03T16:00 0", "escalated 03-04T12:00 1", "escalated 03-04T16:00 2", "escalated 03-09T12:00 3"],
            Book.Entries.Select(entry => $"{entry.Kind} {entry.At:MM-ddTHH:mm} {entry.Level}"));
        Assert.Equal([0, 1, 2, 3], Operations().Select(told => told.Level));
        Assert.Equal(At("03-04T16:00"), Case.DueAt);
    }

    [Fact]
    public void While_somebody_outside_is_waited_for_it_stands_still()
    {
        Count(90, "03-02T10:00");
        Start("03-02T11:00");
        Assert.Null(Do(Types.ExceptionWaiting, "03-02T12:00")); // 2 hours are worked
        Assert.Equal((null, null, TimeSpan.FromHours(2)), (Case.DueAt, Case.NextAt, Case.Spent));
        _house.Pass(At("03-30T00:00"));
        Assert.Equal(0, Case.Level);
        Assert.Null(Do(Types.ExceptionStarted, "03-31T16:00"));
        Assert.Equal((At("04-01T14:00"), At("04-01T10:00")), (Case.DueAt, Case.NextAt)); // 6 are left, 2 until the first level
    }

    [Fact]
    public void Another_team_goes_on_in_its_own_hours()
    {
        Count(90, "03-02T10:00");
        Assert.Null(Do(Types.ExceptionAcknowledged, "03-02T10:30"));
        Assert.Null(_house.Hear(Types.ExceptionAssigned, "tea", new CaseAssigned(Case.CaseId, "ann", "night", "bob"), At("03-02T12:00")));
        Assert.Equal(("night", "bob", ExceptionStatus.ASSIGNED), (Case.Team, Case.Assignee, Case.Status));
        Assert.Equal((At("03-02T23:00"), At("03-02T19:00")), (Case.DueAt, Case.NextAt)); // 2 of 8 are worked
        Assert.Null(_house.Hear(Types.ExceptionAssigned, "tea", new CaseAssigned(Case.CaseId, "ann", "store"), At("03-02T18:00")));
        Assert.Equal((null, At("03-03T14:00")), (Case.Assignee, Case.DueAt)); // 3 are
    }

    [Theory]
    [InlineData("03-02T18:00", 8, false)] // exactly as long as it may take: after 17:00 nobody works
    [InlineData("03-03T09:00", 8, false)]
    [InlineData("03-03T09:01", 8.0166666, true)]
    [InlineData("03-02T12:00", 3, false)]
    public void It_is_past_its_clock_where_it_was_resolved_later_than_its_hours(string resolved, double worked, bool past)
    {
        Count(90, "03-02T09:00");
        Start("03-02T10:00");
        Assert.Null(_house.Hear(Types.ExceptionResolved, "tea", new CaseResolved(Case.CaseId, "theft", "ann"), At(resolved)));
        var told = Operations()[^1];
        Assert.Equal(("RESOLVED", "theft", past, At(resolved)), (told.CaseStatus, told.RootCause, told.PastDue, told.EndedAt));
        Assert.Equal(worked, (double)told.WorkedHours!, 3);
        _house.Pass(At("04-30T00:00"));
        Assert.Equal((told.Version, null), (Case.Version, Case.NextAt)); // nothing falls due any more
    }

    [Fact]
    public void Opened_again_its_clock_goes_on_and_a_root_cause_is_to_be_told_again()
    {
        Count(90, "03-02T09:00");
        Start("03-02T10:00");
        Assert.Null(_house.Hear(Types.ExceptionResolved, "tea", new CaseResolved(Case.CaseId, "theft", "ann"), At("03-02T12:00")));
        Assert.Null(Do(Types.ExceptionClosed, "03-02T13:00"));
        Assert.Equal(At("03-02T13:00"), Case.ClosedAt);
        Assert.Null(Do(Types.ExceptionReopened, "03-16T10:00"));
        Assert.Equal((ExceptionStatus.REOPENED, null, null, null), (Case.Status, Case.RootCause, Case.EndedAt, Case.ClosedAt));
        Assert.Equal((At("03-16T15:00"), At("03-16T11:00")), (Case.DueAt, Case.NextAt)); // 3 of 8 were worked
        _house.Pass(At("03-16T12:00"));
        Assert.Equal(1, Case.Level);
    }

    [Fact]
    public void What_repeats_while_it_is_open_folds_into_it_and_every_report_is_kept()
    {
        Count(90, "03-02T09:00");
        Count(95, "03-02T10:00");
        Count(1, "03-02T11:00", "south");
        Assert.Equal(2, Book.Opened.Count); // one at each place
        Assert.Equal((2, "the book says 90 available, counted 95", At("03-02T10:00")), (Case.Reports, Case.Detail[..38], Case.ReportedAt));
        Assert.Equal(
            ["exception.opened 1", "exception.repeated 2"],
            Told().Where(told => told.Data.CaseId == Case.CaseId).Select(told => $"{told.Type} {told.Data.Reports}"));
        Assert.Equal(["the book says 100 available, counted 90", "the book says 90 available, counted 95"],
            _house.Reports.Where(report => report.Location == new LocationId("north")).Select(report => report.Detail.Split(';')[0]));
        Assert.Equal(At("03-02T17:00"), Case.DueAt); // the clock is that of the first
    }

    [Fact]
    public void After_it_was_resolved_the_same_is_a_new_case_and_the_old_one_stays_over()
    {
        Count(90, "03-02T09:00");
        Start("03-02T10:00");
        Assert.Null(_house.Hear(Types.ExceptionResolved, "tea", new CaseResolved(Case.CaseId, "theft", "ann"), At("03-02T11:00")));
        Count(95, "03-02T12:00");
        Assert.Equal([ExceptionStatus.RESOLVED, ExceptionStatus.DETECTED], Book.Opened.Select(opened => opened.Status));
        var refused = Do(Types.ExceptionReopened, "03-02T13:00");
        Assert.Equal((RejectionCodes.WrongState, $"case {Book.Opened[1].CaseId} is open about the same"), (refused!.Code, refused.Detail));
    }

    [Fact]
    public void Money_of_counts_adds_up_and_of_what_is_late_the_latest_counts()
    {
        var cases = Book;
        cases.Open("a", At("03-02T09:00"), CaseCategory.StockVariance, "mug", null, "one", 3m);
        cases.Open("b", At("03-02T10:00"), CaseCategory.StockVariance, "mug", null, "two", null);
        cases.Open("c", At("03-02T11:00"), CaseCategory.StockVariance, "mug", null, "three", 4m);
        cases.Open("a", At("03-02T09:00"), CaseCategory.PurchaseOrderLate, "PO-1", null, "one", 3m);
        cases.Open("c", At("03-02T11:00"), CaseCategory.PurchaseOrderLate, "PO-1", null, "three", 4m);
        cases.Open("b", At("03-02T10:00"), CaseCategory.PurchaseOrderLate, "PO-1", null, "two, heard late", 9m);
        Assert.Equal([("three", 7m, 3L), ("three", 4m, 3L)], cases.Opened.Select(opened => (opened.Detail, opened.MoneyAtRisk!.Value, opened.Reports)));
    }

    [Fact]
    public void What_may_not_be_done_changes_nothing_and_says_why()
    {
        Count(90, "03-02T09:00");
        var version = Case.Version;
        Assert.Equal(RejectionCodes.UnknownCase, _house.Hear(Types.ExceptionAcknowledged, "tea", new CaseDecided("none", "ann"), At("03-02T09:10"))!.Code);
        Assert.Equal(RejectionCodes.UnknownCase, _house.Hear(Types.ExceptionAcknowledged, "mug", new CaseDecided(Case.CaseId, "ann"), At("03-02T09:10"))!.Code);
        Assert.Equal(RejectionCodes.WrongState, Do(Types.ExceptionClosed, "03-02T09:10")!.Code);
        Assert.Equal(RejectionCodes.Invalid, _house.Hear(Types.ExceptionAssigned, "tea", new CaseAssigned(Case.CaseId, "ann"), At("03-02T09:10"))!.Code);
        Assert.Equal("there is no team day; of case " + Case.CaseId + " there are store, night",
            _house.Hear(Types.ExceptionAssigned, "tea", new CaseAssigned(Case.CaseId, "ann", "day"), At("03-02T09:10"))!.Detail);
        Assert.Equal(version, Case.Version);
        Start("03-02T09:20");
        Assert.Equal("there is no root cause ghosts; there are miscount, theft",
            _house.Hear(Types.ExceptionResolved, "tea", new CaseResolved(Case.CaseId, "ghosts", "ann"), At("03-02T09:30"))!.Detail);
        Assert.Equal(RejectionCodes.Invalid,
            _house.Hear(Types.ExceptionDuplicated, "tea", new CaseDuplicated(Case.CaseId, Case.CaseId, "ann"), At("03-02T09:30"))!.Code);
        Assert.Equal(ExceptionStatus.IN_PROGRESS, Case.Status);
    }

    [Fact]
    public void A_duplicate_ends_and_can_be_opened_again()
    {
        Count(90, "03-02T09:00");
        Count(1, "03-02T09:30", "south");
        var other = Book.Opened[1];
        Assert.Null(_house.Hear(Types.ExceptionDuplicated, "tea", new CaseDuplicated(other.CaseId, Case.CaseId, "ann"), At("03-02T10:00")));
        Assert.Equal((ExceptionStatus.DUPLICATE, Case.CaseId, null), (other.Status, other.DuplicateOf, other.NextAt));
        Assert.Equal(RejectionCodes.Invalid,
            _house.Hear(Types.ExceptionDuplicated, "tea", new CaseDuplicated(Case.CaseId, other.CaseId, "ann"), At("03-02T10:00"))!.Code);
        Assert.Null(_house.Hear(Types.ExceptionReopened, "tea", new CaseDecided(other.CaseId, "ann"), At("03-02T11:00")));
        Assert.Equal((ExceptionStatus.REOPENED, null, At("03-03T10:30")), (other.Status, other.DuplicateOf, other.DueAt)); // half an hour was worked before
    }

    [Fact]
    public void What_is_done_before_the_case_is_known_waits_for_it()
    {
        var count = new CloudEvent("count", "tests", Types.StockCounted, "tea", At("03-02T10:00"), new StockCounted(new("north"), 90));
        var id = $"{CaseCategory.StockVariance}:{count.Identity:n}";
        Assert.Equal(RejectionCodes.UnknownCase, _house.Hear(Types.ExceptionAcknowledged, "tea", new CaseDecided(id, "ann"), At("03-02T10:00"))!.Code);
        Assert.Null(_house.Hear(count));
        Assert.Equal((id, ExceptionStatus.TRIAGED), (Case.CaseId, Case.Status));
    }

    [Fact]
    public void One_from_before_there_were_owners_gets_one_and_what_is_about_the_same_is_a_duplicate_of_it()
    {
        foreach (var id in (string[])["old-1", "old-2"])
            Book.Add(new()
            {
                CaseId = id, Category = CaseCategory.StockVariance, Subject = "mug", Detail = "differs", DetectedAt = At("03-02T09:00"), Version = 1,
                NextAt = At("03-02T09:00"),
            });
        _house.Pass(At("03-02T14:00"));
        Assert.Equal(("store", 1, At("03-02T17:00")), (Book.Find("old-1")!.Team, Book.Find("old-1")!.Level, Book.Find("old-1")!.DueAt));
        Assert.Equal((ExceptionStatus.DUPLICATE, "old-1", null), (Book.Find("old-2")!.Status, Book.Find("old-2")!.DuplicateOf, Book.Find("old-2")!.NextAt));
        Assert.Equal(["adopted", "adopted", "escalated"], Book.Entries.Select(entry => entry.Kind));
    }

    /// <summary>Whatever is done in whatever order: what the clock says is what was worked while it ran.</summary>
    [Fact]
    public void Whatever_is_done_the_clock_is_what_was_worked_while_it_ran()
    {
        var calendar = new BusinessCalendar(new(
            "store", "UTC", ["monday", "tuesday", "wednesday", "thursday", "friday"], "09:00", "17:00", ["2026-03-05"]));
        EventType[] types =
        [
            Types.ExceptionAcknowledged, Types.ExceptionStarted, Types.ExceptionWaiting, Types.ExceptionResolved, Types.ExceptionClosed,
            Types.ExceptionReopened,
        ];
        for (var seed = 0; seed < 100; seed++)
        {
            var work = new CaseWorkTests();
            var random = new Random(seed);
            work.Count(90, "03-02T10:00");
            var at = At("03-02T10:00");
            for (var step = 0; step < 40; step++)
            {
                at = at.AddMinutes(random.Next(1, 600));
                var type = types[random.Next(types.Length)];
                work._house.Hear(type, "tea",
                    type == Types.ExceptionResolved ? new CaseResolved(work.Case.CaseId, "theft", "ann") : new CaseDecided(work.Case.CaseId, "ann"), at);
            }
            var (worked, levels) = (TimeSpan.Zero, new List<TimeSpan>());
            foreach (var (entry, next) in work.Book.Entries.Zip(work.Book.Entries.Skip(1)))
            {
                if (CaseFlow.Runs(entry.Status))
                    worked += calendar.Between(entry.At, next.At);
                if (next.Kind == "escalated")
                    levels.Add(worked);
            }
            var last = work.Book.Entries[^1];
            Assert.Equal(CaseFlow.Runs(last.Status), work.Case.ClockFrom is not null);
            Assert.Equal(work.Case.ClockFrom is null ? worked : worked - calendar.Between(work.Case.ClockFrom.Value, last.At), work.Case.Spent);
            Assert.Equal(new[] { 4.0, 8, 20 }.Take(levels.Count).Select(TimeSpan.FromHours), levels);
            Assert.Equal(work.Case.Level, levels.Count);
        }
    }

    private void Count(long counted, string at, string place = "north") =>
        Assert.Null(_house.Hear(Types.StockCounted, "tea", new StockCounted(new(place), counted), At(at)));

    private void Start(string at)
    {
        Assert.Null(Do(Types.ExceptionAcknowledged, at));
        Assert.Null(Do(Types.ExceptionStarted, at));
        Assert.Equal("ann", Case.Assignee);
    }

    private Rejection? Do(EventType type, string at) => _house.Hear(type, "tea", new CaseDecided(Case.CaseId, "ann"), At(at));

    private IEnumerable<(string Type, ExceptionChanged Data)> Told() => _house.House.Outbox.Seal(0)
        .Where(row => row.Type.StartsWith(ExceptionChanged.Prefix, StringComparison.Ordinal))
        .Select(row => (row.Type, Operation.Parse(row.Payload).Read(OperationJson.Default.ExceptionChanged)));

    private List<ExceptionChanged> Operations() => [.. Told().Select(told => told.Data)];

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse($"2026-{time}Z", CultureInfo.InvariantCulture);
}
