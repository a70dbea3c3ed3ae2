using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Alerts;

/// <summary>What a model or an outside monitor sees, as it was last told.</summary>
internal sealed class Finding : Row
{
    public static readonly Table<Finding> Table = new Table<Finding>("findings")
        .Key(each => each.FindingId)
        .Column(each => each.Kind).Column(each => each.Model).Column(each => each.ModelVersion).Column(each => each.AboutKey)
        .Column(each => each.Sku).Column(each => each.Channel).Column(each => each.Category).Column(each => each.Location)
        .Column(each => each.Supplier).Column(each => each.PurchaseOrder).Column(each => each.Line).Column(each => each.Feed)
        .Column(each => each.Pattern).Column(each => each.Detail).Column(each => each.Since).Column(each => each.Score)
        .Column(each => each.MoneyAtRisk).Column(each => each.Currency).Column(each => each.Worth).Column(each => each.PartOf)
        .Column(each => each.RaisedAt).Column(each => each.StandsSince).Column(each => each.ToldAt).Column(each => each.ToldBy)
        .Column(each => each.ClearedAt).Column(each => each.ClearedReason)
        .Column(each => each.Outcome).Column(each => each.HeldFor).Column(each => each.HeldSince).Column(each => each.AlertId)
        .Column(each => each.Counted).Column(each => each.DecideAt);

    public required string FindingId { get; init; }
    public string Kind { get; private set; } = "";
    public string Model { get; private set; } = "";
    public string ModelVersion { get; private set; } = "";

    /// <summary>As of <see cref="KeyOf"/>.</summary>
    public string AboutKey { get; private set; } = "";
    public string? Sku { get; private set; }
    public string? Channel { get; private set; }
    public string? Category { get; private set; }
    public string? Location { get; private set; }
    public string? Supplier { get; private set; }
    public string? PurchaseOrder { get; private set; }
    public int? Line { get; private set; }
    public string? Feed { get; private set; }
    public string Pattern { get; private set; } = "";
    public string Detail { get; private set; } = "";
    public DateTimeOffset Since { get; private set; }
    public decimal Score { get; private set => field = PlainAmount.Of(value); }
    public decimal? MoneyAtRisk { get; private set => field = PlainAmount.Of(value); }
    public string? Currency { get; private set; }

    /// <summary>The money at risk in the base currency; null where it cannot be told.</summary>
    public decimal? Worth { get; private set => field = PlainAmount.Of(value); }

    /// <summary>Id of the finding it sits in.</summary>
    public string? PartOf { get; private set; }

    /// <summary>When it was first told.</summary>
    public DateTimeOffset RaisedAt { get; private set; }

    /// <summary>When it was told while it did not stand.</summary>
    public DateTimeOffset StandsSince { get; private set; }

    /// <summary>Of the event that told it last, as is <see cref="ToldBy"/>.</summary>
    public DateTimeOffset ToldAt { get; private set; }
    public Guid ToldBy { get; private set; }

    /// <summary>Null while it stands.</summary>
    public DateTimeOffset? ClearedAt { get; private set; }
    public string? ClearedReason { get; private set; }

    /// <summary>Null until it was first decided.</summary>
    public FindingOutcome? Outcome { get; private set; }
    public HeldFor? HeldFor { get; private set; }

    /// <summary>Since when there was no place for it; null where there was.</summary>
    public DateTimeOffset? HeldSince { get; set; }

    /// <summary>The alert it is in: it never leaves it.</summary>
    public string? AlertId { get; private set; }

    /// <summary>It is one of those that stand, of its alert.</summary>
    public bool Counted { get; set; }

    /// <summary>When it is to be decided next; null where nothing is.</summary>
    public DateTimeOffset? DecideAt { get; set; }

    public bool Stands => ClearedAt is null;

    public FindingAbout About => new(Sku, Channel, Category, Location, Supplier, PurchaseOrder, Line, Feed);

