using EcomIntel.Core.Processing;

namespace EcomIntel.Core.ExceptionCases;

/// <summary>Cases that are not resolved in time rise a level, each at its own instant; one from before there were owners gets one.</summary>
internal sealed class CaseEscalations(ExceptionBook cases) : IDueWork
{
    // By the index of those that fall due.
    private const string SelectDue = """
        SELECT next_at, case_id, subject FROM exception_cases WHERE next_at <= $1 ORDER BY next_at, case_id COLLATE "C" LIMIT $2
        """;

    public bool OnlyLatest => false;

    /// <summary>Names the cases that may fall due while time passes.</summary>
    public void Name(Load load) => load.Due(this, SelectDue, row => ExceptionCasesSlice.Name(row.GetString(1), row.GetString(2), load.Keys));

    public DateTimeOffset? NextAfter(DateTimeOffset from) => cases.Due.NextAfter(from);

    public bool IsDueNow(DateTimeOffset now) => cases.Due.IsDue(now);

    public void Run(DateTimeOffset at)
    {
        foreach (var due in cases.Due.DueBy(at))
            cases.CatchUp(cases.Find(due.CaseId)!, at);
    }
}
