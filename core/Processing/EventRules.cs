using EcomIntel.Core.Events;

namespace EcomIntel.Core.Processing;

/// <summary>What holds for events of all kinds, as policy has it.</summary>
/// <param name="WaitFor">How long one waits for another that is heard at an instant of business time; zero: not at all.</param>
/// <param name="Bounds">Which times are believed at an instant of business time, and at a present.</param>
internal sealed record EventRules(Func<DateTimeOffset, TimeSpan> WaitFor, Func<DateTimeOffset, DateTimeOffset, TimeBounds> Bounds);
