using System.Net;
using System.Text;
using System.Text.Json;
using EcomIntel.Core.Events;
using EcomIntel.Core.Hosting.Configuration;
using EcomIntel.Ingest.Webhooks;
using Microsoft.Extensions.Configuration;

namespace EcomIntel.Tests.Ingest;

/// <summary>What webhooks say, how they are signed, to whom they may go, and when they are tried again.</summary>
public class WebhookTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", Next = "whsec_QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=";

    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// By openssl: printf 'msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}' | openssl dgst -sha256 -mac HMAC -macopt hexkey:31f290f6... -binary |
    /// base64. The first is the example of Standard Webhooks' own libraries too.
    /// </summary>
    [Theory]
    [InlineData(Secret, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData(Next, "v1,sOtUERDF9iliBwwjbtb5x75vJ65Xi/9XY+/N6V7/eQE=")]
    public void A_signature_is_that_of_the_standard(string secret, string signature) =>
        Assert.Equal(signature, WebhookSecrets.Parse(secret)!.Sign(
            "msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1614265330), "{\"test\": 2432232314}"u8));

    [Fact]
    public void While_a_secret_is_replaced_each_signs()
    {
        var at = DateTimeOffset.FromUnixTimeSeconds(1614265330);
        string Sign(string secrets) => WebhookSecrets.Parse(secrets)!.Sign("msg_1", at, "{}"u8);
        Assert.Equal($"{Sign(Next)} {Sign(Secret)}", Sign($"{Next} {Secret}"));
        Assert.NotEqual(Sign(Next), Sign(Secret));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", false)] // no prefix
    [InlineData("whsec_MfKQ", false)] // 3 bytes
    [InlineData("whsec_%%%%9r8GKYqrTwjUPD8ILPZIo2LaLaSw", false)]
    [InlineData(Secret + " " + Secret + " " + Secret, false)]
    [InlineData(Secret + "  " + Next, true)]
    public void A_secret_that_cannot_be_used_is_refused_and_not_told(string given, bool isGood)
    {
        Assert.Equal(isGood, WebhookSecrets.Parse(given) is not null);
        if (isGood)
            return;
        var wrong = Assert.Throws<ConfigurationException>(() => WebhookSecrets.Read("pager", name => name == "ECOMINTEL_WEBHOOK_SECRET_PAGER" ? given : null));
        Assert.StartsWith("ECOMINTEL_WEBHOOK_SECRET_PAGER: ", wrong.Message, StringComparison.Ordinal);
        Assert.True(given.Length == 0 || !wrong.Message.Contains(given, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("8.8.8.8", "", true)]
    [InlineData("172.15.255.255", "", true)]
    [InlineData("172.32.0.1", "", true)]
    [InlineData("100.63.255.255", "", true)]
    [InlineData("2606:4700:4700::1111", "", true)]
    [InlineData("0.0.0.0", "", false)]
    [InlineData("10.1.2.3", "", false)]
    [InlineData("100.64.0.1", "", false)]
    [InlineData("127.0.0.1", "", false)]
    [InlineData("127.255.255.254", "", false)]
    [InlineData("169.254.169.254", "", false)] // a cloud's metadata
    [InlineData("172.16.0.1", "", false)]
    [InlineData("172.31.255.255", "", false)]
    [InlineData("192.168.1.1", "", false)]
    [InlineData("198.18.0.1", "", false)]
    [InlineData("224.0.0.1", "", false)]
    [InlineData("255.255.255.255", "", false)]
    [InlineData("::", "", false)]
    [InlineData("::1", "", false)]
    [InlineData("::ffff:10.0.0.1", "", false)] // version 4 written as version 6
    [InlineData("::ffff:8.8.8.8", "", true)]
    [InlineData("64:ff9b::a9fe:a9fe", "", false)] // 169.254.169.254, translated
    [InlineData("64:ff9b::808:808", "", true)]
    [InlineData("64:ff9b:1::1", "", false)]
    [InlineData("2002:a00:1::", "", false)] // 6to4
    [InlineData("2001:0:1::1", "", false)] // Teredo
    [InlineData("2001:db8::1", "", false)]
    [InlineData("fc00::1", "", false)]
    [InlineData("fd00:ec2::254", "", false)] // a cloud's metadata
    [InlineData("fe80::1", "", false)]
    [InlineData("ff02::1", "", false)]
    [InlineData("10.1.2.3", "10.1.2.0/24", true)]
    [InlineData("10.1.3.3", "10.1.2.0/24", false)]
    [InlineData("::ffff:10.1.2.3", "10.1.2.0/24", true)]
    [InlineData("127.0.0.1", "10.1.2.0/24 127.0.0.0/8", true)]
    [InlineData("::1", "127.0.0.0/8", false)]
    [InlineData("fd00::5", "fd00::/16", true)]
    public void Only_public_addresses_and_those_that_are_allowed_are_reached(string address, string allowed, bool isOpen) =>
        Assert.Equal(isOpen, AddressGuard.Allows(
            IPAddress.Parse(address), [.. allowed.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(IPNetwork.Parse)]));

    [Theory]
    [InlineData("Url=https://a.example/hook", null)]
    [InlineData("Url=https://a.example/hook;Events:0=alert.raised;Teams:0=finance;LeastMoney=50.5;AllowedNetworks:0=10.0.0.0/8", null)]
    [InlineData("Url=http://127.0.0.1:9/hook;AllowedNetworks:0=127.0.0.0/8", null)]
    [InlineData("", "Webhooks:Endpoints:pager:Url: must be an absolute address")]
    [InlineData("Url=ftp://a.example", "Webhooks:Endpoints:pager:Url: must be an absolute address")]
    [InlineData("Url=http://a.example/hook;AllowedNetworks:0=0.0.0.0/0", "Webhooks:Endpoints:pager:Url: http is for this machine itself")]
    [InlineData("Url=http://127.0.0.1/hook", "Webhooks:Endpoints:pager:Url: http is for this machine itself")]
    [InlineData("Url=https://me:word@a.example/", "Webhooks:Endpoints:pager:Url: must have neither a user")]
    [InlineData("Url=https://a.example;Events:0=alert.rised", "Webhooks:Endpoints:pager:Events: there is no alert.rised; there are alert.raised")]
    [InlineData("Url=https://a.example;Severities:0=high", "Webhooks:Endpoints:pager:Severities: high must be LOW")]
    [InlineData("Url=https://a.example;LeastMoney=-1", "Webhooks:Endpoints:pager:LeastMoney: must not be below 0")]
    [InlineData("Url=https://a.example;AllowedNetworks:0=10.0.0.1", "Webhooks:Endpoints:pager:AllowedNetworks: 10.0.0.1 is no network")]
    [InlineData("Url=https://a.example;Secret=whsec_x", "Webhooks:Endpoints:pager:Secret: there is no such key")]
    [InlineData("Url=https://a.example;^Timeout=00:01:00", "Webhooks:Timeout: must be 00:00:01 to 00:00:15")]
    [InlineData("Url=https://a.example;^MaxDelay=00:00:01", "Webhooks:MaxDelay: must be 00:00:05 to 1.00:00:00")]
    [InlineData("Url=https://a.example;^MaxAttempts=0", "Webhooks:MaxAttempts: must be 1 to 100")]
    public void A_setting_that_cannot_be_used_is_told_by_its_key(string settings, string? told)
    {
        if (Read(settings, "pager", out _) is { } wrong)
            Assert.StartsWith(told ?? "nothing is wrong", wrong, StringComparison.Ordinal);
        else
            Assert.Null(told);
    }

    [Fact]
    public void An_endpoints_name_is_one_that_a_variable_may_have()
    {
        foreach (var name in new[] { "Pager", "on-call", "1st", new string('a', 33) })
            Assert.StartsWith($"Webhooks:Endpoints:{name}: a name is", Read("Url=https://a.example", name, out _), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 1, 1, 1, 1)]
    [InlineData("Events:0=alert.raised;Events:1=exception.escalated", 1, 0, 1, 0)]
    [InlineData("Teams:0=finance", 0, 0, 1, 1)]
    [InlineData("Categories:0=demand_anomaly;Categories:1=payment.charged_back", 1, 1, 1, 0)]
    [InlineData("Severities:0=CRITICAL", 0, 0, 1, 0)]
    [InlineData("LeastMoney=50", 1, 0, 1, 0)]
    [InlineData("LeastMoney=50.01", 1, 0, 0, 0)]
    [InlineData("Teams:0=finance;LeastMoney=10", 0, 0, 1, 0)]
    public void An_endpoint_hears_of_what_it_asks_for(string settings, params int[] wanted)
    {
        Read($"Url=https://a.example;{settings}", "pager", out var options);
        Assert.Equal(wanted, Decisions().Select(operation => WebhookMessage.IsWanted(operation, options!.Endpoints["pager"]) ? 1 : 0));
    }

    [Fact]
    public void A_message_says_what_was_decided_and_amounts_only_where_they_may_be_told()
    {
        Read("Url=https://a.example", "pager", out var options);
        var raised = Decisions()[0];
        var endpoint = options!.Endpoints["pager"];
        var delivery = WebhookMessage.Of(raised, "pager", endpoint, 4096);
        using var body = JsonDocument.Parse(delivery.Body);
        Assert.Equal(
            ("alert.raised", "2026-03-01T12:01:00Z", 1, "alert-1", "500"),
            (body.RootElement.GetProperty("type").GetString(), body.RootElement.GetProperty("timestamp").GetString(),
                body.RootElement.GetProperty("sequence").GetInt32(), body.RootElement.GetProperty("data").GetProperty("alertId").GetString(),
                body.RootElement.GetProperty("data").GetProperty("moneyAtRisk").ToString()));
        Assert.Null(delivery.Error);
        endpoint.TellMoney = false;
        var text = Encoding.UTF8.GetString(WebhookMessage.Of(raised, "pager", endpoint, 4096).Body);
        Assert.DoesNotContain("moneyAtRisk", text, StringComparison.Ordinal);
        Assert.Contains("\"alertId\":\"alert-1\"", text, StringComparison.Ordinal);
        Assert.Equal($"its body has {text.Length} bytes, and at most 100 are sent", WebhookMessage.Of(raised, "pager", endpoint, 100).Error);
    }

    [Fact]
    public void The_id_is_of_the_endpoint_and_the_decision_alone()
    {
        Assert.Equal(WebhookMessage.IdOf("pager", 7), WebhookMessage.IdOf("pager", 7));
        (string, long)[] others = [("pager", 7), ("pager", 8), ("chat", 7), ("pager7", 0)];
        Assert.Equal(4, others.Select(each => WebhookMessage.IdOf(each.Item1, each.Item2)).Distinct().Count());
        // sha256 of "pager/7", by sha256sum.
        Assert.Equal("msg_c633fc6a9a0367f643da7db2b9ca5615", WebhookMessage.IdOf("pager", 7));
    }

    [Theory]
    [InlineData(0, false, false, false)]
    [InlineData(59, true, false, false)]
    [InlineData(61, true, false, true)] // a replay of the past
    [InlineData(61, true, true, false)] // which is wanted
    [InlineData(61, false, false, false)] // the relay was away for an hour
    [InlineData((3 * 24 * 60) + 1, false, false, true)]
    [InlineData(-600, true, false, false)] // a stream that is ahead
    public void What_is_long_past_wakes_nobody(int minutes, bool isStream, bool sendPast, bool isPast) =>
        Assert.Equal(isPast, WebhookMessage.IsPast(Now - TimeSpan.FromMinutes(minutes), Now, isStream, new() { SendPast = sendPast }));

    [Theory]
    [InlineData(1, 0, 3.75)]
    [InlineData(1, 1, 6.25)]
    [InlineData(2, 0.5, 10)]
    [InlineData(4, 0.5, 40)]
    [InlineData(11, 0.5, 3600)]
    [InlineData(1000, 0.5, 3600)]
    public void Each_failure_doubles_the_pause_up_to_the_longest(int failures, double chance, double seconds) =>
        Assert.Equal(seconds, WebhookRetry.Pause(failures, chance, new()).TotalSeconds, 6);

    [Theory]
    [InlineData(null, null)]
    [InlineData("soon", null)]
    [InlineData("-5", null)]
    [InlineData("120", 120.0)]
    [InlineData("0", 0.0)]
    [InlineData("99999999999", 86400.0)]
    [InlineData("Sun, 01 Mar 2026 12:05:00 GMT", 300.0)]
    [InlineData("Sun, 01 Mar 2026 11:05:00 GMT", 0.0)]
    [InlineData("Sun, 01 Mar 2037 12:05:00 GMT", 86400.0)]
    public void Being_put_off_is_honoured_up_to_a_day(string? retryAfter, double? seconds) =>
        Assert.Equal(seconds, WebhookRetry.PutOff(retryAfter, Now)?.TotalSeconds);

    [Theory]
    [InlineData(200, "Took")]
    [InlineData(204, "Took")]
    [InlineData(301, "Refused")]
    [InlineData(307, "Refused")]
    [InlineData(400, "Refused")]
    [InlineData(404, "Refused")]
    [InlineData(408, "Away")]
    [InlineData(410, "Gone")]
    [InlineData(425, "Away")]
    [InlineData(429, "Away")]
    [InlineData(500, "Away")]
    [InlineData(503, "Away")]
    public void A_status_tells_whether_it_is_the_message_or_the_endpoint(int status, string answer) =>
        Assert.Equal(answer, WebhookRetry.Of((HttpStatusCode)status).ToString());

    /// <param name="settings">Of the endpoint; those that begin with ^ are the section's.</param>
    private static string? Read(string settings, string name, out WebhookOptions? options)
    {
        var pairs = settings.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(setting => setting.Split('=', 2));
        var values = pairs.ToDictionary(
            pair => pair[0][0] == '^' ? $"Webhooks:{pair[0][1..]}" : $"Webhooks:Endpoints:{name}:{pair[0]}", pair => (string?)pair[1], StringComparer.Ordinal);
        if (values.Count == 0)
            values[$"Webhooks:Endpoints:{name}:Url"] = "";
        options = null;
        try
        {
            options = new ConfigurationBuilder().AddInMemoryCollection(values).Build().ReadSection<WebhookOptions>();
            return null;
        }
        catch (ConfigurationException wrong)
        {
            return wrong.Message;
        }
    }

    /// <summary>An alert, a case of no money, one of 50 that is critical, and one that is another's.</summary>
    private static List<Operation> Decisions()
    {
        var outbox = new Outbox();
        var alert = new AlertChanged(
            "alert-1", 1, "RAISED", "demand_anomaly", "detector", new("s1"), "spike", "more than expected", Now, 0.01m, 500, "GBP", 1, 1, null, Now,
            "purchasing", "HIGH", null, 8, Now.AddDays(1), 0, null, null, null, null, null, null, null, null, null, null);
        outbox.Add(Now.AddMinutes(1), AlertChanged.Raised, alert.AlertId, alert, OperationJson.Default.AlertChanged);
        void Case(string type, string category, decimal? money, string team, string severity)
        {
            var found = new ExceptionChanged($"case-{category}", category, "s1", null, money, "wrong", DetectedAt: Now, Team: team, Severity: severity);
            outbox.Add(Now, type, found.CaseId, found, OperationJson.Default.ExceptionChanged);
        }
        Case(ExceptionChanged.Opened, "payment.charged_back", null, "warehouse", "MEDIUM");
        Case(ExceptionChanged.Escalated, "payment.charged_back", 50, "finance", "CRITICAL");
        Case(ExceptionChanged.Closed, "return.over", 9, "finance", "LOW");
        return outbox.Seal(0).ConvertAll(row => Operation.Parse(row.Payload));
    }
}
