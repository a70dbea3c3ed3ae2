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

/// <summary>How a version of a model stands. Stored by name, frozen.</summary>
internal enum ModelStatus
{
    /// <summary>May become the champion: a person promotes it.</summary>
    CHALLENGER,

    /// <summary>Scores. One version of a model is.</summary>
    CHAMPION,

    /// <summary>Was the champion.</summary>
    RETIRED,

    /// <summary>Beats not every baseline.</summary>
    REFUSED,
}

/// <summary>A version of a model as it is registered.</summary>
/// <param name="Version">Follows from when it was trained, in business time.</param>
/// <param name="Reason">Why it stands so.</param>
/// <param name="DecidedBy"><c>rule</c>, or who promoted it.</param>
internal sealed record RegisteredModel(string Name, string Version, ModelStatus Status, string Reason, string DecidedBy);

/// <summary>The version that scores.</summary>
internal sealed record Champion(string Name, string Version, DateTimeOffset TrainedAt, byte[] Artefact, IReadOnlyDictionary<string, string> Parameters);

/// <summary>A version of a model, with all that is known of it but the artefact itself.</summary>
/// <param name="PromotedAt">Business time from which it scored; null: never.</param>
/// <param name="Bytes">Of the artefact.</param>
/// <param name="Drift">Its error since it was trained, as a multiple of that when it was; of detectors, improbable days; null: not known.</param>
internal sealed record ModelEntry(
    string Name, string Version, ModelStatus Status, string Reason, string DecidedBy, DateTimeOffset? PromotedAt, DateTimeOffset TrainedAt, DateTimeOffset From,
    DateTimeOffset To, long Rows, IReadOnlyDictionary<string, string> Parameters, IReadOnlyDictionary<string, double> Metrics,
    IReadOnlyDictionary<string, Dictionary<string, double>> Baselines, string ArtefactSha256, int Bytes, double? Drift);
