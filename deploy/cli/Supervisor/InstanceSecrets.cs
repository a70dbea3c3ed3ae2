using System.Security.Cryptography;

namespace EcomIntel.Cli.Supervisor;

/// <summary>The instance's passwords, made once, readable by the owner alone.</summary>
internal sealed record InstanceSecrets(string PostgresAdmin, string PostgresOwner, string PostgresApp, string PostgresReader, string ClickHouse)
{
    public static InstanceSecrets LoadOrCreate(InstancePaths paths)
    {
        if (JsonFile.Read<InstanceSecrets>(paths.Secrets) is { } known) return known;
        var fresh = new InstanceSecrets(Password(), Password(), Password(), Password(), Password());
        JsonFile.Write(paths.Secrets, fresh, secret: true);
        return fresh;
    }

    private static string Password() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
}
