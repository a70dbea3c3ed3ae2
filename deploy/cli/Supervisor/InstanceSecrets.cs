using System.Security.Cryptography;

namespace EcomIntel.Cli.Supervisor;

/// <summary>The instance's passwords, made once, readable by the owner alone.</summary>
internal sealed record InstanceSecrets(
    string PostgresAdmin, string PostgresOwner, string PostgresApp, string PostgresReader, string ClickHouse, string PostgresModels = "")
{
    public static InstanceSecrets LoadOrCreate(InstancePaths paths)
    {
        // One of an instance from before there were models has no password for them yet.
        if (JsonFile.Read<InstanceSecrets>(paths.Secrets) is { } known && known.PostgresModels.Length > 0) return known;
        var fresh = JsonFile.Read<InstanceSecrets>(paths.Secrets) is { } older ? older with { PostgresModels = Password() }
            : new InstanceSecrets(Password(), Password(), Password(), Password(), Password(), Password());
        JsonFile.Write(paths.Secrets, fresh, secret: true);
        return fresh;
    }

    private static string Password() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
}
