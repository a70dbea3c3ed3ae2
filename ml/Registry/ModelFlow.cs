namespace EcomIntel.Ml.Registry;

/// <summary>How a version of a model stands. Stored by name, frozen.</summary>
internal enum ModelStatus
{
    /// <summary>Beats its baselines, and waits until it was held against the champion on days that neither has learned from.</summary>
    CHALLENGER,

    /// <summary>Scores. One version of a model is.</summary>
    CHAMPION,

    /// <summary>Was the champion.</summary>
    RETIRED,

    /// <summary>Does not beat every baseline, or was no better than the champion.</summary>
    REFUSED,
}

/// <summary>What happens to a version.</summary>
internal enum ModelStep
{
    /// <summary>Trained: it beats its baselines, and no version scores.</summary>
    BEATS_ALONE,

    /// <summary>Trained: it beats its baselines, and another version scores.</summary>
    BEATS,

    /// <summary>Trained: it does not beat its baselines.</summary>
    FAILS,

    /// <summary>Held against the champion: it is better.</summary>
    WINS,

    /// <summary>Held against the champion: it is not.</summary>
    LOSES,

    /// <summary>A person has it score.</summary>
    PROMOTE,

    /// <summary>Another version takes its place.</summary>
    REPLACE,
}

/// <summary>What a version of each status is after each step.</summary>
internal static class ModelFlow
{
    private static readonly Dictionary<(ModelStatus?, ModelStep), ModelStatus> Steps = new()
    {
        [(null, ModelStep.BEATS_ALONE)] = ModelStatus.CHAMPION,
        [(null, ModelStep.BEATS)] = ModelStatus.CHALLENGER,
        [(null, ModelStep.FAILS)] = ModelStatus.REFUSED,

        [(ModelStatus.CHALLENGER, ModelStep.WINS)] = ModelStatus.CHAMPION,
        [(ModelStatus.CHALLENGER, ModelStep.LOSES)] = ModelStatus.REFUSED,
        [(ModelStatus.CHALLENGER, ModelStep.PROMOTE)] = ModelStatus.CHAMPION,

        [(ModelStatus.CHAMPION, ModelStep.REPLACE)] = ModelStatus.RETIRED,

        [(ModelStatus.RETIRED, ModelStep.PROMOTE)] = ModelStatus.CHAMPION,
        [(ModelStatus.REFUSED, ModelStep.PROMOTE)] = ModelStatus.CHAMPION,
    };

    /// <param name="status">Null: it is being registered.</param>
    /// <returns>Null where that cannot happen to it.</returns>
    public static ModelStatus? After(ModelStatus? status, ModelStep step) => Steps.TryGetValue((status, step), out var after) ? after : null;
}
