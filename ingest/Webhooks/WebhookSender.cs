using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using EcomIntel.Core.Webhooks;

namespace EcomIntel.Ingest.Webhooks;

/// <summary>What came of one request.</summary>
/// <param name="PutOff">Until when the endpoint wants to be left alone; null where it does not say.</param>
/// <param name="Error">In one line, nothing of what the endpoint wrote in it; null where it took it.</param>
/// <param name="Kind">For the metric: delivered, refused, failed, timeout, blocked, gone.</param>
internal sealed record Sent(Answer Answer, TimeSpan? PutOff, string? Error, string Kind);

/// <summary>Sends to one endpoint. A client of its own: what an endpoint does to its connections concerns no other.</summary>
internal sealed class WebhookSender(string name, WebhookEndpointOptions endpoint, WebhookSecrets secrets, WebhookOptions options, TimeProvider time)
    : IDisposable
{
    private readonly HttpClient _http = new(Handler(endpoint, options)) { Timeout = Timeout.InfiniteTimeSpan };

    public string Name => name;

    public WebhookEndpointOptions Endpoint => endpoint;

    /// <summary>Never throws for what the endpoint or the network does.</summary>
    public async Task<Sent> SendAsync(DueDelivery delivery, CancellationToken abort)
    {
        using var timeout = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(abort, timeout.Token);
        using var request = Request(delivery);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var answer = WebhookRetry.Of(response.StatusCode);
            var retryAfter = response.Headers.NonValidated.TryGetValues("Retry-After", out var values) ? values.ToString() : null;
            var putOff = WebhookRetry.PutOff(retryAfter, time.GetUtcNow());
            if (answer == Answer.Took)
                await PassOverAsync(response, either.Token, abort);
            var error = string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)response.StatusCode}");
            return answer switch
            {
                Answer.Took => new(answer, null, null, "delivered"),
                Answer.Gone => new(answer, null, error, "gone"),
                Answer.Refused => new(answer, putOff, error, "refused"),
                _ => new(answer, putOff, error, "failed"),
            };
        }
        catch (OperationCanceledException) when (!abort.IsCancellationRequested) // the connection's timeout, or ours
        {
            return new(Answer.Away, null, $"no answer within {options.Timeout.TotalSeconds} s", "timeout");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return failure.InnerException is AddressRefusedException refused
                ? new(Answer.Away, null, refused.Message, "blocked")
                : new(Answer.Away, null, OneLine(failure.InnerException?.Message ?? failure.Message), "failed");
        }
    }

    private HttpRequestMessage Request(DueDelivery delivery)
    {
        var at = time.GetUtcNow();
        var content = new ByteArrayContent(delivery.Body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Address) { Content = content };
        request.Headers.Add("webhook-id", delivery.Id);
        request.Headers.Add("webhook-timestamp", at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation("webhook-signature", secrets.Sign(delivery.Id, at, delivery.Body));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("EcomIntel", null));
        return request;
    }

    /// <summary>Reads what the connection needs to be used again, and no more than is allowed: the status has told all.</summary>
    private async Task PassOverAsync(HttpResponseMessage response, CancellationToken token, CancellationToken abort)
    {
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(token);
            var buffer = new byte[8 << 10];
            for (var left = options.MaxResponse; left > 0;)
            {
                var read = await body.ReadAsync(buffer.AsMemory(0, Math.Min(buffer.Length, left)), token);
                if (read == 0)
                    return;
                left -= read;
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException && !abort.IsCancellationRequested)
        {
            // It took the message, however it goes on.
        }
    }

    private static SocketsHttpHandler Handler(WebhookEndpointOptions endpoint, WebhookOptions options)
    {
        var (networks, loopbackOnly) = (endpoint.Networks, endpoint.Address.Scheme == Uri.UriSchemeHttp);
        return new()
        {
            AllowAutoRedirect = false, UseCookies = false, UseProxy = false, AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = options.Timeout, MaxConnectionsPerServer = options.Concurrency, MaxResponseHeadersLength = 16, MaxResponseDrainSize = 0,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2), PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            ConnectCallback = (context, token) => AddressGuard.ConnectAsync(context.DnsEndPoint, networks, loopbackOnly, token),
        };
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ") is { Length: > 300 } longer ? longer[..300] : text.ReplaceLineEndings(" ");

    public void Dispose() => _http.Dispose();
}
