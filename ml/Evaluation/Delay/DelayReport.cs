using EcomIntel.Ml.DelayRisk;

namespace EcomIntel.Ml.Evaluation.Delay;

/// <param name="Value">On all rows.</param>
/// <param name="Low">2.5 % of resamples are below.</param>
/// <param name="High">And above.</param>
internal sealed record Interval(double Value, double Low, double High);

/// <param name="Predicted">Mean probability of the bin's rows.</param>
/// <param name="Late">Share of them that was late.</param>
internal sealed record ReliabilityBin(double Predicted, double Late, int Rows);

/// <param name="CalibrationError">Mean distance of what was predicted from what came, over ten bins of as many rows each.</param>
/// <param name="Pinball">Loss of the quantiles 0.5, 0.8, 0.9 and 0.95 of days late, mean, in days.</param>
internal sealed record DelayFigures(
    string Model, Interval Auc, Interval AveragePrecision, Interval Brier, double CalibrationError, Interval Pinball,
    IReadOnlyList<ReliabilityBin> Reliability);

/// <param name="Auc">By model.</param>
internal sealed record MomentFigures(DelayMoment Moment, int Rows, double LateShare, IReadOnlyDictionary<string, double?> Auc);

/// <param name="From">First instant that is reported; the models learned what was known by then.</param>
/// <param name="Rows">Looks at lines from then on whose day was not over.</param>
/// <param name="AucGain">By baseline, the model's AUC less its, of the same resamples.</param>
/// <param name="ByMoment">All, and by what had happened last.</param>
/// <param name="Drivers">Mean absolute effect on the probability of a row, the largest.</param>
/// <param name="Promoted">The model beats every baseline in AUC, average precision, Brier score and pinball loss.</param>
/// <param name="NotPromoted">Where it does not.</param>
internal sealed record DelayReport(
    string Set, int Lines, int Orders, DateTimeOffset From, DateTimeOffset Until, int TrainedOn, int Rows, double LateShare,
    IReadOnlyList<DelayFigures> Figures, IReadOnlyDictionary<string, Interval> AucGain, IReadOnlyList<MomentFigures> ByMoment,
    IReadOnlyList<DelayDriver> Drivers, TreeShape Shape, bool Promoted, string? NotPromoted);
