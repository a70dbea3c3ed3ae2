namespace EcomIntel.Benchmarks.HotPaths;

/// <summary>What one call of a benchmark may allocate, in bytes; a test of the fast suite holds it.</summary>
/// <remarks>A baseline that is none of our code has none.</remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AllocationBudgetAttribute(long bytes) : Attribute
{
    public long Bytes { get; } = bytes;
}
