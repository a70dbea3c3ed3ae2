using System.Net;
using System.Net.Sockets;
using EcomIntel.Cli.Supervisor;

namespace EcomIntel.Tests.Cli.Supervisor;

public sealed class InstancePortsTests : IDisposable
{
    private static readonly string[] Names = ["postgres", "clickhouse", "kafka", "ingest"];
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _told = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_port_is_kept_when_the_instance_starts_again()
    {
        var chosen = Ports().Claim("postgres");
        Assert.Equal(chosen, Ports().Claim("postgres"));
        Assert.Empty(_told);
    }

    [Fact]
    public void Each_process_has_a_port_of_its_own_below_the_ephemeral_range()
    {
        var ports = Ports();
        var chosen = Names.Select(ports.Claim).ToArray();
        Assert.Equal(4, chosen.Distinct().Count());
        Assert.All(chosen, port => Assert.InRange(port, 1024, InstancePorts.EphemeralStart() - 1));
    }

    [Fact]
    public void A_kept_port_that_a_stranger_took_is_given_up_and_told()
    {
        var kept = Ports().Claim("kafka");
        using var stranger = new TcpListener(IPAddress.Loopback, kept);
        stranger.Start();

        var next = Ports().Claim("kafka");
        Assert.NotEqual(kept, next);
        Assert.Contains($"port {kept} of kafka is taken", Assert.Single(_told), StringComparison.Ordinal);
        stranger.Stop();
        Assert.Equal(next, Ports().Claim("kafka"));
    }

    private InstancePorts Ports() => new(new InstancePaths(_folder.Path), _told.Add);
}
