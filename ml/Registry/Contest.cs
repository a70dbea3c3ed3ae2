using System.Globalization;

namespace EcomIntel.Ml.Registry;

/// <summary>A figure that decides between two versions.</summary>
internal readonly record struct DecidingFigure(string Name, bool HigherIsBetter = false);

/// <summary>A challenger and the champion, held against the same days, later than either has learned from.</summary>
/// <param name="From">The first of the days.</param>
/// <param name="To">Exclusive.</param>
/// <param name="Decides">Both have these figures.</param>
internal sealed record Contest(
    DateTimeOffset From, DateTimeOffset To, IReadOnlyDictionary<string, double> Challenger, IReadOnlyDictionary<string, double> Champion,
    IReadOnlyList<DecidingFigure> Decides)
{
    /// <summary>It is worse in no figure that decides, and better in one.</summary>
    public bool IsBetter => Decides.All(figure => Gain(figure) >= 0) && Decides.Any(figure => Gain(figure) > 0);

    /// <summary>By what it is better, or is not, in a line.</summary>
    public string Reason(string champion)
    {
        var told = IsBetter ? Decides : [.. Decides.Where(figure => Gain(figure) < 0)];
        var figures = (told.Count > 0 ? told : Decides).Select(figure => string.Create(
            CultureInfo.InvariantCulture, $"{figure.Name} {Challenger[figure.Name]:0.0000}, it has {Champion[figure.Name]:0.0000}"));
        return string.Create(CultureInfo.InvariantCulture,
            $"{(IsBetter ? "better" : "no better")} than {champion} from {From.UtcDateTime:yyyy-MM-dd} to {To.UtcDateTime.AddDays(-1):yyyy-MM-dd}: ")
            + string.Join("; ", figures);
    }

    private double Gain(DecidingFigure figure) =>
        figure.HigherIsBetter ? Challenger[figure.Name] - Champion[figure.Name] : Champion[figure.Name] - Challenger[figure.Name];
}
