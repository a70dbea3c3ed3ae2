using EcomIntel.Core.Processing;
using Microsoft.Extensions.Logging;

namespace EcomIntel.Ingest.Workflows;

/// <summary>Tells of clocks that disagree: once when it begins and once when it is over.</summary>
internal sealed partial class ClockWatch(TimeSpan tolerance, WorkflowInstruments instruments, ILogger logger)
{
    private bool _apart, _jumped;

    public void See(ClockReading reading, TimeSpan setBack)
    {
        instruments.Clocks(reading);
        var (apart, jumped) = (reading.HostAhead.Duration() > tolerance, reading.Jump != TimeSpan.Zero);
        if (apart != _apart)
            Tell(apart, reading.HostAhead, HostApart, HostAgrees);
        if (jumped != _jumped)
            Tell(jumped, reading.Jump, Jumped, JumpOver);
        if (setBack > TimeSpan.Zero)
            SetBack(logger, setBack);
        (_apart, _jumped) = (apart, jumped);
    }

    private void Tell(bool begins, TimeSpan by, Action<ILogger, TimeSpan> begun, Action<ILogger> over)
    {
        if (begins)
            begun(logger, by);
        else
            over(logger);
    }

    [LoggerMessage(EventId = 4010, Level = LogLevel.Warning,
        Message = "This host's clock is ahead of PostgreSQL's by {By}: nothing is decided by it, but it should be set")]
    private static partial void HostApart(ILogger logger, TimeSpan by);

    [LoggerMessage(EventId = 4011, Level = LogLevel.Information, Message = "This host's clock agrees with PostgreSQL's again")]
    private static partial void HostAgrees(ILogger logger);

    [LoggerMessage(EventId = 4012, Level = LogLevel.Error,
        Message = "PostgreSQL's clock has jumped by {By}: business time does not follow until that has lasted ten minutes; check that host's clock")]
    private static partial void Jumped(ILogger logger, TimeSpan by);

    [LoggerMessage(EventId = 4013, Level = LogLevel.Warning, Message = "Business time follows PostgreSQL's clock again")]
    private static partial void JumpOver(ILogger logger);

    [LoggerMessage(EventId = 4014, Level = LogLevel.Warning,
        Message = "Business time had been moved ahead by {By} by a clock that was wrong: it goes on from the present")]
    private static partial void SetBack(ILogger logger, TimeSpan by);
}
