namespace EcomIntel.Cli.Supervisor;

/// <summary>The lock a supervisor holds as long as it lives: the kernel's, so that it is gone with its holder, however that one ends.</summary>
internal static class InstanceLock
{
    /// <returns>null where another process holds it.</returns>
    public static FileStream? TryTake(InstancePaths paths)
    {
        try
        {
            // FileShare.None is flock(LOCK_EX | LOCK_NB).
            return new FileStream(paths.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(paths.Lock))
        {
            return null;
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new InstanceException(
                $"the instance in {paths.Folder} belongs to another user; run as its owner, or use one of your own: --state DIR", denied);
        }
    }

    public static bool IsHeld(InstancePaths paths)
    {
        if (!File.Exists(paths.Lock)) return false;
        using var taken = TryTake(paths);
        return taken is null;
    }
}
