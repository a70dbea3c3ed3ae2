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
    public void In_any_order_of_its_lines_a_file_is_applied_in_the_order_of_its_times()
    {
        string[] lines = [Event("1", 5), Event("2", 50), Event("3", 60), Event("4", 61), Event("5", 185), Event("6", 300)];
        var expected = Sent(Write("rising.jsonl", lines), memory: 1 << 20);
        Assert.Equal(6, expected.Sum(window => window.Ids.Length));
        var random = new Random(7);
        for (var trial = 0; trial < 50; trial++)
        {
            var shuffled = lines.ToArray();
            random.Shuffle(shuffled);
            // In memory, and in parts of one line and of several.
            foreach (var memory in (long[])[1 << 20, 1, 700])
            {
                var path = Write("any.jsonl", shuffled);
                var sent = Sent(path, memory);
                Assert.Equal(expected.Select(window => (window.End, string.Join(" ", window.Ids.Order(StringComparer.Ordinal)))),
                    sent.Select(window => (window.End, string.Join(" ", window.Ids.Order(StringComparer.Ordinal)))));
            }
        }
        Assert.Empty(Directory.EnumerateFiles(Path.GetTempPath(), "ecomintel-replay-*"));
    }

    [Fact]
    public void Lines_of_one_instant_stay_as_they_stand_when_sorted()
    {
        using var sorted = new SortedLines(memory: 200);
        for (var number = 0; number < 100; number++)
            sorted.Add(Noon.AddMinutes(number % 3), BitConverter.GetBytes(number));
        Assert.InRange(sorted.Files, 20, 100);
        Assert.Equal(Enumerable.Range(0, 100).OrderBy(number => number % 3), sorted.Read().Select(line => BitConverter.ToInt32(line)));
    }

    [Fact]
    public void A_recording_whose_lines_go_back_behind_its_ticks_is_sorted_and_ticked_anew()
    {
        var sent = Sent(Write("back.jsonl", Tick(0), Event("1", 5), Tick(60), Event("2", 50), Event("3", 70), Tick(120)), memory: 1 << 20);
        Assert.Equal([(Noon, ""), (Noon.AddHours(1), "1 2"), (Noon.AddHours(2), "3")], sent.Select(window => (window.End, string.Join(" ", window.Ids))));
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    public void A_byte_order_mark_is_no_part_of_the_first_line(string end)
    {
        var path = Path.Combine(_folder.Path, "mark.jsonl");
        File.WriteAllText(path, string.Join(end, Event("1", 5), Event("2", 50)), new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.Equal([(Noon, 0), (Noon.AddHours(1), 2)], Windows(path, out var tally));
        Assert.Empty(tally.Rejected);
    }

    [Fact]
    public void A_wrong_year_costs_its_line_wherever_it_stands()
    {
        const int years = 60 * 24 * 365;
        string[] right = [Event("1", 5), Event("2", 50), Event("3", 185)];
        foreach (var wrong in (int[])[36 * years, -36 * years, 12 * years])
            for (var place = 0; place <= right.Length; place++)
            {
                var rejected = new List<RejectedLine>();
                var path = Write("typo.jsonl", [.. right[..place], Event("typo", wrong), .. right[place..]]);
                Assert.Equal([(Noon, ""), (Noon.AddHours(1), "1 2"), (Noon.AddHours(4), "3")],
                    Sent(path, 1 << 20, Bounds, rejected.Add).Select(window => (window.End, string.Join(" ", window.Ids))));
                Assert.Equal((place + 1, RejectionCodes.TimeOutOfRange), ((int)rejected.Single().Number, rejected.Single().Reason));
            }
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

    /// <summary>As on 1 June 2026, by the built-in policy.</summary>
    private static TimeBounds Bounds { get; } =
        new(new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero), TimeSpan.FromDays(1), TimeSpan.FromDays(400), TimeSpan.FromDays(1_100));

    private static List<(DateTimeOffset End, string[] Ids)> Sent(
        string path, long memory, TimeBounds? bounds = null, Action<RejectedLine>? rejected = null)
    {
        using var source = new RecordedSource([path], new LineTally(rejected), limit: null, bounds, memory);
        var windows = new List<(DateTimeOffset, string[])>();
        while (source.Next() is { } window)
            windows.Add((window.End, [.. window.Messages.Select(message => EventCodec.Decode(message.Payload).Event!.Id)]));
        return windows;
    }

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
