using System.Reflection;
using EcomIntel.Cli.Supervisor;
using EcomIntel.GraphQL.Engine.TypeSystem;

namespace EcomIntel.Cli.Documents;

/// <summary>Schemas to check documents against: the API's own, which is built into this program, or files.</summary>
internal static class SdlSource
{
    private const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>The API's, its files in the order of their names, as the API itself reads them.</summary>
    public static Schema Own()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return SchemaReader.Read(
            assembly.GetManifestResourceNames().Where(name => name.EndsWith(".graphql", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(name =>
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return new SdlFile(name, reader.ReadToEnd());
        }));
    }

    /// <exception cref="InstanceException">A file cannot be read, or they are no schema: the first fault with its file, line and column, and how many more
    /// there are.</exception>
    public static async Task<Schema> ReadAsync(IReadOnlyList<string> paths, CancellationToken token)
    {
        var files = new List<SdlFile>();
        foreach (var path in paths)
        {
            try
            {
                if (new FileInfo(path) is { Exists: true, Length: > MaxBytes }) throw new InstanceException($"{path}: an SDL file may have {MaxBytes} bytes");
                files.Add(new SdlFile(path, await File.ReadAllTextAsync(path, token)));
            }
            catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
            {
                throw new InstanceException(wrong.Message, wrong);
            }
        }
        try
        {
            return SchemaReader.Read(files);
        }
        catch (SchemaException wrong)
        {
            throw new InstanceException(wrong.Errors is [var only] ? only.ToString() : $"{wrong.Errors[0]} (and {wrong.Errors.Count - 1} more faults)", wrong);
        }
    }
}
