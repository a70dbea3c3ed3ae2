using EcomIntel.Core.Kpis.Facts;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.ExceptionCases;

/// <summary>What a person should look at: other slices open cases.</summary>
internal sealed class ExceptionCasesSlice : Slice
{
    public override IReadOnlyList<Fact> Facts { get; } = [new ExceptionCaseFact()];

    public override void Open(Workspace workspace)
    {
        var exceptions = workspace.Share(new ExceptionBook(workspace.Outbox));
        workspace.Save(batch => ExceptionCase.Table.Save(batch, exceptions.Opened));
    }
}
