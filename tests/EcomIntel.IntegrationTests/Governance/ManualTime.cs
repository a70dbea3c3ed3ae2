namespace EcomIntel.IntegrationTests.Governance;

/// <summary>A wall clock that stands until it is moved.</summary>
internal sealed class ManualTime(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
