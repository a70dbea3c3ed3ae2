using EcomIntel.Core.Events;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.ExceptionCases;

/// <summary>
/// The cases at hand in a batch: what is reported opens one, or folds into the one that is open about the same; what is done with one is noted and told. A
/// case's id is made from its category and its first cause, and a number where one cause opens several.
/// </summary>
internal sealed class ExceptionBook(Outbox outbox, PolicyBook policies, Action<string> provide)
{
    private readonly Dictionary<string, ExceptionCase> _cases = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, string, LocationId?), ExceptionCase> _open = [];
    private readonly Dictionary<(int, string), BusinessCalendar> _calendars = [];

    /// <summary>Opened by the batch at hand.</summary>
    public List<ExceptionCase> Opened { get; } = [];

    public List<CaseEntry> Entries { get; } = [];

    public IEnumerable<ExceptionCase> All => _cases.Values;

    /// <summary>The ids of which it is known which cases are open about them; null: of all.</summary>
    public HashSet<string>? Looked { get; set; }

    /// <summary>What was reported about that nobody has looked up: the batch must not be saved.</summary>
    public HashSet<string> Unread { get; } = new(StringComparer.Ordinal);

    /// <summary>When those at hand fall due.</summary>
    public Agenda<CaseKey> Due { get; } = new();

    public void Add(ExceptionCase stored)
    {
        if (!_cases.TryAdd(stored.CaseId, stored))
            return;
        // Of several from before there were owners, the first.
        if (stored.IsOpen && (!_open.TryGetValue(stored.About, out var other)
            || (other.Team is null && (stored.Team is not null || stored.DetectedAt < other.DetectedAt))))
            _open[stored.About] = stored;
        Due.Set(new(stored.CaseId), stored.NextAt);
    }

    /// <summary>It is made by the batch, named by no event: no case can be open about it.</summary>
    public void Made(string subject) => Looked?.Add(subject);

    public ExceptionCase? Find(string caseId) => _cases.GetValueOrDefault(caseId);

    /// <summary>The one that is open about the same, if there is one.</summary>
    public ExceptionCase? OpenLike(ExceptionCase other) => _open.GetValueOrDefault(other.About);

    /// <summary>An event is the cause.</summary>
    /// <inheritdoc cref="Open(string, DateTimeOffset, string, string, LocationId?, string, decimal?)"/>
    public void Open(CloudEvent cause, string category, string subject, LocationId? location, string detail, decimal? moneyAtRisk = null) =>
        Open(cause.Identity.ToString("n"), cause.Time, category, subject, location, detail, moneyAtRisk);

    /// <summary>Something else is the cause, as a round of allocation. Where a case is open about the same, it folds into that.</summary>
    /// <param name="cause">The same cause opens a case of a category and subject once: it must not come twice.</param>
    /// <param name="detail">Without amounts of money: more roles read it than may read those.</param>
    /// <param name="moneyAtRisk">In the currency of what it is about; null where it cannot be told.</param>
    public void Open(string cause, DateTimeOffset at, string category, string subject, LocationId? location, string detail, decimal? moneyAtRisk = null)
    {
        if (Looked?.Contains(subject) == false)
            Unread.Add(subject);
        var (told, money) = (Printable.Of(detail), PlainAmount.Of(moneyAtRisk));
        if (_open.TryGetValue((category, subject, location), out var open))
        {
            if (open.Team is null)
                Adopt(open, at);
            if (open.IsOpen)
            {
                Fold(open, at, told, money);
                return;
            }
        }
        var id = $"{category}:{cause}";
        for (var number = 2; _cases.ContainsKey(id); number++)
            id = $"{category}:{cause}:{number}";
        var opened = new ExceptionCase
        {
            CaseId = id, Category = category, Subject = subject, Location = location, Detail = told, MoneyAtRisk = money, DetectedAt = at,
            ReportedAt = at, ChangedAt = at,
        };
        _cases.Add(id, opened);
        _open[opened.About] = opened;
        Opened.Add(opened);
        Route(opened, at);
        Tell(opened, at, ExceptionChanged.Opened, told, money);
        provide($"case/{id}");
    }

    /// <summary>One from before there were owners gets its owner, and its clock from when it was detected.</summary>
    public void Adopt(ExceptionCase found, DateTimeOffset at)
    {
        found.NextAt = null;
        if (_open.TryGetValue(found.About, out var other) && other != found && other.Team is not null)
            (found.Status, found.DuplicateOf, found.EndedAt) = (ExceptionStatus.DUPLICATE, other.CaseId, at);
        else
        {
            _open[found.About] = found;
            Route(found, found.DetectedAt);
        }
        found.ChangedAt = Instant.Later(found.ChangedAt, found.DetectedAt);
        Tell(found, found.Status == ExceptionStatus.DUPLICATE ? at : found.DetectedAt, ExceptionChanged.Adopted);
    }

    /// <summary>All that has fallen due of a case by an instant.</summary>
    public void CatchUp(ExceptionCase found, DateTimeOffset at)
    {
        if (found.Team is null && found.NextAt <= at)
            Adopt(found, at);
        while (found.NextAt is { } due && due <= at)
        {
            found.Rise(CalendarOf(found), PolicyOf(found).EscalateAt);
            found.ChangedAt = due;
            Tell(found, due, ExceptionChanged.Escalated);
        }
    }

    /// <summary>Something was done with a case that has changed accordingly: its clock and what is known of it follow, and it is told.</summary>
    /// <param name="calendar">Of the team that had it before.</param>
    /// <param name="by">A person or a program.</param>
    /// <param name="deed">What was done about it, and to what; null where nothing was but with the case itself.</param>
    public void Change(
        ExceptionCase changed, DateTimeOffset at, BusinessCalendar calendar, string type, string? by, string? note, (string Remedy, string Target)? deed = null)
    {
        changed.StopClock(at, calendar);
        if (CaseFlow.Runs(changed.Status))
            changed.StartClock(at, CalendarOf(changed), PolicyOf(changed).EscalateAt);
        if (changed.IsOpen)
            _open[changed.About] = changed;
        else if (_open.GetValueOrDefault(changed.About) == changed)
            _open.Remove(changed.About);
        changed.ChangedAt = at;
        Tell(changed, at, type, by: by, note: note, deed: deed);
    }

    /// <summary>
    /// What a case is about is over by itself. One that nobody has looked at is resolved; one that somebody works is left to whoever does, who may know more.
    /// </summary>
    /// <param name="rootCause">Where the case's policy does not know it, the last that it knows.</param>
    public void Settle(DateTimeOffset at, string category, string subject, LocationId? location, string rootCause, string note)
    {
        if (Looked?.Contains(subject) == false)
            Unread.Add(subject);
        if (!_open.TryGetValue((category, subject, location), out var open) || open.Team is null
            || CaseFlow.After(open.Status, CaseAction.SETTLE) is not { } settled)
            return;
        at = Instant.Later(open.ChangedAt, at);
        CatchUp(open, at);
        var (calendar, causes) = (CalendarOf(open), PolicyOf(open).RootCauses);
        (open.Status, open.RootCause, open.EndedAt) = (settled, causes.Contains(rootCause) ? rootCause : causes[^1], at);
        Change(open, at, calendar, ExceptionChanged.Resolved, null, note);
    }

    public CasePolicy PolicyOf(Clocked found) => policies.Version(CasePolicy.Kind, found.PolicyVersion).Settings;

    public BusinessCalendar CalendarOf(Clocked found)
    {
        var key = (found.PolicyVersion, found.Team!);
        if (!_calendars.TryGetValue(key, out var calendar))
            _calendars.Add(key, calendar = new(PolicyOf(found).Teams.First(team => team.Name == found.Team)));
        return calendar;
    }

    private void Fold(ExceptionCase open, DateTimeOffset at, string detail, decimal? money)
    {
        open.Reports++;
        if (CaseCategory.AddsUp.Contains(open.Category))
            open.MoneyAtRisk = open.MoneyAtRisk is { } sum ? sum + (money ?? 0) : money;
        if (!(open.ReportedAt > at))
        {
            (open.ReportedAt, open.Detail) = (at, detail);
            if (!CaseCategory.AddsUp.Contains(open.Category))
                open.MoneyAtRisk = money;
        }
        Tell(open, at, ExceptionChanged.Repeated, detail, money);
    }

    private void Route(ExceptionCase opened, DateTimeOffset from)
    {
        var policy = policies.At(CasePolicy.Kind, from);
        var route = policy.Settings.RouteOf(opened.Category, opened.Location);
        (opened.PolicyVersion, opened.Team, opened.Severity) = (policy.Version, route.Team, route.Severity);
        opened.Allowed = new((long)(route.Hours * TimeSpan.TicksPerHour));
        opened.StartClock(from, CalendarOf(opened), policy.Settings.EscalateAt);
    }

    private void Tell(
        ExceptionCase told, DateTimeOffset at, string type, string? detail = null, decimal? money = null, string? by = null, string? note = null,
        (string Remedy, string Target)? deed = null)
    {
        told.Version++;
        Due.Set(new(told.CaseId), told.NextAt);
        Entries.Add(new()
        {
            CaseId = told.CaseId, Version = told.Version, Kind = type[ExceptionChanged.Prefix.Length..], At = at, Status = told.Status, Team = told.Team,
            Assignee = told.Assignee, Level = told.Level, Detail = detail, MoneyAtRisk = money, RootCause = told.RootCause, By = by, Note = note,
            Remedy = deed?.Remedy, Target = deed?.Target,
        });
        outbox.Add(at, type, told.Subject, State(told, by, note, deed), OperationJson.Default.ExceptionChanged);
    }

    private static ExceptionChanged State(ExceptionCase told, string? by, string? note, (string Remedy, string Target)? deed) => new(
        told.CaseId, told.Category, told.Subject, told.Location, told.MoneyAtRisk, told.Detail, told.Version, told.Status.ToString(), told.DetectedAt,
        told.Team, told.Severity?.ToString(), told.Assignee, HoursOf(told.Allowed), told.DueAt, told.Level, told.Reports, told.RootCause, told.EndedAt,
        told.IsOpen ? null : HoursOf(told.Spent), !told.IsOpen && told.Spent > told.Allowed, told.DuplicateOf, by, note,
        deed?.Remedy, deed?.Target);

    /// <summary>With four decimals.</summary>
    public static decimal HoursOf(TimeSpan time) => PlainAmount.Of(decimal.Round((decimal)time.Ticks / TimeSpan.TicksPerHour, 4));
}
