namespace EcomIntel.Cli.Replay;

/// <summary>
/// Writes a stream as it is sent, one event a line, with its ticks: a file that <see cref="RecordedSource"/> reads. It has its name once it is whole; until
/// then, and where a replay was refused or cut off, there is no such file.
/// </summary>
internal sealed class Recording : IDisposable
{
    private readonly string _path;
    private readonly string _unfinished;
    private readonly FileStream _file;
    private bool _whole;

    /// <exception cref="SourceFileException">The file cannot be made.</exception>
    public Recording(string path)
    {
        (_path, _unfinished) = (path, $"{path}.unfinished");
        try
        {
            if (File.Exists(path))
                throw new IOException($"{path} is there already");
            _file = new FileStream(_unfinished, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 20);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new SourceFileException($"cannot record: {wrong.Message}", wrong);
        }
    }

    /// <exception cref="SourceFileException">The disk is full.</exception>
    public void Write(ReplayWindow window, string source)
    {
        foreach (var message in window.Messages)
            Write(message.Payload);
        Write(window.Tick(source));
    }

    /// <summary>The stream is over.</summary>
    /// <exception cref="SourceFileException">The disk is full, or the file is there already.</exception>
    public void Complete()
    {
        try
        {
            _file.Dispose();
            File.Move(_unfinished, _path);
            _whole = true;
        }
        catch (IOException wrong)
        {
            throw new SourceFileException($"cannot record: {wrong.Message}", wrong);
        }
    }

    public void Dispose()
    {
        try
        {
            _file.Dispose();
        }
        catch (IOException)
        {
            // What a full disk did not take is thrown away with the rest.
        }
        if (!_whole)
            File.Delete(_unfinished);
    }

    private void Write(byte[] line)
    {
        try
        {
            _file.Write(line);
            _file.WriteByte((byte)'\n');
        }
        catch (IOException full)
        {
            throw new SourceFileException($"cannot record: {full.Message}", full);
        }
    }
}
