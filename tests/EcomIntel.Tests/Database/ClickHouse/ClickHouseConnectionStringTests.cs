using EcomIntel.Core.Database.ClickHouse;

namespace EcomIntel.Tests.Database.ClickHouse;

public sealed class ClickHouseConnectionStringTests
{
    [Fact]
    public void Defaults_are_ClickHouse_Clients()
    {
        var none = new ClickHouseConnectionStringBuilder("");
        Assert.Equal(("localhost", 8123, "http", "default", "", "default"), (none.Host, none.Port, none.Protocol, none.Username, none.Password, none.Database));
        Assert.Equal((true, false, TimeSpan.FromMinutes(2)), (none.Compression, none.UseSession, none.Timeout));
        Assert.Equal(8443, new ClickHouseConnectionStringBuilder("Protocol=https").Port);
    }

    [Fact]
    public void Every_key_comes_back_from_the_string()
    {
        var made = new ClickHouseConnectionStringBuilder
        {
            Host = "ch.internal", Port = 18123, Protocol = "https", Path = "/ch", Username = "hub", Password = "a;b='c'\"d", Database = "eco",
            Compression = false, Timeout = TimeSpan.FromSeconds(1.5), UseSession = true, SessionId = "s",
        };
        made["set_max_threads"] = "2";
        var read = new ClickHouseConnectionStringBuilder(made.ConnectionString);
        Assert.True(made.EquivalentTo(read));
        Assert.Equal(("ch.internal", 18123, "https", "/ch", "hub", "a;b='c'\"d"), (read.Host, read.Port, read.Protocol, read.Path, read.Username, read.Password));
        Assert.Equal(("eco", false, TimeSpan.FromSeconds(1.5), true, "s"), (read.Database, read.Compression, read.Timeout, read.UseSession, read.SessionId));
        Assert.Equal([new("max_threads", "2")], read.Settings());
    }

    [Theory]
    [InlineData("Prot=8123", "prot")]
    [InlineData("Port=0", "Port")]
    [InlineData("Port=99999", "Port")]
    [InlineData("Protocol=ftp", "Protocol")]
    [InlineData("Compression=maybe", "Compression")]
    [InlineData("Timeout=-1", "Timeout")]
    [InlineData("Timeout=soon", "Timeout")]
    [InlineData("Host=a b", "Host")]
    [InlineData("Username=a:b", "Username")]
    [InlineData("Path=/x?y", "Path")]
    public void A_bad_key_is_named(string text, string key)
    {
        var error = Assert.Throws<ArgumentException>(() => new ClickHouseConnection(text));
        Assert.Contains($"'{key}'", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_address_escapes_all_it_carries()
    {
        await using var connection = new ClickHouseConnection("Host=::1;Port=18123;Path=/ch;Database=a&b;Compression=false;set_x=1 2");
        Assert.Throws<InvalidOperationException>(() => connection.Address([]));
        await connection.OpenAsync(CancellationToken.None);
        Assert.Equal("http://[::1]:18123/ch?database=a%26b&x=1%202&param_p=%2B%26%3D%25%5C%27%00", connection.Address([new("param_p", "+&=%\\'\0")]).AbsoluteUri);
    }
}
