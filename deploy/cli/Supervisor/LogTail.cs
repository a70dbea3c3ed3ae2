using System.Text;

namespace EcomIntel.Cli.Supervisor;

/// <summary>The last lines of a process's log, and those that are added while it is watched, over a change of files (<see cref="BoundedLog"/>) too.</summary>
internal sealed class LogTail(string path) : IDisposable
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _begun = new();
    private FileStream? _file;

    /// <summary>When its last line was.</summary>
    public DateTimeOffset WrittenAt => new(File.GetLastWriteTimeUtc(path));

    /// <summary>At most so many, the oldest first; from the older file too.</summary>
    public IReadOnlyList<string> Last(int count)
    {
        var last = new Queue<string>();
        using (var older = new LogTail(path + ".1"))
            foreach (var line in older.Added().Concat(Added()))
            {
                last.Enqueue(line);
                if (last.Count > count)
                    last.Dequeue();
            }
        return [.. last];
    }

    /// <summary>Whole lines since the last call.</summary>
    public IEnumerable<string> Added()
    {
        foreach (var line in ReadOn())
            yield return line;
        // What is shorter than what was read is another file: the one that was read is now the older.
        if (_file is null || new FileInfo(path) is not { Exists: true } now || now.Length >= _file.Position)
            yield break;
        _file.Dispose();
        _file = null;
        foreach (var line in ReadOn())
            yield return line;
    }

    public void Dispose() => _file?.Dispose();

    private IEnumerable<string> ReadOn()
    {
        _file ??= Open();
        if (_file is null)
            yield break;
        var (bytes, letters) = (new byte[64 << 10], new char[64 << 10]);
        for (int read; (read = _file.Read(bytes)) > 0;)
        {
            var count = _decoder.GetChars(bytes, 0, read, letters, 0);
            foreach (var letter in letters[..count])
            {
                if (letter != '\n')
                {
                    _begun.Append(letter);
                    continue;
                }
                var line = _begun.ToString();
                _begun.Clear();
                yield return line;
            }
        }
    }

    private FileStream? Open()
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new InstanceException($"{path} cannot be read: {denied.Message}", denied);
        }
    }
}
