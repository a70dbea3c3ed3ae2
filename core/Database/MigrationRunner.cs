using System.Data.Common;

namespace EcomIntel.Core.Database;

/// <summary>What differs between the stores that migrations are applied to.</summary>
internal interface IMigrationStore
{
    /// <summary>As people call it.</summary>
    string Name { get; }

    /// <summary>Makes the store's schema_migrations (name, checksum, applied_at) if it is not there; nobody else migrates from here on.</summary>
    /// <returns>The checksums of what was applied, by name.</returns>
    Task<IReadOnlyDictionary<string, string>> BeginAsync(CancellationToken token);

    /// <summary>Runs a file and records it.</summary>
    Task ApplyAsync(Migration migration, CancellationToken token);
}

/// <summary>
/// Brings a store to this program's schema: the files it has not yet, in order of their numbers, each once. Files are append-only: one that changed after it
/// was applied, or that this program does not have, stops everything before anything is applied.
/// </summary>
internal static class MigrationRunner
{
    /// <returns>The names of the files applied now, in order.</returns>
    /// <exception cref="MigrationException">A check failed and nothing was applied; or a file failed: those before it stay, the next run begins with
    /// it.</exception>
    public static async Task<IReadOnlyList<string>> ApplyAsync(IMigrationStore store, IEnumerable<Migration> migrations, CancellationToken token)
    {
        var files = migrations.OrderBy(file => file.Name, StringComparer.Ordinal).ToList();
        CheckNumbers(store, files);
        var applied = await store.BeginAsync(token);
        if (Newer(store.Name, files, applied) is [var first, ..])
            throw new MigrationException($"{store.Name} has migration {first}, which this program does not know: the program is older than the database");
        var now = new List<string>();
        foreach (var file in files.Where(file => !applied.ContainsKey(file.Name)))
        {
            try
            {
                await store.ApplyAsync(file, token);
            }
            catch (DbException failed)
            {
                throw new MigrationException($"{store.Name} migration {file.Name}: {failed.Message}", failed);
            }
            now.Add(file.Name);
        }
        return now;
    }

    private static void CheckNumbers(IMigrationStore store, List<Migration> files)
    {
        for (var next = 1; next < files.Count; next++)
            if (files[next - 1].Number == files[next].Number)
                throw new MigrationException($"{store.Name} migrations {files[next - 1].Name} and {files[next].Name} have one number");
    }

    /// <param name="store">As people call it.</param>
    /// <param name="files">In order of their numbers.</param>
    /// <returns>What was applied by a newer program, in order.</returns>
    /// <exception cref="MigrationException">What was applied is not in this program any more, or not as it was.</exception>
    internal static IReadOnlyList<string> Newer(string store, IReadOnlyList<Migration> files, IReadOnlyDictionary<string, string> applied)
    {
        var known = files.ToDictionary(file => file.Name, StringComparer.Ordinal);
        var newer = new List<string>();
        foreach (var (name, checksum) in applied.OrderBy(each => each.Key, StringComparer.Ordinal))
        {
            if (!known.TryGetValue(name, out var file))
            {
                if (files.Count > 0 && string.CompareOrdinal(name, files[^1].Name) < 0)
                    throw new MigrationException(
                        $"{store} migration {name} was applied and is not in this program any more; migrations are append-only: put it back");
                newer.Add(name);
            }
            else if (file.Checksum != checksum)
                throw new MigrationException(
                    $"{store} migration {name} has changed since it was applied; migrations are append-only: undo the change and put it into a new file");
        }
        return newer;
    }
}
