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

    // Named, they are changed: locked. About what is named, they may be: not locked, for most are not; two who change one at a time would both write the same
    // entry of it, and the later is undone and tried again.
    private const string OfCases = """WHERE case_id = ANY($1) ORDER BY case_id COLLATE "C" FOR UPDATE""";
    private const string OfSubjects = $"""WHERE subject = ANY($1) AND {ExceptionCasesSlice.OpenSql} ORDER BY detected_at, case_id COLLATE "C" """;

    public override void Open(Workspace workspace)
    {
        var cases = workspace.Get<ExceptionBook>();
        workspace.Load(Stage.Skus, load =>
        {
            cases.Looked = [.. AboutKinds.SelectMany(load.Keys.Of), .. load.Keys.Depths.Keys];
            if (load.Keys.Any(ExceptionCasesSlice.Cases))
                load.Rows(ExceptionCase.Table, OfCases, [load.Keys.Of(ExceptionCasesSlice.Cases)], cases.Add);
            if (cases.Looked.Count > 0)
                load.Rows(ExceptionCase.Table, OfSubjects, [cases.Looked.ToArray()], cases.Add);
        });
    }
}
