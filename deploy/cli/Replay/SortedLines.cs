namespace EcomIntel.Cli.Replay;

/// <summary>
/// Sorts lines by time, those of one instant as they stand, in bounded memory: more than fits is sorted in parts, which are kept in temporary files and
/// merged. The files have no name any more once they are open (but on Windows, where they go when they are closed), so nothing is left behind whatever happens.
/// </summary>
/// <param name="memory">Bytes of lines held at once.</param>
internal sealed class SortedLines(long memory) : IDisposable
{
    public const long DefaultMemory = 64 << 20;

    /// <summary>What a line costs beside its bytes.</summary>
    private const int Overhead = 64;

    private readonly List<Part> _parts = [];
    private List<(DateTimeOffset Time, byte[] Line)> _held = [];
    private long _bytes;

    public long Count { get; private set; }

    /// <summary>Parts that did not fit into memory.</summary>
    public int Files => _parts.Count;

    /// <exception cref="SourceFileException">There is no room for temporary files.</exception>
    public void Add(DateTimeOffset time, byte[] line)
    {
        Count++;
        _held.Add((time, line));
        _bytes += line.Length + Overhead;
        if (_bytes < memory)
            return;
        _parts.Add(Part.Write(_held.OrderBy(held => held.Time)));
        (_held, _bytes) = ([], 0);
    }

    /// <summary>All that was added, in order; once.</summary>
    public IEnumerable<byte[]> Read()
    {
        var heads = new PriorityQueue<IEnumerator<(DateTimeOffset Time, byte[] Line)>, (DateTimeOffset Time, int Part)>();
        foreach (var source in _parts.Select(part => part.Read()).Append(_held.OrderBy(held => held.Time)))
        {
            var lines = source.GetEnumerator();
            if (lines.MoveNext())
                heads.Enqueue(lines, (lines.Current.Time, heads.Count));
        }
        _held = [];
        // Of one instant the earlier part has the earlier lines.
        while (heads.TryDequeue(out var next, out var place))
        {
            yield return next.Current.Line;
            if (next.MoveNext())
                heads.Enqueue(next, (next.Current.Time, place.Part));
        }
    }

    public void Dispose()
    {
        foreach (var part in _parts)
            part.Dispose();
    }

    private sealed class Part(FileStream file) : IDisposable
    {
        public static Part Write(IEnumerable<(DateTimeOffset Time, byte[] Line)> lines)
        {
            FileStream? file = null;
            try
            {
                file = Create(Path.Combine(Path.GetTempPath(), $"ecomintel-replay-{Path.GetRandomFileName()}"));
                using var writer = new BinaryWriter(file, System.Text.Encoding.UTF8, leaveOpen: true);
                foreach (var (time, line) in lines)
                {
                    writer.Write(time.UtcTicks);
                    writer.Write(line.Length);
                    writer.Write(line);
                }
                writer.Flush();
                return new(file);
            }
            catch (Exception full) when (full is IOException or UnauthorizedAccessException)
            {
                file?.Dispose();
                throw new SourceFileException(
                    $"its lines do not rise in time and are to be sorted, for which there is no room in {Path.GetTempPath()}: {full.Message}", full);
            }
        }

        public IEnumerable<(DateTimeOffset Time, byte[] Line)> Read()
        {
            file.Position = 0;
            using var reader = new BinaryReader(file, System.Text.Encoding.UTF8, leaveOpen: true);
            while (file.Position < file.Length)
                yield return (new(reader.ReadInt64(), TimeSpan.Zero), reader.ReadBytes(reader.ReadInt32()));
        }

        public void Dispose() => file.Dispose();

        private static FileStream Create(string path)
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Delete, BufferSize = 1 << 16 };
            if (OperatingSystem.IsWindows())
            {
                options.Options = FileOptions.DeleteOnClose;
                return new(path, options);
            }
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            var file = new FileStream(path, options);
            File.Delete(path);
            return file;
        }
    }
}
