using System.Text.Json;
using System.Text.Json.Serialization;

namespace EcomIntel.Cli.Supervisor;

/// <summary>JSON files that a reader finds whole or not at all, whatever is killed.</summary>
internal static class JsonFile
{
    public static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // for terminals and files, never for a page
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <returns>null where there is no file.</returns>
    /// <exception cref="InstanceException">The file is there and is not what it should be.</exception>
    public static T? Read<T>(string path)
        where T : class
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return JsonSerializer.Deserialize<T>(file, Format);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception failure) when (failure is JsonException or UnauthorizedAccessException)
        {
            throw new InstanceException($"{path} cannot be read: {failure.Message}", failure);
        }
    }

    public static void Write<T>(string path, T value, bool secret = false)
    {
        var mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        if (!secret) mode |= UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        var fresh = $"{path}.{Environment.ProcessId}.new";
        using (var file = new FileStream(fresh, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = mode }))
            JsonSerializer.Serialize(file, value, Format);
        File.Move(fresh, path, overwrite: true);
    }
}
