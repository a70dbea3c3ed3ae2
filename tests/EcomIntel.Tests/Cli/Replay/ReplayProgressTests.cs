using EcomIntel.Cli.Replay;
using EcomIntel.Cli.Replay.Retail;
using EcomIntel.Core.Events;

namespace EcomIntel.Tests.Cli.Replay;

/// <summary>How much is done is never told to be more than it is: sources read far ahead of what they send.</summary>
public sealed class ReplayProgressTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(null)]
    [InlineData(2_000L)]
    public void A_simulated_retailer_is_done_when_its_last_window_is(long? limit) =>
        Follow(RetailSource.Simulated(new RetailerOptions(Seed: 3, Orders: 600, Skus: 200, Days: 90), new LineTally(), limit), within: 0.12);

    [Theory]
    [InlineData(null, 1)]
    [InlineData(1_000L, 1)]
    [InlineData(null, 2)]
    public void Invoices_that_fit_into_one_buffer_are_not_done_when_they_are_read(long? limit, int files)
    {
        var lines = new SimulatedRetailer(new RetailerOptions(Seed: 3, Orders: 300, Skus: 100, Days: 90)).Read(new LineTally()).ToList();
        var paths = Enumerable.Range(0, files).Select(file => Path.Combine(_folder.Path, $"{file}.csv")).ToArray();
        foreach (var (path, part) in paths.Zip(lines.Chunk((lines.Count / files) + 1)))
            File.WriteAllLines(path,
            [
                "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country",
                .. part.Select(line => FormattableString.Invariant(
                    $"{line.Invoice},{line.Code},x,{line.Quantity},{line.Time:yyyy-MM-dd HH:mm:ss},{line.Price},{line.Customer},{line.Country}")),
            ]);
        Follow(RetailSource.OnlineRetail(paths, new LineTally(), 1, limit), within: 0.12);
    }

    [Theory]
    [InlineData("a.jsonl")]
    [InlineData("a.jsonl.gz")]
    public void A_recording_that_fits_into_one_buffer_is_not_done_when_it_is_read(string name)
    {
        var path = Path.Combine(_folder.Path, name);
        var noon = new DateTimeOffset(2025, 3, 1, 12, 0, 0, TimeSpan.Zero);
        using (var file = File.Create(path))
        using (Stream text = name.EndsWith(".gz", StringComparison.Ordinal)
            ? new System.IO.Compression.GZipStream(file, System.IO.Compression.CompressionLevel.Fastest) : file)
            for (var hour = 0; hour < 100; hour++)
            {
                text.Write(EventCodec.Encode(new($"{hour}", "shop", EventCatalogue.OrderCancelled, "O-1", noon.AddHours(hour), new OrderCancelled())));
                text.WriteByte((byte)'\n');
            }
        Follow(new RecordedSource([path], new LineTally(), limit: null), within: 0.03);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.759, 75)]
    [InlineData(0.9999, 99)]
    [InlineData(1, 100)]
    public void Hundred_percent_is_said_of_what_is_whole(double share, int percent) => Assert.Equal(percent, ReplayProgress.Percent(share));

    public void Dispose() => _folder.Dispose();

    private static void Follow(IReplaySource source, double within)
    {
        using (source)
        {
            var told = new List<double>();
            while (source.Next() is not null)
                told.Add(source.Done);
            Assert.Equal(1, source.Done);
            for (var window = 0; window < told.Count; window++)
                Assert.True(told[window] <= ((window + 1.0) / told.Count) + within, $"{told[window]:P1} in window {window + 1} of {told.Count}");
            Assert.True(told[told.Count / 2] > 0.5 - (2 * within), $"{told[told.Count / 2]:P1} at half time");
        }
    }
}
