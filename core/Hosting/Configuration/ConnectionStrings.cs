using EcomIntel.Core.Database.ClickHouse;
using Npgsql;

namespace EcomIntel.Core.Hosting.Configuration;

/// <summary>Section <c>ConnectionStrings</c>.</summary>
public sealed class ConnectionStrings : ISectionOptions
{
    public static string Section => "ConnectionStrings";

    /// <summary>Npgsql's form: <c>Host=...;Database=...;Username=...;Password=...</c>.</summary>
    public string Postgres { get; set; } = "Host=127.0.0.1;Database=ecomintel;Username=ecomintel";

    /// <summary>The same database by a role that may only read; null takes <see cref="Postgres"/>.</summary>
    public string? PostgresReader { get; set; }

    /// <summary>ClickHouse.Driver's form: <c>Host=...;Port=8123;Database=...;Username=...;Password=...</c>; <c>set_NAME</c> is a server setting.</summary>
    public string ClickHouse { get; set; } = "Host=127.0.0.1;Port=8123;Database=ecomintel";

    public string? Invalid()
    {
        foreach (var (name, value) in new[] { (nameof(Postgres), Postgres), (nameof(PostgresReader), PostgresReader ?? Postgres) })
        {
            try
            {
                if (string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(value).Host))
                    return $"{name}: has no Host";
            }
            catch (Exception wrong) when (wrong is ArgumentException or FormatException)
            {
                return $"{name}: {wrong.Message.ReplaceLineEndings(" ")}";
            }
        }
        try
        {
            _ = ClickHouseDatabase.Parse(ClickHouse);
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException)
        {
            return $"{nameof(ClickHouse)}: {wrong.Message.ReplaceLineEndings(" ")}";
        }
        return null;
    }
}
