using System.Net;
using System.Net.Sockets;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Cli.Supervisor.Services;

namespace EcomIntel.Tests.Cli.Supervisor;

public sealed class ExternalKafkaTests
{
    [Theory]
    [InlineData("127.0.0.1:{0}")]
    [InlineData("SASL_SSL://[127.0.0.1]:{0}")]
    [InlineData("127.0.0.1:1, 127.0.0.1:{0}")]
    public async Task One_of_its_brokers_is_enough(string servers)
    {
        using var broker = new TcpListener(IPAddress.Loopback, 0);
        broker.Start();
        await ExternalKafka.WaitUntilListeningAsync(
            string.Format(System.Globalization.CultureInfo.InvariantCulture, servers, ((IPEndPoint)broker.LocalEndpoint).Port), TimeSpan.Zero,
            TimeProvider.System, default);
    }

    [Fact]
    public async Task Where_none_listens_each_is_named_with_its_reason()
    {
        var failure = await Assert.ThrowsAsync<InstanceException>(
            () => ExternalKafka.WaitUntilListeningAsync("127.0.0.1:1,127.0.0.1:2", TimeSpan.Zero, TimeProvider.System, default));
        Assert.Contains("127.0.0.1:1: Connection refused; 127.0.0.1:2: Connection refused", failure.Message, StringComparison.Ordinal);
    }
}
