using System.IO.Compression;
using System.Text;
using EcomIntel.Cli.Replay;
using EcomIntel.Core.Events;

namespace EcomIntel.Tests.Cli.Replay;

public sealed class RecordedSourceTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2025, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void What_has_no_ticks_is_ticked_at_each_full_hour()
    {
        var windows = Windows(Write("a.jsonl", Event("1", 5), Event("2", 50), Event("3", 60), Event("4", 185)), out var tally);
        Assert.Equal([(Noon, 0), (Noon.AddHours(1), 2), (Noon.AddHours(2), 1), (Noon.AddHours(4), 1)], windows);
        Assert.Equal((4, 4), (tally.Read, tally.Applied));
    }

    [Fact]
    public void A_recording_keeps_its_own_ticks_and_what_is_later_than_its_tick_still_comes_to_be_passed()
    {
        var windows = Windows(Write("b.jsonl", Tick(0), Event("1", 5), Event("2", 120), Tick(60)), out _);
        Assert.Equal([(Noon, 0), (Noon.AddHours(1), 2), (Noon.AddHours(2).AddMilliseconds(1), 0)], windows);
    }

    [Fact]
    public void Broken_lines_are_told_by_number_and_the_rest_is_sent()
    {
        var rejected = new List<RejectedLine>();
        var path = Write("c.jsonl", Event("1", 1), "{", "", "{\"specversion\":\"1.0\"}", Event("2", 2));
        using var source = new RecordedSource([path], new LineTally(rejected.Add), limit: null);
        var sent = 0;
        while (source.Next() is { } window)
            sent += window.Messages.Count;
        Assert.Equal(2, sent);
        Assert.Equal([("c.jsonl", 2, RejectionCodes.Malformed), ("c.jsonl", 4, RejectionCodes.Malformed)],
            rejected.Select(line => (line.Origin, (int)line.Number, line.Reason)));
    }

    [Fact]
    public void A_packed_file_is_read_whole_or_not_at_all()
    {
        var plain = Write("d.jsonl", [.. Enumerable.Range(0, 2_000).Select(number => Event($"{number}", number))]);
        var packed = plain + ".gz";
        using (var to = new GZipStream(File.Create(packed), CompressionLevel.Optimal))
        using (var from = File.OpenRead(plain))
            from.CopyTo(to);
        Assert.Equal(Windows(plain, out _), Windows(packed, out _));

        var bytes = File.ReadAllBytes(packed);
        File.WriteAllBytes(packed, bytes[..(bytes.Length / 2)]);
        Assert.Contains("in the middle", Assert.Throws<SourceFileException>(() => Windows(packed, out _)).Message, StringComparison.Ordinal);
        File.WriteAllText(packed, "this is no gzip file at all");
        Assert.Contains("is not a gzip file", Assert.Throws<SourceFileException>(() => Windows(packed, out _)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static List<(DateTimeOffset, int)> Windows(string path, out LineTally tally)
    {
        using var source = new RecordedSource([path], tally = new LineTally(), limit: null);
        var windows = new List<(DateTimeOffset, int)>();
        while (source.Next() is { } window)
            windows.Add((window.End, window.Messages.Count));
        return windows;
    }

    private string Write(string name, params string[] lines)
    {
        var path = Path.Combine(_folder.Path, name);
        File.WriteAllLines(path, lines);
        return path;
    }

    private static string Event(string id, int minute) =>
        Encoding.UTF8.GetString(
            EventCodec.Encode(new(id, "tests", EventCatalogue.OrderCancelled, $"order-{id}", Noon.AddMinutes(minute), new OrderCancelled())));

    private static string Tick(int minute) => Encoding.UTF8.GetString(new ReplayWindow(Noon.AddMinutes(minute), []).Tick("tests"));
}
