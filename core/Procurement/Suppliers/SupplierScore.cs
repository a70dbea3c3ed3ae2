using System.Globalization;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Procurement.Suppliers;

/// <summary>A supplier's scorecard of one day, as it was known when it was made: what is decided goes by the newest.</summary>
internal sealed class SupplierScore : Row
{
    public static readonly Table<SupplierScore> Table = new Table<SupplierScore>("supplier_scores")
        .Key(score => score.SupplierId).Key(score => score.Day)
        .Column(score => score.WindowDays).Column(score => score.LinesDue).Column(score => score.LinesMet).Column(score => score.LeadTimes)
        .Column(score => score.LeadMinutes).Column(score => score.LeadSquares).Column(score => score.ReceiptLines).Column(score => score.DiscrepantLines)
        .Column(score => score.ReferenceValue).Column(score => score.PriceDifference).Column(score => score.ClaimsOpened).Column(score => score.ClaimsOpen)
        .Column(score => score.ClaimsCredited).Column(score => score.MadeAt).Column(score => score.Amended);

    public required SupplierId SupplierId { get; init; }

    /// <summary>As of its end, UTC.</summary>
    public required DateOnly Day { get; init; }
    public required int WindowDays { get; init; }
    public required long LinesDue { get; init; }
    public required long LinesMet { get; init; }
    public required long LeadTimes { get; init; }
    public required long LeadMinutes { get; init; }
    public required decimal LeadSquares { get; init; }
    public required long ReceiptLines { get; init; }
    public required long DiscrepantLines { get; init; }

    /// <summary>To four decimals, as <see cref="PriceDifference"/>.</summary>
    public required decimal ReferenceValue { get; init; }
    public required decimal PriceDifference { get; init; }
    public required long ClaimsOpened { get; init; }
    public required long ClaimsOpen { get; init; }
    public required long ClaimsCredited { get; init; }
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>Facts of its day or before were heard after it was made: it is kept as it was decided by.</summary>
    public bool Amended { get; set; }

    public decimal? Otif => Scorecard.Share(LinesMet, LinesDue);

    public decimal? DiscrepancyRate => Scorecard.Share(DiscrepantLines, ReceiptLines);

    /// <summary>On time in full of enough lines for it to be judged by, below a share. 0: none is.</summary>
    public bool IsBelow(decimal share, int lines) => LinesDue >= lines && Otif < share;

    /// <summary>In words, for example <c>delivered 9 of 20 lines in full and on time (45 %)</c>.</summary>
    public string Says() => $"delivered {LinesMet} of {LinesDue} lines in full and on time{(Otif is { } share ? $" ({Percent(share)})" : "")}";

    public static string Percent(decimal share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.#} %");
}

/// <summary>The newest scorecards of suppliers.</summary>
internal sealed class ScoreBook
{
    private readonly Dictionary<SupplierId, SupplierScore> _newest = [];
    private readonly Dictionary<SupplierId, DateOnly> _amended = [];
    private readonly List<SupplierScore> _made = [];

    /// <summary>Of this batch.</summary>
    public IReadOnlyList<SupplierScore> Made => _made;

    /// <summary>Stored scorecards of which facts were heard: from which day on, by supplier.</summary>
    public IReadOnlyDictionary<SupplierId, DateOnly> Amended => _amended;

    /// <summary>The last day that was scored; null where none was.</summary>
    public DateOnly? Day { get; private set; }

    public SupplierScore? Find(SupplierId supplier) => _newest.GetValueOrDefault(supplier);

    /// <summary>A stored one.</summary>
    public void Add(SupplierScore score)
    {
        _newest[score.SupplierId] = score;
        Day = score.Day;
    }

    public void Make(SupplierScore score)
    {
        _made.Add(score);
        Add(score);
    }

    /// <summary>Something of that day was heard: scorecards of it and of later days do not have it.</summary>
    public void Hear(SupplierId supplier, DateOnly day)
    {
        if (!(day <= Day))
            return;
        foreach (var score in _made)
            if (score.SupplierId == supplier && score.Day >= day)
                score.Amended = true;
        if (!_amended.TryGetValue(supplier, out var from) || day < from)
            _amended[supplier] = day;
    }
}
