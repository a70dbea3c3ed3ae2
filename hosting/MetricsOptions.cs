using EcomIntel.Core.Hosting.Configuration;

namespace EcomIntel.Hosting;

/// <summary>Section <c>Metrics</c>.</summary>
public sealed class MetricsOptions : ISectionOptions
{
    public static string Section => "Metrics";

    /// <summary>
    /// Where <c>/metrics</c> and <c>/healthz</c> answer. They ask for no password: loopback, or a network that only monitoring reaches. Port 0 lets the system
    /// choose.
    /// </summary>
    public string Url { get; set; } = "http://127.0.0.1:0";

    public string? Invalid() =>
        Uri.TryCreate(Url, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttp && url.AbsolutePath == "/"
            ? null : $"{nameof(Url)}: must be http://host:port";
}
