using EcomIntel.Ml.Registry;

namespace EcomIntel.Ml.Running;

/// <summary>
/// Something that models do at instants of business time. It reads what was known at <see cref="ModelRun.AsOf"/>, and says what it found by events. Repeated,
/// it does the same: whatever decides has a fixed seed, and one thread. <c>ModelJobs</c> names them.
/// </summary>
internal interface IModelJob
{
    /// <summary>Lower snake case, up to 40 characters; a part of its events' ids and of metrics, so it stays.</summary>
    string Name { get; }

    /// <summary>The models that it registers.</summary>
    IReadOnlyList<string> Models => [Name];

    /// <summary>
    /// Trains, judges on later data than it was trained on, and registers (<see cref="ModelRun.RegisterAsync"/>). With too little history: nothing.
    /// </summary>
    Task TrainAsync(ModelRun run, CancellationToken token);

    /// <summary>Holds a version that waits against the champion, on the same days, later than either has learned from.</summary>
    /// <returns>Null: too few such days are over.</returns>
    Task<Contest?> HoldAsync(ModelRun run, Champion challenger, Champion champion, CancellationToken token);

    /// <summary>Scores with the champions, where it needs any, and sends what there is to tell (<see cref="ModelRun.Send"/>).</summary>
    Task ScoreAsync(ModelRun run, CancellationToken token);
}
