using EcomIntel.GraphQL.Engine.Http;

namespace EcomIntel.Tests.GraphQL.Http;

public sealed class RunningOperationsTests
{
    [Fact]
    public async Task An_operation_that_ends_late_frees_no_id_that_another_has_taken_over()
    {
        var operations = new RunningOperations();
        var old = operations.Start("1");
        await operations.Complete("1");
        Assert.True(old.IsCancellationRequested);
        var next = operations.Start("1");
        Assert.False(operations.End("1", old));
        Assert.True(operations.Contains("1"));
        await operations.Complete("1");
        Assert.True(next.IsCancellationRequested);
        Assert.False(operations.End("1", next));
        Assert.Equal(0, operations.Count);
    }

    [Fact]
    public async Task An_operation_that_ends_by_itself_frees_its_id_once()
    {
        var operations = new RunningOperations();
        var own = operations.Start("1");
        Assert.True(operations.End("1", own));
        Assert.False(operations.End("1", own));
        await operations.Complete("1");
        Assert.False(own.IsCancellationRequested);
    }
}
