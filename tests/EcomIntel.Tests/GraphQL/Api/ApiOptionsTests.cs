using System.Security.Cryptography;
using System.Text;
using EcomIntel.Core.Hosting.Configuration;
using EcomIntel.GraphQL.Hosting;

namespace EcomIntel.Tests.GraphQL.Api;

public sealed class ApiOptionsTests
{
    [Fact]
    public void By_default_it_listens_on_loopback_only_and_lets_no_other_page_in()
    {
        var options = new ApiOptions();
        Assert.Null(options.Invalid());
        Assert.Equal("127.0.0.1", new Uri(options.Url).Host);
        Assert.Empty(options.Origins);
        Assert.Empty(options.TrustedProxies);
    }

    [Theory]
    [InlineData("10.0.0.7")]
    [InlineData("10.0.0.0/24")]
    [InlineData("::1")]
    [InlineData("fd00::/64")]
    [InlineData("FD00:0::1")]
    public void A_proxy_is_an_address_or_a_network(string proxy) => Assert.Null(new ApiOptions { TrustedProxies = [proxy] }.Invalid());

    public static TheoryData<string, string> Wrong => new()
    {
        { "Url", "https://127.0.0.1:1" }, { "Url", "127.0.0.1:1" }, { "Url", "http://127.0.0.1:1/graphql" }, { "Url", "" },
        { "Origins", "app.example" },
        { "Origins", "https://app.example/" },
        { "Origins", "*" },
        { "Origins", "null" },
        { "Origins", "ftp://app.example" },
        { "Origins", "https://user@app.example" },
        { "TrustedProxies", "proxy.example" },
        { "TrustedProxies", "10.0.0.7:80" },
        { "TrustedProxies", "10.1" },
        { "TrustedProxies", "010.0.0.1" },
        { "TrustedProxies", "10.0.0.0/33" },
        { "TrustedProxies", "10.0.0.0/" },
        { "TrustedProxies", "fe80::1%eth0" },
        { "TrustedProxies", "0.0.0.0/0" },
        { "TrustedProxies", "::/0" },
        { "TrustedProxies", "*" },
        { "TrustedProxies", "" },
        { "OnlyPersistedQueries", "true" },
        { "Timeout", "00:00:00" },
        { "Timeout", "00:05:01" },
        { "OperationsPerSecond", "-1" },
        { "Drain", "-00:00:01" },
        { "Drain", "00:01:01" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_cannot_be_is_refused_by_the_name_of_its_key(string key, string value)
    {
        var options = new ApiOptions();
        switch (key)
        {
            case "Url": options.Url = value; break;
            case "Origins": options.Origins = ["https://good.example:8443", value]; break;
            case "TrustedProxies": options.TrustedProxies = ["10.0.0.7", value]; break;
            case "OnlyPersistedQueries": options.OnlyPersistedQueries = true; break;
            case "Timeout": options.Timeout = TimeSpan.Parse(value, System.Globalization.CultureInfo.InvariantCulture); break;
            case "OperationsPerSecond": options.OperationsPerSecond = int.Parse(value, System.Globalization.CultureInfo.InvariantCulture); break;
            default: options.Drain = TimeSpan.Parse(value, System.Globalization.CultureInfo.InvariantCulture); break;
        }
        Assert.StartsWith(key, options.Invalid(), StringComparison.Ordinal);
    }

    [Fact]
    public void Persisted_queries_are_known_by_the_hash_of_their_text()
    {
        using var folder = new Folder();
        const string query = "{ viewer { name } }";
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(query)));
        Assert.Equal(query, PersistedQueries.Read(folder.Write($"{{\"{hash}\":\"{query}\"}}"))[hash]);
        Assert.Empty(PersistedQueries.Read(null));
        string[] invalid =
        [
            $"{{\"{hash.ToUpperInvariant()}\":\"{query}\"}}", $"{{\"{hash}\":\"{query} \"}}", $"{{\"{hash}\":null}}", "{\"\":\"\"}", "[]", "{", "\"x\"", "",
        ];
        foreach (var wrong in invalid)
        {
            var path = folder.Write(wrong);
            var told = Assert.Throws<ConfigurationException>(() => PersistedQueries.Read(path));
            Assert.Contains(path, told.Message, StringComparison.Ordinal);
            Assert.StartsWith("GraphQL:PersistedQueries: ", told.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', told.Message);
        }
        Assert.Throws<ConfigurationException>(() => PersistedQueries.Read(Path.Combine(Path.GetTempPath(), "no such file.json")));
    }

    private sealed class Folder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ecomintel-persisted-");

        public string Write(string text)
        {
            var path = Path.Combine(_folder.FullName, "queries.json");
            File.WriteAllText(path, text);
            return path;
        }

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
