using EcomIntel.Core.Database.ClickHouse;
using Npgsql;

namespace EcomIntel.Core.Hosting.Configuration;

/// <summary>Section <c>ConnectionStrings</c>.</summary>
public sealed class ConnectionStrings : ISectionOptions
{
    public static string Section => "ConnectionStrings";

    /// <summary>Npgsql's form: <c>Host=...;Database=...;Username=...;Password=...</c>.</summary>
    public string Postgres { get; set; } = "Host=127.0.0.1;Database=ecomintel;Username=ecomintel";

    /// <summary>ClickHouse.Client's form: <c>Host=...;Port=8123;Database=...;Username=...;Password=...</c>.</summary>
    public string ClickHouse { get; set; } = "Host=127.0.0.1;Port=8123;Database=ecomintel";

    public string? Invalid()
    {
        try
        {
            if (string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(Postgres).Host))
                return $"{nameof(Postgres)}: has no Host";
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException)
        {
            return $"{nameof(Postgres)}: {wrong.Message.ReplaceLineEndings(" ")}";
        }
        try
        {
            _ = new ClickHouseConnectionStringBuilder(ClickHouse);
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException)
        {
            return $"{nameof(ClickHouse)}: {wrong.Message.ReplaceLineEndings(" ")}";
        }
        return null;
    }
}
