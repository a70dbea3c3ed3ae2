using EcomIntel.Cli.Replay.Retail.Supply;
using EcomIntel.Core.Events;

namespace EcomIntel.Cli.Replay.Retail.Attention;

/// <summary>
/// The clerks who work exception cases: they look at most within their hours, do what helps, wait for whom they asked, tell a root cause, and close. They know
/// what the hub tells on <c>operations</c>, and what they did themselves. A case changes by nobody else but where the hub settles one that nobody has looked
/// at: such cases they leave to it. So nothing that they do is ever refused, however late they hear of what else happens.
/// </summary>
/// <param name="lineToCome">Of a purchase order: a line of which the supplier has something to send; null where it has none.</param>
internal sealed class CaseDesk(Stage stage, Func<string, int?> lineToCome)
{
    private static readonly string[] Remedied = ["inventory.variance", "inventory.negative", "inventory.pick_short"];

    /// <summary>Those that nobody has finished with, by what they are about.</summary>
    private readonly Dictionary<string, List<CaseTrack>> _bySubject = new(StringComparer.Ordinal);

    /// <summary>What the hub settles once its reason is gone: nobody looks at them.</summary>
    public static IReadOnlyList<string> LeftToTheHub { get; } = ["order.late", "order.stuck", "carrier.overdue"];

    /// <summary>The hub has opened a case.</summary>
    public void Opened(DateTimeOffset time, Decisions.Case opened)
    {
        if (opened.Team is null || LeftToTheHub.Contains(opened.Category))
            return;
        var track = new CaseTrack(opened, Dice.For(stage.Seed, "case", opened.CaseId));
        if (!_bySubject.TryGetValue(track.Subject, out var others))
            _bySubject.Add(track.Subject, others = []);
        // Two cases of one receipt or parcel are at times one and the same to who looks at them.
        var same = others.Find(other => other.Category != track.Category);
        others.Add(track);
        if (track.Dice.Chance(0.04))
            return; // it slipped through
        if (same is not null && track.Dice.Chance(0.12))
            At(track, time, 0.1, 0.4, now => MarkDuplicate(track, same, now));
        else
            At(track, time, 0.02, 0.2, now => Acknowledge(track, now));
    }

    /// <summary>An invoice is not paid as it is: where somebody has its case, that is how it is done.</summary>
    /// <returns>Whether it was done so.</returns>
    public bool Dispute(string invoice, string note, DateTimeOffset now)
    {
        if (_bySubject.GetValueOrDefault(invoice)?.Find(each => each is { Category: "invoice.held", IsAtWork: true }) is not { } track)
            return false;
        Act(track, CaseActed.Dispute, now, note: note);
        return true;
    }

    private void Acknowledge(CaseTrack track, DateTimeOffset now)
    {
        Do(track, EventCatalogue.ExceptionAcknowledged, now, null);
        track.IsAtWork = true;
        if (track.Dice.Chance(0.3))
            At(track, now, 0.01, 0.05, later =>
            {
                track.Clerk = Clerk(track);
                Emit(track, EventCatalogue.ExceptionAssigned, later, new CaseAssigned(track.CaseId, Lead(track), null, track.Clerk));
                if (track.Dice.Chance(0.9))
                    At(track, later, 0.02, 0.2, then => Start(track, then));
            });
        else if (track.Dice.Chance(0.95))
            At(track, now, 0.02, 0.2, then => Start(track, then));
    }

    private void Start(CaseTrack track, DateTimeOffset now)
    {
        Work(track, now);
        if (Remedied.Contains(track.Category) && track.Dice.Chance(0.5))
            At(track, now, 0.01, 0.1, later => Act(track, CaseActed.Recount, later, note: "count it again"));
        if (track.Category is "purchase_order.late" or "purchase_order.asn_missing" or "purchase_order.unacknowledged" && track.Dice.Chance(0.7))
            At(track, now, 0.01, 0.1, later => Expedite(track, later));
        else if (track.Dice.Chance(IsOutside(track) ? 0.5 : 0.05))
            At(track, now, 0.02, 0.15, later =>
            {
                // A dispute of the invoice waits already.
                if (!track.Waits)
                    Do(track, EventCatalogue.ExceptionWaiting, later, "for an answer");
                track.Waits = true;
                Answered(track, later);
            });
        else
            Finish(track, now);
    }

    private void Work(CaseTrack track, DateTimeOffset now)
    {
        Do(track, EventCatalogue.ExceptionStarted, now, null);
        (track.IsAtWork, track.Waits) = (true, false);
    }

    private void Expedite(CaseTrack track, DateTimeOffset now)
    {
        if (lineToCome(track.Subject) is not { } line)
        {
            Finish(track, now);
            return;
        }
        Act(track, CaseActed.Expedite, now, line, "customers wait for it");
        Answered(track, now);
    }

    /// <summary>Who was asked answers within days, and work goes on.</summary>
    private void Answered(CaseTrack track, DateTimeOffset now)
    {
        var answer = now + track.Dice.Between(TimeSpan.FromHours(5), TimeSpan.FromDays(4));
        if (track.Dice.Chance(0.94))
            At(track, answer, 0.01, 0.05, later =>
            {
                Work(track, later);
                Finish(track, later);
            });
    }

