using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Hosting.Configuration;

namespace EcomIntel.Tests.Database.ClickHouse;

public sealed class ClickHouseConnectionStringTests
{
    [Fact]
    public void What_a_string_leaves_out_has_the_defaults_of_always()
    {
        var none = ClickHouseDatabase.Client("").Settings;
        Assert.Equal(("localhost", 8123, "http", "default", "", "default"), (none.Host, none.Port, none.Protocol, none.Username, none.Password, none.Database));
        Assert.Equal((true, false, false, TimeSpan.FromMinutes(2)), (none.UseCompression, none.UseSession, none.UseCustomDecimals, none.Timeout));
        Assert.Equal(8443, ClickHouseDatabase.Client("Protocol=HTTPS").Settings.Port);
    }

    [Fact]
    public void Every_key_reaches_the_driver()
    {
        var read = ClickHouseDatabase.Client(
            """Host=ch.internal;Port=18123;protocol=https;Path=/ch;Username=hub;Password="a;b='c'";Database=eco;"""
            + "Compression=false;Timeout=1.5;UseSession=true;SessionId=s;set_max_threads=2").Settings;
        Assert.Equal(("ch.internal", 18123, "https", "/ch", "hub", "a;b='c'"), (read.Host, read.Port, read.Protocol, read.Path, read.Username, read.Password));
        Assert.Equal(("eco", false, TimeSpan.FromSeconds(1.5), true, "s"), (read.Database, read.UseCompression, read.Timeout, read.UseSession, read.SessionId));
        Assert.Equal(("2", "1"), (read.CustomSettings["max_threads"], read.CustomSettings["wait_end_of_query"]));
    }

    [Fact]
    public void A_setting_of_the_string_goes_before_the_hubs_own() =>
        Assert.Equal("0", ClickHouseDatabase.Client("set_wait_end_of_query=0").Settings.CustomSettings["wait_end_of_query"]);

    [Fact]
    public void A_timeout_of_0_waits_for_ever() => Assert.Equal(Timeout.InfiniteTimeSpan, ClickHouseDatabase.Client("Timeout=0").Settings.HttpClient.Timeout);

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
    [InlineData("ReadBufferSize=0", "ReadBufferSize")]
    [InlineData("MapReadMode=Lists", "MapReadMode")]
    [InlineData("set_=1", "set_")]
    public void A_bad_key_is_named(string text, string key)
    {
        var error = Assert.Throws<ArgumentException>(() => ClickHouseDatabase.Parse(text));
        Assert.Contains($"'{key}'", error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.StartsWith("ClickHouse: Key '", new ConnectionStrings { ClickHouse = text }.Invalid(), StringComparison.Ordinal);
    }
}