    /// <summary>What findings about one thing have in common: 32 hexadecimal digits of a hash over their kind and what they are about.</summary>
    public static string KeyOf(string kind, FindingAbout about)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(about, EventJson.Default.FindingAbout);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var name = System.Text.Encoding.UTF8.GetBytes(kind);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, name.Length);
        hash.AppendData(length);
        hash.AppendData(name);
        hash.AppendData(json);
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    /// <param name="worth">As of <see cref="Worth"/>.</param>
    public void Tell(CloudEvent e, FindingRaised data, decimal? worth)
    {
        if (ToldBy == Guid.Empty)
            (RaisedAt, StandsSince) = (e.Time, e.Time);
        else if (!Stands)
            StandsSince = e.Time;
        (Kind, Model, ModelVersion, AboutKey) = (data.Kind, data.Model, data.ModelVersion, KeyOf(data.Kind, data.About));
        (Sku, Channel, Category, Location) = (data.About.Sku, data.About.Channel, data.About.Category, data.About.Location);
        (Supplier, PurchaseOrder, Line, Feed) = (data.About.Supplier, data.About.PurchaseOrder, data.About.Line, data.About.Feed);
        (Pattern, Detail, Since, Score) = (data.Pattern, Printable.Of(data.Detail), data.Since, data.Score);
        (MoneyAtRisk, Currency, Worth) = (data.MoneyAtRisk?.Amount, data.MoneyAtRisk?.Currency, worth);
        (PartOf, ClearedAt, ClearedReason, ToldAt, ToldBy) = (data.PartOf, null, null, e.Time, e.Identity);
    }

    public void Raised() => (Outcome, HeldFor, HeldSince, AlertId) = (FindingOutcome.RAISED, null, null, FindingId);

    /// <param name="alertId">Null: that in which it sits has none.</param>
    public void Fold(string? alertId) => (Outcome, HeldFor, HeldSince, AlertId) = (FindingOutcome.FOLDED, null, null, alertId);

    public void Hold(HeldFor why, DateTimeOffset? since = null) => (Outcome, HeldFor, HeldSince) = (FindingOutcome.HELD, why, since);

    public void Clear(CloudEvent e, FindingCleared data)
    {
        (ClearedAt, ClearedReason) = (ClearedAt ?? e.Time, Printable.Of(data.Reason));
        (ToldAt, ToldBy) = (e.Time, e.Identity);
    }
}

/// <summary>What became of a finding. Frozen: stored by name.</summary>
internal enum FindingOutcome
{
    /// <summary>An alert was raised for it.</summary>
    RAISED,

    /// <summary>It is in the alert about the same, or has the fate of the finding it sits in.</summary>
    FOLDED,
    HELD,
}

/// <summary>Why a finding is held back. Frozen: stored by name.</summary>
internal enum HeldFor
{
    /// <summary>It does not stand long enough yet.</summary>
    UNCONFIRMED,

    /// <summary>It was cleared before it was an alert.</summary>
    CLEARED,
    TOO_SMALL,
    UNCERTAIN,

    /// <summary>Its team had as many alerts on that day as it is given, of more money.</summary>
    TOO_MANY,

    /// <summary>What it sits in is not known yet.</summary>
    PART_UNKNOWN,
}

/// <summary>What a finding rests on, as it was last told.</summary>
internal sealed class FindingProof : Row
{
    public static readonly Table<FindingProof> Table = new Table<FindingProof>("finding_evidence")
        .Key(each => each.FindingId)
        .Column(each => each.Evidence, cast: "jsonb").Column(each => each.ToldAt).Column(each => each.ToldBy)
        .NewerWins("told_at", "told_by");

    public required string FindingId { get; init; }

    /// <summary>As <see cref="FindingEvidence"/> in JSON.</summary>
    public required string Evidence { get; init; }
    public required DateTimeOffset ToldAt { get; init; }
    public required Guid ToldBy { get; init; }
}
