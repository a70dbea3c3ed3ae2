namespace EcomIntel.Embedded.ClickHouse;

/// <summary>The engine's folder: locked by one process at a time, and cleaned up before the engine opens it.</summary>
internal sealed class DataDirectory : IDisposable
{
    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    public string Path { get; }

    /// <summary>Where a request body goes that is too large for memory.</summary>
    public string Spool => System.IO.Path.Combine(Path, "spool");

    /// <summary>Locks the folder. Null, with the reason in one line, when it cannot.</summary>
    public static DataDirectory? Open(string path, out string problem)
    {
        try
        {
            Directory.CreateDirectory(path);
            // An advisory lock that the kernel releases with the process, however that ends.
            var held = new FileStream(System.IO.Path.Combine(path, "ecomintel.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var directory = new DataDirectory(path, held);
            directory.RemoveDropped();
            directory.EmptySpool();
            problem = "";
            return directory;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problem = $"clickhouse: cannot lock the data directory {path}: {error.Message}";
            return null;
        }
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>
    /// libchdb frees a dropped table's name at once but never runs the task that deletes its data (seen in 26.5), so a table created and
    /// dropped every day would fill the disk. Each such table stands in metadata_dropped as DATABASE.TABLE.UUID.sql.
    /// </summary>
    private void RemoveDropped()
    {
        var dropped = System.IO.Path.Combine(Path, "metadata_dropped");
        if (!Directory.Exists(dropped))
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(dropped, "*.sql"))
        {
            var name = System.IO.Path.GetFileNameWithoutExtension(file);
            var id = name[(name.LastIndexOf('.') + 1)..];
            if (Guid.TryParseExact(id, "D", out _))
            {
                var data = System.IO.Path.Combine(Path, "store", id[..3], id);
                if (Directory.Exists(data))
                {
                    Directory.Delete(data, recursive: true);
                }
                File.Delete(file);
            }
        }
    }

    private void EmptySpool()
    {
        if (Directory.Exists(Spool))
        {
            Directory.Delete(Spool, recursive: true);
        }
        Directory.CreateDirectory(Spool);
    }
}
