using System.Globalization;

namespace EcomIntel.Ml.Registry;

/// <summary>What was trained, to be registered.</summary>
/// <param name="Name">Lower snake case, up to 40 characters: what is replaced by its next version.</param>
/// <param name="Artefact">The model as it is loaded again; up to <see cref="ModelRegistry.MaxArtefact"/> bytes, empty where all is in the parameters.</param>
/// <param name="From">The first instant of its data.</param>
/// <param name="To">The instant before which its data end.</param>
/// <param name="Rows">Examples it was trained on.</param>
/// <param name="Parameters">By which it can be trained again, the seed among them.</param>
/// <param name="Metrics">On later data than it was trained on, by name as <c>wape</c>; finite.</param>
/// <param name="Baselines">The same of each baseline, on the same data.</param>
/// <param name="Refusal">Why it is not to be promoted, in a line: what it does not beat, with the figures. Null: it beats every baseline.</param>
internal sealed record TrainedModel(
    string Name, ReadOnlyMemory<byte> Artefact, DateTimeOffset From, DateTimeOffset To, long Rows, IReadOnlyDictionary<string, string> Parameters,
    IReadOnlyDictionary<string, double> Metrics, IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Baselines, string? Refusal)
{
    /// <summary>Of what was trained at an instant.</summary>
    public static string VersionOf(DateTimeOffset trainedAt) => trainedAt.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
}

/// <summary>A version of a model as it is registered.</summary>
/// <param name="Version">Follows from when it was trained, in business time.</param>
/// <param name="Reason">Why it stands so.</param>
/// <param name="DecidedBy"><c>rule</c>, or who promoted it.</param>
internal sealed record RegisteredModel(string Name, string Version, ModelStatus Status, string Reason, string DecidedBy);

/// <summary>A version that scores, or may come to.</summary>
/// <param name="To">The instant before which its data end.</param>
/// <param name="Metrics">On later data than it was trained on.</param>
/// <param name="PromotedAt">From which on it scores; null: it does not.</param>
/// <param name="Drifts">The latest looks at its error, in order.</param>
internal sealed record Champion(
    string Name, string Version, DateTimeOffset TrainedAt, byte[] Artefact, IReadOnlyDictionary<string, string> Parameters, DateTimeOffset To,
    IReadOnlyDictionary<string, double> Metrics, DateTimeOffset? PromotedAt, IReadOnlyList<ModelDrift> Drifts);

/// <summary>Which version of a model scores, and how its error stands.</summary>
/// <param name="Drift">As of the latest look; null: none was taken.</param>
/// <param name="Drifts">The latest looks, in order.</param>
internal sealed record ScoringVersion(string Name, string Version, DateTimeOffset TrainedAt, double? Drift, IReadOnlyList<ModelDrift> Drifts);

/// <summary>What a version was held against while another scored.</summary>
/// <param name="Against">The version that scored.</param>
/// <param name="From">The days that both were held against, <paramref name="To"/> exclusive.</param>
/// <param name="Metrics">Its own.</param>
/// <param name="AgainstMetrics">The other's.</param>
internal sealed record HeldAgainst(
    DateTimeOffset At, string Against, DateTimeOffset From, DateTimeOffset To, IReadOnlyDictionary<string, double> Metrics,
    IReadOnlyDictionary<string, double> AgainstMetrics);

/// <summary>A version of a model, with all that is known of it but the artefact itself.</summary>
/// <param name="PromotedAt">Business time from which it scored; null: never.</param>
/// <param name="Bytes">Of the artefact.</param>
/// <param name="Drift">Its error since it was trained, as a multiple of that when it was; of detectors, improbable days; null: not known.</param>
/// <param name="Held">Against the version that scored; null: it was not.</param>
internal sealed record ModelEntry(
    string Name, string Version, ModelStatus Status, string Reason, string DecidedBy, DateTimeOffset? PromotedAt, DateTimeOffset TrainedAt, DateTimeOffset From,
    DateTimeOffset To, long Rows, IReadOnlyDictionary<string, string> Parameters, IReadOnlyDictionary<string, double> Metrics,
    IReadOnlyDictionary<string, Dictionary<string, double>> Baselines, string ArtefactSha256, int Bytes, double? Drift,
    HeldAgainst? Held);
