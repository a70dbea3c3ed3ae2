namespace EcomIntel.Tests.Cli;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ecomintel-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
