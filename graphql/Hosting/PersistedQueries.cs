using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EcomIntel.Core.Hosting.Configuration;

namespace EcomIntel.GraphQL.Hosting;

/// <summary>Documents that clients may name by hash.</summary>
internal static class PersistedQueries
{
    /// <param name="path">A JSON object: SHA-256 of a document's text in lower-case hex, to the text. Null for none.</param>
    /// <exception cref="ConfigurationException">The file is not there, not of this form, or a hash is not its document's.</exception>
    public static IReadOnlyDictionary<string, string> Read(string? path)
    {
        if (path is null)
            return new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            var documents = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(path)) ?? [];
            foreach (var (hash, text) in documents)
            {
                if (text is null || hash != Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))))
                    throw Invalid(path, $"{hash} is not the SHA-256 of its document");
            }
            return documents;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            throw Invalid(path, failure.Message.ReplaceLineEndings(" "));
        }
    }

    private static ConfigurationException Invalid(string path, string reason) =>
        new($"{ApiOptions.Section}:{nameof(ApiOptions.PersistedQueries)}: {path}: {reason}");
}
