using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;

namespace EcomIntel.Core.Alerts;

/// <summary>What was done about an alert. Frozen: stored by name.</summary>
internal enum AlertDeed
{
    PURCHASE_ORDER,
    TRANSFER,
    POLICY,

    /// <summary>Something else, that the note tells.</summary>
    NOTE,
}

/// <summary>Why nothing is to be done about one. Frozen: stored by name.</summary>
internal enum DismissReason
{
    /// <summary>It is not so.</summary>
    FALSE,

    /// <summary>It is so, and was known or wanted.</summary>
    KNOWN,
    TOO_SMALL,
}

/// <summary>How it came that one is closed. Frozen: stored by name.</summary>
internal enum ClosedAs
{
    /// <summary>What it is about was cleared, and stayed so.</summary>
    CLEARED,

    /// <summary>It was long decided.</summary>
    SETTLED,
    BY_PERSON,
}

/// <summary>Findings about one thing that a person should look at: whose it is, how long it may wait to be seen, and what was done about it.</summary>
internal sealed class Alert : Clocked
{
    public static readonly Table<Alert> Table = new Table<Alert>("alerts")
        .Key(each => each.AlertId)
        .Column(each => each.Version).Column(each => each.Status).Column(each => each.Kind).Column(each => each.Model).Column(each => each.AboutKey)
        .Column(each => each.Sku).Column(each => each.Channel).Column(each => each.Category).Column(each => each.Location)
        .Column(each => each.Supplier).Column(each => each.PurchaseOrder).Column(each => each.Line).Column(each => each.Feed)
        .Column(each => each.Lead).Column(each => each.ToldAt).Column(each => each.Pattern).Column(each => each.Detail)
        .Column(each => each.Since).Column(each => each.Score).Column(each => each.Worth).Column(each => each.Currency)
        .Column(each => each.Findings).Column(each => each.Standing).Column(each => each.ClearedAt).Column(each => each.RaisedAt)
        .Column(each => each.RulesVersion).Column(each => each.LeastMoney).Column(each => each.LeastCertainty)
        .Column(each => each.Team, "owner_team").Column(each => each.Severity).Column(each => each.Assignee).Column(each => each.PolicyVersion)
        .Column(each => each.Allowed).Column(each => each.Spent).Column(each => each.ClockFrom).Column(each => each.DueAt)
        .Column(each => each.Level).Column(each => each.NextAt).Column(each => each.ActsAt).Column(each => each.AcknowledgedAt)
        .Column(each => each.DecidedAt).Column(each => each.Action).Column(each => each.Reference).Column(each => each.DismissedAs)
        .Column(each => each.EndedAt).Column(each => each.ClosedAt).Column(each => each.ClosedAs).Column(each => each.ChangedAt);

    /// <summary>That of the finding for which it was raised.</summary>
    public required string AlertId { get; init; }

    /// <summary>1 when raised, one more with each operation about it.</summary>
    public long Version { get; set; }
    public AlertStatus Status { get; set; }
    public required string Kind { get; init; }
    public required string Model { get; init; }

    /// <summary>As of <see cref="Finding.AboutKey"/>.</summary>
    public required string AboutKey { get; init; }
    public string? Sku { get; init; }
    public string? Channel { get; init; }
    public string? Category { get; init; }
    public string? Location { get; init; }
    public string? Supplier { get; init; }
    public string? PurchaseOrder { get; init; }
    public int? Line { get; init; }
    public string? Feed { get; init; }

    /// <summary>Id of the finding about the same that was told last; what follows is its.</summary>
    public string Lead { get; set; } = "";
    public DateTimeOffset ToldAt { get; set; }
    public string Pattern { get; set; } = "";
    public string Detail { get; set; } = "";
    public DateTimeOffset Since { get; set; }
    public decimal Score { get; set => field = PlainAmount.Of(value); }

    /// <summary>The money at risk in <see cref="Currency"/>; null where it cannot be told.</summary>
    public decimal? Worth { get; set => field = PlainAmount.Of(value); }

    /// <summary>The base currency.</summary>
    public required string Currency { get; init; }

    /// <summary>How many it has.</summary>
    public int Findings { get; set; }

    /// <summary>Those of them that were not cleared.</summary>
    public int Standing { get; set; }

