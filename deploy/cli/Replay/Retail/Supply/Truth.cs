using System.Text.Json;
using System.Text.Json.Serialization;

namespace EcomIntel.Cli.Replay.Retail.Supply;

/// <summary>
/// What is true of the simulated suppliers and customers and stands in no event: what models and scorecards may be held against. Each is a line of the
/// ground-truth file, told by its <c>kind</c>.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(SupplierTruth), "supplier")]
[JsonDerivedType(typeof(HoldUp), "hold_up")]
[JsonDerivedType(typeof(Fault), "fault")]
[JsonDerivedType(typeof(LineTruth), "line")]
[JsonDerivedType(typeof(DemandTruth), "demand")]
internal abstract record Truth;

/// <summary>A supplier's true parameters.</summary>
internal sealed record SupplierTruth(string SupplierId, Distance Distance, Habits Habits) : Truth;

/// <summary>Consignments of these suppliers that were to arrive meanwhile are held until its end.</summary>
internal sealed record HoldUp(DateTimeOffset From, DateTimeOffset Until, IReadOnlyList<string> Suppliers) : Truth;

/// <summary>Something that was made to go wrong.</summary>
/// <param name="What">One of <see cref="Faults"/>.</param>
/// <param name="At">When it shows.</param>
/// <param name="Quantity">Units it is about.</param>
/// <param name="Days">How much later.</param>
/// <param name="Part">0 to 1: how much dearer.</param>
/// <param name="Told">The event that says it, where one does.</param>
internal sealed record Fault(
    string What, DateTimeOffset At, string SupplierId, string? PurchaseOrderId = null, int? Line = null, string? Sku = null, long? Quantity = null,
    double? Days = null, double? Part = null, string? Told = null) : Truth;

/// <summary>How a line of a purchase order ended: ordered = delivered + damaged + short + cancelled.</summary>
/// <param name="Delivered">Units of it that arrived whole; what inspection rejects is among them.</param>
/// <param name="Over">Units of it that arrived beyond what was ordered, whole or damaged.</param>
internal sealed record LineTruth(
    string PurchaseOrderId, int Line, string SupplierId, string Sku, string Location, long Ordered, long Delivered, long Damaged, long Short, long Cancelled,
    long Over, DateTimeOffset SentAt, DateTimeOffset? LastArrivedAt) : Truth;

/// <summary>What happened to demand, from one instant until before another.</summary>
/// <param name="What">One of <see cref="DemandKinds"/>.</param>
/// <param name="Factor">What demand was multiplied by, at its height; of a bulk order, how many times the usual order line it was.</param>
/// <param name="Channel">Where alone it was so; null: everywhere.</param>
internal sealed record DemandTruth(
    string What, DateTimeOffset From, DateTimeOffset Until, IReadOnlyList<string> Skus, double Factor, string? Channel = null) : Truth;

internal static class DemandKinds
{
    public const string Viral = "viral";
    public const string BulkOrder = "bulk_order";
    public const string LostListing = "lost_listing";

    /// <summary>Others sell it for less.</summary>
    public const string Undercut = "undercut";
    public const string InFashion = "in_fashion";
    public const string OutOfFashion = "out_of_fashion";

    /// <summary>All good sellers of a kind, for some weeks of one year.</summary>
    public const string InSeason = "in_season";

    /// <summary>Every year, of all that is for Christmas: no surprise.</summary>
    public const string Christmas = "christmas";
}

internal static class Faults
{
    public const string NotAcknowledged = "not_acknowledged";
    public const string Late = "late";
    public const string HeldUp = "held_up";
    public const string Refused = "refused";
    public const string Short = "short";
    public const string Over = "over";
    public const string Damaged = "damaged";
    public const string WrongItem = "wrong_item";
    public const string Mislabelled = "mislabelled";
    public const string Rejected = "rejected";
    public const string PriceRaised = "price_raised";
    public const string Dearer = "dearer";
    public const string Overbilled = "overbilled";
    public const string BilledTwice = "billed_twice";
}

/// <summary>The ground-truth file of one run, a line each. Made anew by every run, since a run that goes on tells all of it again.</summary>
/// <param name="recording">The file that the stream is recorded to, beside which a copy is put; null where it is not.</param>
/// <exception cref="SourceFileException">It cannot be made.</exception>
internal sealed class TruthFile(string path, string? recording) : IDisposable
{
    private FileStream? _file;

    public void Add(Truth truth)
    {
        try
        {
            _file ??= new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16);
            _file.Write(JsonSerializer.SerializeToUtf8Bytes(truth, TruthJson.Default.Truth));
            _file.WriteByte((byte)'\n');
        }
        catch (IOException wrong)
        {
            throw new SourceFileException($"cannot write {path}: {wrong.Message}", wrong);
        }
    }

    /// <summary>The stream is over.</summary>
    public void Complete()
    {
        if (_file is null || recording is null)
            return;
        Dispose();
        var copy = $"{Path.ChangeExtension(recording, null)}.ground-truth.jsonl";
        try
        {
            File.Copy(path, copy, overwrite: true);
        }
        catch (IOException wrong)
        {
            throw new SourceFileException($"cannot write {copy}: {wrong.Message}", wrong);
        }
    }

    public void Dispose() => _file?.Dispose();
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Truth))]
internal sealed partial class TruthJson : JsonSerializerContext;