    private void Finish(CaseTrack track, DateTimeOffset now)
    {
        // Most are done with in their hours.
        var (least, most) = track.Dice.Chance(0.85) ? (0.1, 0.5) : (0.7, 1.8);
        if (track.Dice.Chance(0.96))
            At(track, now, least, most, later => Resolve(track, later));
    }

    private void Resolve(CaseTrack track, DateTimeOffset now)
    {
        Emit(track, EventCatalogue.ExceptionResolved, now, new CaseResolved(track.CaseId, RootCause(track), Clerk(track)));
        track.IsAtWork = false;
        if (!track.Dice.Chance(0.9))
            return;
        stage.At(TeamHours.Add(track.Team, BusinessHours.Midnight(now).AddDays(1), TimeSpan.FromMinutes(track.Dice.Between(10, 240))), later =>
        {
            Do(track, EventCatalogue.ExceptionClosed, later, null);
            // Of a purchase order one is opened once: no other can be open about the same.
            if (track.Category == "purchase_order.unacknowledged" && !track.WasReopened && track.Dice.Chance(0.1))
                stage.At(TeamHours.Add(track.Team, later.AddDays(2), TimeSpan.FromHours(1)), then => Reopen(track, then));
        });
    }

    private void Reopen(CaseTrack track, DateTimeOffset now)
    {
        Do(track, EventCatalogue.ExceptionReopened, now, "nothing was heard after all");
        track.WasReopened = true;
        if (track.Dice.Chance(0.6))
            At(track, now, 0.1, 0.5, later => Start(track, later));
    }

    private void MarkDuplicate(CaseTrack track, CaseTrack other, DateTimeOffset now)
    {
        if (other.IsDuplicate)
        {
            Acknowledge(track, now);
            return;
        }
        track.IsDuplicate = true;
        Emit(track, EventCatalogue.ExceptionDuplicated, now, new CaseDuplicated(track.CaseId, other.CaseId, Clerk(track)));
    }

    private void Act(CaseTrack track, string remedy, DateTimeOffset now, int? line = null, string? note = null)
    {
        track.Waits |= remedy is CaseActed.Expedite or CaseActed.Dispute;
        if (track.IsAtWork)
            Emit(track, EventCatalogue.ExceptionActed, now, new CaseActed(track.CaseId, remedy, Clerk(track), Line: line, Note: note));
    }

    private void Do(CaseTrack track, EventType type, DateTimeOffset now, string? note) =>
        Emit(track, type, now, new CaseDecided(track.CaseId, Clerk(track), note));

    private void Emit(CaseTrack track, EventType type, DateTimeOffset now, IEventData data) =>
        stage.Emit(type, $"case:{track.Mark}:{++track.Steps}", track.Subject, now, data);

    /// <summary>After so much of a case's hours has been worked.</summary>
    private void At(CaseTrack track, DateTimeOffset from, double least, double most, Action<DateTimeOffset> happens) =>
        stage.At(TeamHours.Add(track.Team, from, TimeSpan.FromMinutes(Math.Max(1, (int)(track.Hours * 60 * track.Dice.Between(least, most))))), happens);

    private static bool IsOutside(CaseTrack track) => track.Category.Split('.')[0] is "carrier" or "purchase_order" or "receipt" or "invoice";

    private static string RootCause(CaseTrack track) => track.Category.Split('.')[0] switch
    {
        "inventory" => track.Dice.Chance(0.7) ? "stock_record" : "warehouse",
        "transfer" => "warehouse",
        "carrier" => track.Dice.Chance(0.9) ? "carrier" : "customer",
        "purchase_order" or "receipt" => track.Dice.Chance(0.9) ? "supplier" : "data",
        "invoice" or "charge" => track.Dice.Chance(0.7) ? "supplier" : "data",
        "payment" => "payment",
        "return" or "refund" => track.Dice.Chance(0.6) ? "customer" : "process",
        "location" => track.Dice.Chance(0.6) ? "demand" : "supplier",
        _ => track.Dice.Chance(0.8) ? "process" : "other",
    };

    private static string Lead(CaseTrack track) => People.Lead(track.Team);

    private static string Clerk(CaseTrack track) => track.Clerk ?? People.ClerkOf(track.Team, track.Number);
}

/// <summary>A case as its clerk knows it.</summary>
internal sealed class CaseTrack(Decisions.Case opened, Dice dice)
{
    public readonly string CaseId = opened.CaseId;
    public readonly string Category = opened.Category;
    public readonly string Subject = opened.Subject;
    public readonly string Team = opened.Team!;

    /// <summary>Of the team's work, within which it is to be resolved.</summary>
    public readonly double Hours = (double)(opened.Hours ?? 16);

    /// <summary>Which of a team's people sees to it.</summary>
    public readonly int Number = dice.Between(0, 1);

    /// <summary>A short one for the case's id, which may be longer than an event's.</summary>
    public readonly string Mark = Marks.Of(opened.CaseId);

    /// <summary>All chance is the case's own.</summary>
    public Dice Dice = dice;
    public string? Clerk;
    public int Steps;

    /// <summary>Somebody has looked at it, and it is not resolved.</summary>
    public bool IsAtWork;

    /// <summary>For somebody outside.</summary>
    public bool Waits;
    public bool IsDuplicate, WasReopened;
}
