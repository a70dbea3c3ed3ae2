using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace EcomIntel.Core.Database;

/// <summary>One file that changes a store's schema.</summary>
/// <param name="Name">As the store's schema_migrations has it; begins with the file's number of four digits.</param>
internal sealed record Migration(string Name, string Sql)
{
    /// <summary>Of the text with its line ends as LF, so that a checkout's line ends change nothing.</summary>
    public string Checksum => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    public string Number => Name[..Math.Min(4, Name.Length)];

    /// <summary>The <c>NNNN-name.sql</c> of a folder of this assembly, in order of their numbers.</summary>
    /// <param name="folder">Below core, with dots: <c>Database.Migrations</c>.</param>
    public static IReadOnlyList<Migration> Embedded(string folder)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var prefix = $"EcomIntel.Core.{folder}.";
        var files = new List<Migration>();
        var resources = assembly.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal));
        foreach (var resource in resources.Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
            files.Add(new(resource[prefix.Length..], reader.ReadToEnd()));
        }
        return files;
    }
}

/// <summary>The schema of a store cannot be brought to this program's; the message names the file and says why.</summary>
public sealed class MigrationException(string message, Exception? innerException = null) : Exception(message, innerException);
