namespace EcomIntel.Cli.Replay;

/// <summary>Writes a stream as it is sent, one event a line, with its ticks: a file that <see cref="RecordedSource"/> reads.</summary>
internal sealed class Recording : IDisposable
{
    private readonly FileStream _file;

    /// <exception cref="SourceFileException">The file cannot be made.</exception>
    public Recording(string path)
    {
        try
        {
            _file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 1 << 20);
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

    public void Dispose() => _file.Dispose();

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
