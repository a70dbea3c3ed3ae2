using System.IO.Compression;
using System.Text.Json;

namespace EcomIntel.Ml.Forecast.Replenishing;

/// <summary>What scoring needs of a training.</summary>
/// <param name="Usual">The model of series that it did not see.</param>
/// <param name="Chosen">By series, where it is another than the usual.</param>
/// <param name="Quantiles">By days together: what forecasts were followed by.</param>
/// <param name="Trees">The trained trees; null where there are none.</param>
/// <param name="SupplierLines">How many of an item's own lines a supplier's others count for, in lead times.</param>
internal sealed record ForecastArtefact(
    string Usual, Dictionary<string, string> Chosen, Dictionary<int, QuantileTable> Quantiles, byte[]? Trees, double SupplierLines)
{
    public byte[] Write()
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest))
            JsonSerializer.Serialize(zip, new Stored(
                Usual, Chosen, Quantiles.ToDictionary(each => each.Key, each => new StoredTable(each.Value.UpTo, each.Value.Ratios)), Trees, SupplierLines,
                ForecastFeatures.Version));
        return packed.ToArray();
    }

    /// <summary>
    /// As it was written. Trees that learned from other features than there are now cannot be asked: what they were chosen for goes by exponential smoothing
    /// until the next training.
    /// </summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static ForecastArtefact Read(byte[] artefact)
    {
        try
        {
            using var zip = new GZipStream(new MemoryStream(artefact), CompressionMode.Decompress);
            var stored = JsonSerializer.Deserialize<Stored>(zip) ?? throw new InvalidDataException("an empty forecast artefact");
            var fits = stored.Features == ForecastFeatures.Version;
            return new(
                Model(stored.Usual), stored.Chosen.ToDictionary(each => each.Key, each => Model(each.Value)),
                stored.Quantiles.ToDictionary(each => each.Key, each => new QuantileTable(each.Value.UpTo, each.Value.Ratios)), fits ? stored.Trees : null,
                stored.SupplierLines);

            string Model(string name) => fits || name != GlobalTrees.ModelName ? name : ExponentialSmoothing.ModelName;
        }
        catch (JsonException wrong)
        {
            throw new InvalidDataException("no forecast artefact", wrong);
        }
    }

    /// <param name="UpTo">But of the last, which has no end.</param>
    private sealed record StoredTable(double[] UpTo, double[][] Ratios);

    private sealed record Stored(
        string Usual, Dictionary<string, string> Chosen, Dictionary<int, StoredTable> Quantiles, byte[]? Trees, double SupplierLines, int Features = 1);
}
