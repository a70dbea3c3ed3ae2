using EcomIntel.Core.Processing;

namespace EcomIntel.Core.ExceptionCases;

/// <summary>
/// Loads the cases of a batch, after all that the other slices lock: so a case about what is locked is as the last who held the lock left it.
/// </summary>
internal sealed class CasesAtHandSlice : Slice
{
    /// <summary>What slices name that cases may be about.</summary>
    private static readonly IReadOnlyList<KeyKind> AboutKinds =
    [
        ExceptionCasesSlice.Subjects, new("sku"), new("order"), new("shipment"), new("return"), new("transfer"), new("purchase order"), new("receipt"),
        new("invoice"), new("charge"), new("packed shipment"), new("shipment packed with others"),
    ];

    // In one order everywhere. Two copies that report about one thing, or let its time pass, change its case one after the other.
    private const string OfCasesAndSubjects = $"""
        WHERE case_id = ANY($1) OR (subject = ANY($2) AND {ExceptionCasesSlice.OpenSql}) ORDER BY case_id COLLATE "C" FOR NO KEY UPDATE
        """;

    public override void Open(Workspace workspace)
    {
        var cases = workspace.Get<ExceptionBook>();
        workspace.Load(Stage.Skus, load =>
        {
            cases.Looked = [.. AboutKinds.SelectMany(load.Keys.Of), .. load.Keys.Depths.Keys];
            if (cases.Looked.Count > 0)
                load.Rows(ExceptionCase.Table, OfCasesAndSubjects, [load.Keys.Of(ExceptionCasesSlice.Cases), cases.Looked.ToArray()], cases.Add);
        });
    }
}
