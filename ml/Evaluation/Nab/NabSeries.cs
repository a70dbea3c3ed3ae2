using System.Globalization;
using System.Text.Json;

namespace EcomIntel.Ml.Evaluation.Nab;

/// <summary>A labelled series.</summary>
/// <param name="Name">Its file, below the data's folder: group and file name.</param>
internal sealed record NabSeries(string Name, DateTime[] Times, double[] Values, IReadOnlyList<NabWindow> Windows)
{
    public string Group => Path.GetDirectoryName(Name) is { Length: > 0 } group ? group : Name;

    /// <summary>Every series that the windows file names.</summary>
    /// <param name="folder">Holds GROUP/NAME.csv with the columns timestamp and value.</param>
    /// <param name="windows">JSON: by file, the first and last timestamp of each window.</param>
    /// <exception cref="InvalidDataException">A file is missing or has not the form; the message says where.</exception>
    public static IReadOnlyList<NabSeries> Read(string folder, string windows)
    {
        Dictionary<string, string[][]> labels;
        try
        {
            using var json = File.OpenRead(windows);
            labels = JsonSerializer.Deserialize<Dictionary<string, string[][]>>(json) ?? [];
        }
        catch (Exception wrong) when (wrong is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{windows}: {wrong.Message}", wrong);
        }
        if (labels.Count == 0)
            throw new InvalidDataException($"{windows}: names no file");
        return [.. labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => One(folder, label.Key, label.Value, windows))];
    }

    private static NabSeries One(string folder, string name, string[][] labels, string windows)
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path))
            throw new InvalidDataException($"{path}: there is no such file, and {windows} names it");
        var (times, values) = (new List<DateTime>(), new List<double>());
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            if (++number == 1)
            {
                if (line.Trim() != "timestamp,value")
                    throw new InvalidDataException($"{path}: line 1 must be timestamp,value");
                continue;
            }
            var comma = line.IndexOf(',', StringComparison.Ordinal);
            if (comma < 0 || Time(line[..comma]) is not { } time
                || !double.TryParse(line.AsSpan(comma + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
                throw new InvalidDataException($"{path}: line {number} must be a time like 2014-04-01 00:00:00 and a number");
            times.Add(time);
            values.Add(value);
        }
        var stamps = times.ToArray();
        return new(name, stamps, [.. values], [.. labels.Select(Window).OrderBy(window => window.First)]);

        NabWindow Window(string[] label)
        {
            if (label is not [var from, var to] || Time(from) is not { } first || Time(to) is not { } last || last < first)
                throw new InvalidDataException($"{windows}: a window of {name} is not the times of its first and last point");
            var (left, right) = (Array.FindIndex(stamps, stamp => stamp >= first), Array.FindLastIndex(stamps, stamp => stamp <= last));
            return left >= 0 && right > left ? new(left, right)
                : throw new InvalidDataException($"{windows}: the window of {name} from {from} has less than two points of the series");
        }
    }

    private static DateTime? Time(string text) =>
        DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;
}
