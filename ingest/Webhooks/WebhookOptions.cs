using System.Net;
using System.Text.RegularExpressions;
using EcomIntel.Core.Events;
using EcomIntel.Core.Hosting.Configuration;

namespace EcomIntel.Ingest.Webhooks;

/// <summary>Section <c>Webhooks</c>: who is told of alerts and cases. Their secrets stand in the environment alone (<see cref="WebhookSecrets"/>).</summary>
public sealed partial class WebhookOptions : ISectionOptions
{
    public static string Section => "Webhooks";

    /// <summary>
    /// By name: a small letter, then small letters, digits and underscores, at most 32. The name is for ever: what was delivered is kept under it.
    /// </summary>
    public Dictionary<string, WebhookEndpointOptions> Endpoints { get; set; } = new(StringComparer.Ordinal);

    /// <summary>From the request's beginning to the end of its answer; 1 to 15 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Attempts after which a delivery is a dead letter; 1 to 100.</summary>
    public int MaxAttempts { get; set; } = 15;

    /// <summary>The pause after the first failure, doubled with each, with a quarter of jitter either way; 1 s to 1 hour.</summary>
    public TimeSpan FirstDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest of these pauses; at least <see cref="FirstDelay"/>, at most 1 day. A Retry-After is honoured up to a day.</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Requests at once to one endpoint; 1 to 32.</summary>
    public int Concurrency { get; set; } = 4;

    /// <summary>Bytes of one request's body; what is larger is a dead letter at once. 1 KiB to 1 MiB.</summary>
    public int MaxBody { get; set; } = 128 << 10;

    /// <summary>Bytes read of one answer, which counts by its status alone; 0 to 1 MiB.</summary>
    public int MaxResponse { get; set; } = 64 << 10;

    /// <summary>What is older than this, by business time, when it is looked at wakes nobody any more; 1 minute to 365 days.</summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(3);

    /// <summary>Whether a replay's past, and whatever is older than <see cref="MaxAge"/>, is sent as well.</summary>
    public bool SendPast { get; set; }

    /// <exception cref="ConfigurationException">An endpoint has no secret, or one that cannot be used.</exception>
    internal static IReadOnlyDictionary<string, WebhookSecrets> Secrets(WebhookOptions options, Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Endpoints.Keys.ToDictionary(name => name, name => WebhookSecrets.Read(name, environment), StringComparer.Ordinal);
    }

    public string? Invalid()
    {
        foreach (var (name, endpoint) in Endpoints)
            if (!Name().IsMatch(name))
                return $"{nameof(Endpoints)}:{name}: a name is a small letter, then small letters, digits and underscores, at most 32";
            else if (endpoint is null)
                return $"{nameof(Endpoints)}:{name}: has no {nameof(WebhookEndpointOptions.Url)}";
            else if (endpoint.Invalid() is { } wrong)
                return $"{nameof(Endpoints)}:{name}:{wrong}";
        return Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromSeconds(15) ? $"{nameof(Timeout)}: must be 00:00:01 to 00:00:15"
            : MaxAttempts is < 1 or > 100 ? $"{nameof(MaxAttempts)}: must be 1 to 100"
            : FirstDelay < TimeSpan.FromSeconds(1) || FirstDelay > TimeSpan.FromHours(1) ? $"{nameof(FirstDelay)}: must be 00:00:01 to 01:00:00"
            : MaxDelay < FirstDelay || MaxDelay > TimeSpan.FromDays(1) ? $"{nameof(MaxDelay)}: must be {FirstDelay} to 1.00:00:00"
            : Concurrency is < 1 or > 32 ? $"{nameof(Concurrency)}: must be 1 to 32"
            : MaxBody is < 1 << 10 or > 1 << 20 ? $"{nameof(MaxBody)}: must be {1 << 10} to {1 << 20}"
            : MaxResponse is < 0 or > 1 << 20 ? $"{nameof(MaxResponse)}: must be 0 to {1 << 20}"
            : MaxAge < TimeSpan.FromMinutes(1) || MaxAge > TimeSpan.FromDays(365) ? $"{nameof(MaxAge)}: must be 00:01:00 to 365.00:00:00"
            : null;
    }

    [GeneratedRegex("^[a-z][a-z0-9_]{0,31}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Name();
}

/// <summary>Who is told, and of what. Conditions are combined with AND; several values of one list with OR; an empty list is any.</summary>
public sealed class WebhookEndpointOptions
{
    /// <summary>https; http only where the host is this machine itself and <see cref="AllowedNetworks"/> allows it.</summary>
    public string Url { get; set; } = "";

    /// <summary>As <c>alert.raised</c>, <c>exception.opened</c>.</summary>
    public IReadOnlyList<string> Events { get; set; } = [];

    /// <summary>Who owns the alert or the case.</summary>
    public IReadOnlyList<string> Teams { get; set; } = [];

    /// <summary>A case's category, as <c>inventory.variance</c>, or an alert's kind, as <c>demand_anomaly</c>.</summary>
    public IReadOnlyList<string> Categories { get; set; } = [];

    /// <summary>As <c>CRITICAL</c>.</summary>
    public IReadOnlyList<string> Severities { get; set; } = [];

    /// <summary>At least so much money at risk, whatever its currency; what cannot be told counts as none.</summary>
    public decimal LeastMoney { get; set; }

    /// <summary>Whether the amounts are told. Who may not read them in the API should not be told them here.</summary>
    public bool TellMoney { get; set; } = true;

    /// <summary>
    /// Networks, as <c>10.1.2.0/24</c>, that may be reached although they are not public. Without it no private, link-local or loopback address is, nor what
    /// a cloud tells its machines about themselves.
    /// </summary>
    public IReadOnlyList<string> AllowedNetworks { get; set; } = [];

    internal IReadOnlyList<IPNetwork> Networks => [.. AllowedNetworks.Select(IPNetwork.Parse)];

    internal Uri Address => new(Url);

    /// <summary>What is wrong, beginning with the key.</summary>
    internal string? Invalid()
    {
        if (AllowedNetworks.FirstOrDefault(network => !IPNetwork.TryParse(network, out _)) is { } wrong)
            return $"{nameof(AllowedNetworks)}: {wrong} is no network, as 10.1.2.0/24";
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http"))
            return $"{nameof(Url)}: must be an absolute address that begins with https://";
        if (address.UserInfo.Length > 0 || address.Fragment.Length > 0)
            return $"{nameof(Url)}: must have neither a user nor a fragment";
        if (address.Scheme == "http" && !(address.IsLoopback && Networks.Any(network => IPAddress.IsLoopback(network.BaseAddress))))
            return $"{nameof(Url)}: http is for this machine itself, and only where {nameof(AllowedNetworks)} has its loopback network";
        if (Events.FirstOrDefault(type => !AlertChanged.Types.Contains(type) && !ExceptionChanged.Types.Contains(type)) is { } unknown)
            return $"{nameof(Events)}: there is no {unknown}; there are {string.Join(", ", AlertChanged.Types.Concat(ExceptionChanged.Types))}";
        if (Severities.FirstOrDefault(severity => severity is not ("LOW" or "MEDIUM" or "HIGH" or "CRITICAL")) is { } severity)
            return $"{nameof(Severities)}: {severity} must be LOW, MEDIUM, HIGH or CRITICAL";
        return LeastMoney < 0 ? $"{nameof(LeastMoney)}: must not be below 0" : null;
    }
}
