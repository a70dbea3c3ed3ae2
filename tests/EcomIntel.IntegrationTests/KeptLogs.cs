using System.Globalization;

namespace EcomIntel.IntegrationTests;

/// <summary>
/// Logs of what a test started, kept where <c>./ecomintel test</c> says (ECOMINTEL_TEST_LOGS) and dropped without it. A test cannot know when it disposes
/// of its processes whether it failed, so all are kept; <c>./ecomintel test</c> deletes them when every test passed.
/// </summary>
/// <param name="file">Source file of the test or fixture: with <paramref name="member"/> it names the folder.</param>
internal sealed class KeptLogs(string file, string member)
{
    private static readonly string? Root = Environment.GetEnvironmentVariable("ECOMINTEL_TEST_LOGS");
    private static int _last;

    private readonly string _name =
        string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(file)}.{member}-{Interlocked.Increment(ref _last)}");

    /// <summary>The files of a folder of logs, once their processes have ended.</summary>
    public void KeepFolder(string folder)
    {
        if (Root is null || !Directory.Exists(folder)) return;
        var kept = Directory.CreateDirectory(Path.Combine(Root, _name)).FullName;
        foreach (var log in Directory.EnumerateFiles(folder))
            File.Copy(log, Path.Combine(kept, Path.GetFileName(log)), overwrite: true);
    }

    /// <summary>What one process printed. Several of a name stand in one log.</summary>
    public void Keep(string process, string output)
    {
        if (Root is null || output.Length == 0) return;
        File.AppendAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(Root, _name)).FullName, $"{process}.log"), output);
    }
}
