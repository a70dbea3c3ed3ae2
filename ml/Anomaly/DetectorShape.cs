using EcomIntel.Ml.Series;

namespace EcomIntel.Ml.Anomaly;

/// <summary>How far a detector looks, in steps in which demand could be seen.</summary>
/// <param name="Reference">The steps a new one is ranked among.</param>
/// <param name="Short">The window that finds drops and short surges.</param>
/// <param name="Long">The window that finds shifts.</param>
/// <param name="Warmup">Steps before which a series is not judged.</param>
internal sealed record DetectorShape(int Reference, int Short, int Long, int Warmup)
{
    /// <summary>What a day's rank must differ from the middle before a cumulative sum grows, in standard deviations.</summary>
    public const double Slack = 0.6;

    /// <summary>Days over which the movement of the business as a whole is measured.</summary>
    public const int CommonDays = 14;

    public static DetectorShape Of(Grain grain) => grain == Grain.Day ? new(112, 7, 28, 28) : new(336, 24, 168, 168);
}

/// <summary>What kind of thing happened to demand.</summary>
internal enum AnomalyKind
{
    Spike,
    Drop,
    ShiftUp,
    ShiftDown,
    DriftUp,
    DriftDown,
    Vanished,
}

/// <summary>The statistics that a step of a series gives; each is zero or more, larger the less likely.</summary>
internal static class Statistics
{
    public const int Spike = 0;
    public const int ShortUp = 1;
    public const int ShortDown = 2;
    public const int LongUp = 3;
    public const int LongDown = 4;
    public const int CusumUp = 5;
    public const int CusumDown = 6;
    public const int Silence = 7;
    public const int Count = 8;

    public static bool IsUp(int statistic) => statistic is Spike or ShortUp or LongUp or CusumUp;
}