    /// <summary>When the last of them that was cleared was.</summary>
    public DateTimeOffset? ClearedAt { get; set; }
    public required DateTimeOffset RaisedAt { get; init; }

    /// <summary>Of the policy <c>alerts</c> by which it was raised.</summary>
    public required int RulesVersion { get; init; }
    public required decimal LeastMoney { get; init => field = PlainAmount.Of(value); }
    public required decimal LeastCertainty { get; init => field = PlainAmount.Of(value); }
    public CaseSeverity Severity { get; set; }
    public string? Assignee { get; set; }

    /// <summary>When something falls due: it is escalated, or settled.</summary>
    public DateTimeOffset? ActsAt { get; set; }
    public DateTimeOffset? AcknowledgedAt { get; set; }

    /// <summary>When it was actioned or dismissed.</summary>
    public DateTimeOffset? DecidedAt { get; set; }
    public AlertDeed? Action { get; set; }

    /// <summary>Id of what was done: of a purchase order, a transfer, a policy's kind.</summary>
    public string? Reference { get; set; }
    public DismissReason? DismissedAs { get; set; }

    /// <summary>When it was actioned, dismissed, or closed without either; null while a person is to decide about it.</summary>
    public DateTimeOffset? EndedAt { get; set; }
    public DateTimeOffset? ClosedAt { get; set; }
    public ClosedAs? ClosedAs { get; set; }

    /// <summary>When it last changed: nothing is done to it before that.</summary>
    public DateTimeOffset ChangedAt { get; set; }

    public bool IsClosed => Status == AlertStatus.CLOSED;

    public FindingAbout About => new(Sku, Channel, Category, Location, Supplier, PurchaseOrder, Line, Feed);

    /// <summary>When it is over by itself; null while it is not.</summary>
    public DateTimeOffset? SettlesAt(AlertPolicy policy)
    {
        if (AlertFlow.After(Status, AlertAction.SETTLE) is null)
            return null;
        // At an instant at which findings are decided: one that is told again before it is heard of first.
        DateTimeOffset? cleared = Standing == 0 ? policy.RoundAfter(ClearedAt!.Value + policy.ClearFor) : null;
        var decided = DecidedAt + policy.CloseAfter;
        return cleared is null || decided < cleared ? decided : cleared;
    }

    public void Follow(Finding lead)
    {
        (Lead, ToldAt, Pattern, Detail) = (lead.FindingId, lead.ToldAt, lead.Pattern, lead.Detail);
        (Since, Score, Worth) = (lead.Since, lead.Score, lead.Worth);
    }
}

/// <summary>One thing that happened to an alert. Never changed.</summary>
internal sealed class AlertEntry : Row
{
    public static readonly Table<AlertEntry> Table = new Table<AlertEntry>("alert_entries")
        .Key(entry => entry.AlertId).Key(entry => entry.Version)
        .Column(entry => entry.Kind).Column(entry => entry.At).Column(entry => entry.Status).Column(entry => entry.Level)
        .Column(entry => entry.Findings).Column(entry => entry.Standing).Column(entry => entry.Detail).Column(entry => entry.Action)
        .Column(entry => entry.Reference).Column(entry => entry.DismissedAs).Column(entry => entry.ClosedAs).Column(entry => entry.By, "done_by")
        .Column(entry => entry.Note);

    public required string AlertId { get; init; }

    /// <summary>Of the alert after it, as are status, level, findings and those that stand.</summary>
    public required long Version { get; init; }

    /// <summary>As the operation's type, without its beginning.</summary>
    public required string Kind { get; init; }
    public required DateTimeOffset At { get; init; }
    public required AlertStatus Status { get; init; }
    public int Level { get; init; }
    public int Findings { get; init; }
    public int Standing { get; init; }

    /// <summary>What is known of it, where that has changed.</summary>
    public string? Detail { get; init; }
    public AlertDeed? Action { get; init; }
    public string? Reference { get; init; }
    public DismissReason? DismissedAs { get; init; }
    public ClosedAs? ClosedAs { get; init; }

    /// <summary>A person or a program; null for the hub itself.</summary>
    public string? By { get; init; }
    public string? Note { get; init; }
}
