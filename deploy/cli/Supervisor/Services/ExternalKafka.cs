using System.Globalization;
using System.Net.Sockets;

namespace EcomIntel.Cli.Supervisor.Services;

/// <summary>A Kafka that is not ours to start.</summary>
internal static class ExternalKafka
{
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(5), Pause = TimeSpan.FromSeconds(1);

    /// <summary>Returns once one of the bootstrap servers takes a connection; what it speaks there, the roles find out.</summary>
    /// <param name="servers">host:port, or several separated by commas.</param>
    /// <param name="timeout">How long one gets that is starting at the same time.</param>
    /// <exception cref="InstanceException">None does.</exception>
    public static async Task WaitUntilListeningAsync(string servers, TimeSpan timeout, TimeProvider time, CancellationToken token)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var reasons = new List<string>();
            foreach (var server in servers.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                if (await WhyNotAsync(server, time, token) is not { } reason)
                    return;
                reasons.Add($"{server}: {reason}");
            }
            if (time.GetElapsedTime(began) > timeout)
                throw new InstanceException($"no Kafka listens there ({string.Join("; ", reasons)}); see that it runs and can be reached from this machine");
            await Task.Delay(Pause, time, token);
        }
    }

    /// <returns>Null: it does.</returns>
    private static async Task<string?> WhyNotAsync(string server, TimeProvider time, CancellationToken token)
    {
        var (host, colon) = (server.LastIndexOf('/') + 1, server.LastIndexOf(':')); // a protocol may stand before, as SASL_SSL://
        using var within = new CancellationTokenSource(ConnectWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(within.Token, token);
        using var probe = new TcpClient();
        try
        {
            await probe.ConnectAsync(
                server[host..colon].Trim('[', ']'), int.Parse(server.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture), either.Token);
            return null;
        }
        catch (SocketException refused)
        {
            return refused.Message;
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            return "no answer";
        }
    }
}
