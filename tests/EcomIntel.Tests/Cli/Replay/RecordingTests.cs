using EcomIntel.Cli.Replay;
using EcomIntel.Core.Events;

namespace EcomIntel.Tests.Cli.Replay;

public sealed class RecordingTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2025, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    private string Path => System.IO.Path.Combine(_folder.Path, "stream.jsonl");

    [Fact]
    public void What_was_sent_is_read_again_under_its_name()
    {
        using (var recording = new Recording(Path))
        {
            recording.Write(new(Noon, []), "shop");
            recording.Write(Window, "shop");
            recording.Complete();
        }
        using var source = new RecordedSource([Path], new LineTally(), limit: null);
        Assert.Equal((Noon, 0), Told(source.Next()!));
        Assert.Equal((Window.End, 1), Told(source.Next()!));
        Assert.Single(Directory.GetFiles(_folder.Path));

        static (DateTimeOffset, int) Told(ReplayWindow window) => (window.End, window.Messages.Count);
    }

    [Fact]
    public void One_that_was_cut_off_is_no_file_and_the_next_may_have_its_name()
    {
        using (var recording = new Recording(Path))
            recording.Write(Window, "shop");
        Assert.Empty(Directory.GetFiles(_folder.Path));

        using (var next = new Recording(Path))
            next.Complete();
        Assert.Contains("is there already", Assert.Throws<SourceFileException>(() => new Recording(Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_full_disk_is_told_in_one_line_and_leaves_nothing(bool completed)
    {
        File.CreateSymbolicLink($"{Path}.unfinished", "/dev/full");
        using (var recording = new Recording(Path))
        {
            recording.Write(Window, "shop");
            if (completed)
                Assert.StartsWith("cannot record: No space left on device", Assert.Throws<SourceFileException>(recording.Complete).Message,
                    StringComparison.Ordinal);
        }
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    private static ReplayWindow Window =>
        new(Noon.AddHours(1), [ReplayMessage.Of(new("1", "shop", EventCatalogue.OrderCancelled, "order-1", Noon.AddMinutes(5), new OrderCancelled()))]);

    public void Dispose() => _folder.Dispose();
}
