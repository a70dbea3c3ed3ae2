namespace EcomIntel.Cli.Supervisor;

/// <summary>A process's log: two files of at most <see cref="MaxBytes"/>, the older one named <c>.1</c>.</summary>
internal sealed class BoundedLog : IDisposable
{
    private readonly string _path;
    private readonly long _maxBytes;
    private readonly Lock _gate = new();
    private StreamWriter? _writer;

    public const long MaxBytes = 8 * 1024 * 1024;

    public BoundedLog(string path, long maxBytes = MaxBytes)
    {
        _path = path;
        _maxBytes = maxBytes;
        _writer = Open();
    }

    /// <summary>
    /// What best tells why the process ended: the last line that names an error, else the last that was not empty; since the last <see cref="Begin"/>.
    /// </summary>
    public string? LastWords { get; private set; }

    /// <summary>Another run of the process begins: the words of the one before are not its own.</summary>
    public void Begin()
    {
        lock (_gate) LastWords = null;
    }

    public void WriteLine(string line)
    {
        lock (_gate)
        {
            if (_writer is null) return;
            if (!string.IsNullOrWhiteSpace(line) && (NamesError(line) || LastWords is null || !NamesError(LastWords))) LastWords = line.Trim();
            try
            {
                if (_writer.BaseStream.Position > _maxBytes)
                {
                    _writer.Dispose();
                    File.Move(_path, _path + ".1", overwrite: true);
                    _writer = Open();
                }

                _writer.WriteLine(line);
            }
            catch (IOException)
            {
                // A full disk must not take the processes down with their logs; the status keeps the last words.
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _writer?.Dispose();
            _writer = null;
        }
    }

    private static bool NamesError(string line) =>
        line.Contains("FATAL", StringComparison.Ordinal) || line.Contains("PANIC", StringComparison.Ordinal)
        || line.Contains("\"LogLevel\":\"Critical\"", StringComparison.Ordinal) || line.Contains("Unhandled exception", StringComparison.Ordinal)
        || line.Contains("error", StringComparison.OrdinalIgnoreCase);

    private StreamWriter Open() => new(_path, append: true) { AutoFlush = true };
}
