using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EcomIntel.Core.Events;
using EcomIntel.Core.Webhooks;

namespace EcomIntel.Ingest.Webhooks;

/// <summary>Which decisions an endpoint is told of, and in which words. Pure: the same decision makes the same message with the same id.</summary>
internal static class WebhookMessage
{
    /// <summary>A replay that has come to the present is heard.</summary>
    private static readonly TimeSpan StreamAge = TimeSpan.FromHours(1);

    /// <summary>Of what the endpoints may want to hear.</summary>
    public static IReadOnlyList<string> Types { get; } = [.. AlertChanged.Types, .. ExceptionChanged.Types];

    /// <summary>Whether it is too long ago to wake anybody: business time is compared with PostgreSQL's clock.</summary>
    public static bool IsPast(DateTimeOffset decided, DateTimeOffset now, bool isStream, WebhookOptions options)
    {
        if (options.SendPast)
            return false;
        var most = isStream && StreamAge < options.MaxAge ? StreamAge : options.MaxAge;
        return now - decided > most;
    }

    public static bool IsWanted(Operation operation, WebhookEndpointOptions endpoint)
    {
        if (endpoint.Events.Count > 0 && !endpoint.Events.Contains(operation.Type))
            return false;
        var (team, category, severity, money) = OperationStates.AlertOf(operation) is { } alert
            ? (alert.Team, alert.Kind, alert.Severity, alert.MoneyAtRisk)
            : OperationStates.CaseOf(operation) is { } found ? (found.Team, found.Category, found.Severity, found.MoneyAtRisk)
            : ((string?)null, "", null, null);
        return category.Length > 0 && Has(endpoint.Teams, team) && Has(endpoint.Categories, category) && Has(endpoint.Severities, severity)
            && (money ?? 0) >= endpoint.LeastMoney;
    }

    /// <summary>As it is sent: a dead letter from the beginning where its body is too large.</summary>
    public static NewDelivery Of(Operation operation, string name, WebhookEndpointOptions endpoint, int maxBody)
    {
        var body = Body(operation, endpoint.TellMoney);
        var error = body.Length > maxBody
            ? string.Create(CultureInfo.InvariantCulture, $"its body has {body.Length} bytes, and at most {maxBody} are sent") : null;
        return new(IdOf(name, operation.Sequence), name, operation.Sequence, operation.Type, operation.Subject, body, error);
    }

    /// <summary>The webhook-id: made of the endpoint and the decision, so the same whenever and by whichever copy it is made.</summary>
    public static string IdOf(string endpoint, long sequence) =>
        $"msg_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{endpoint}/{sequence}"))))[..32]}";

    /// <summary>Type and time of the decision, its number, by which what comes twice or late is told, and all that the decision says.</summary>
    private static byte[] Body(Operation operation, bool tellMoney)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, operation.Type);
            writer.WriteString("timestamp"u8, operation.Time.UtcDateTime);
            writer.WriteNumber("sequence"u8, operation.Sequence);
            writer.WritePropertyName("data"u8);
            if (tellMoney)
                writer.WriteRawValue(operation.Data.Span);
            else
                WithoutMoney(operation).WriteTo(writer);
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Amounts stand in this one field, by the contract of alerts and cases.</summary>
    private static JsonObject WithoutMoney(Operation operation)
    {
        var data = JsonNode.Parse(operation.Data.Span)!.AsObject();
        data.Remove("moneyAtRisk");
        return data;
    }

    private static bool Has(IReadOnlyList<string> wanted, string? value) => wanted.Count == 0 || (value is not null && wanted.Contains(value));
}
