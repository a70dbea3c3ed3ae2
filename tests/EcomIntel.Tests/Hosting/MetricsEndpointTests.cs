using System.Diagnostics;
using EcomIntel.Core.Kpis;
using EcomIntel.Ingest.Relay;
using EcomIntel.Ingest.Sink;

namespace EcomIntel.Tests.Hosting;

/// <summary>What a Prometheus server gets of a role.</summary>
public sealed class MetricsEndpointTests
{
    private const string Plain = "text/plain; version=0.0.4; charset=utf-8";
    private const string OpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private static readonly KpiContract LineFill = KpiCatalogue.All.Single(kpi => kpi.Name == "line_fill_rate");

    [Theory]
    [InlineData(null, Plain)]
    [InlineData("*/*", Plain)]
    [InlineData("application/json", Plain)]
    [InlineData("text/plain;version=0.0.4;q=0.5,application/openmetrics-text;version=1.0.0;q=0.4", Plain)]
    [InlineData("application/openmetrics-text", OpenMetrics)]
    [InlineData("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        OpenMetrics)]
    public async Task The_format_is_the_one_that_the_client_prefers(string? accept, string type)
    {
        await using var relay = await RoleWithoutWorkers.StartAsync("relay");
        var (given, text) = await relay.ScrapeAsync(accept);
        Assert.Equal(type, given);
        Assert.Equal(type == OpenMetrics, text.EndsWith("\n# EOF\n", StringComparison.Ordinal));
        Exposition.Read(text);
    }

    [Fact]
    public async Task Both_formats_give_the_same_series_and_only_OpenMetrics_names_a_counter_without_its_total()
    {
        await using var relay = await RoleWithoutWorkers.StartAsync("relay");
        relay.Service<RelayInstruments>().Sent(3, 7, TimeSpan.FromSeconds(1.5));
        var (plain, open) = (Exposition.Read((await relay.ScrapeAsync()).Text), Exposition.Read((await relay.ScrapeAsync(OpenMetrics)).Text));
        Assert.Equal(3, Assert.Single(plain.Families["ecomintel_relay_operations_total"].Samples).Value);
        Assert.Equal(3, Assert.Single(open.Families["ecomintel_relay_operations"].Samples, sample => sample.Name == "ecomintel_relay_operations_total").Value);
        var duration = plain.Families["ecomintel_relay_batch_duration_seconds"].Samples;
        Assert.Equal(1.5, duration.Single(sample => sample.Name.EndsWith("_sum", StringComparison.Ordinal)).Value);
        Assert.Equal(Series(plain), Series(open));

        // OpenMetrics writes a bound as 1.0 where the plain text has 1.
        static IEnumerable<string> Series(Exposition page) => page.Families.Values
            .Where(family => family.Name.StartsWith("ecomintel_", StringComparison.Ordinal))
            .SelectMany(family => family.Samples).Select(sample => sample.Series.Replace(".0\"", "\"", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task The_gauges_of_a_channel_that_vanished_disappear_and_a_ratio_of_nothing_has_no_value()
    {
        await using var sink = await RoleWithoutWorkers.StartAsync("sink");
        var gauges = sink.Service<KpiGauges>();
        var start = DateTimeOffset.UnixEpoch;
        gauges.Set(LineFill, [Point("web", 0.5, 1, 2), Point("market \"ü\"\\\n", 1, 4, 4)], start, start);
        Assert.Equal([0.5, 1], await ValuesAsync("ratio"));
        Assert.Equal([1, 4], await ValuesAsync("numerator"));

        gauges.Set(LineFill, [Point("web", null, 0, 0)], start.AddMinutes(1), start.AddMinutes(2));
        Assert.Empty(await ValuesAsync("ratio"));
        Assert.Equal([0], await ValuesAsync("numerator"));
        Assert.Equal([0], await ValuesAsync("denominator"));
        Assert.Equal(60, Assert.Single((await PageAsync()).Families["ecomintel_kpi_business_timestamp_seconds"].Samples).Value);
        Assert.Equal(120, Assert.Single((await PageAsync()).Families["ecomintel_kpi_last_success_timestamp_seconds"].Samples).Value);

        async Task<Exposition> PageAsync() => Exposition.Read((await sink.ScrapeAsync()).Text);
        async Task<IEnumerable<double>> ValuesAsync(string unit) =>
            (await PageAsync()).Families[$"ecomintel_kpi_{LineFill.Metric}_{unit}"].Samples.Select(sample => sample.Value).Order();
        static KpiGaugePoint Point(string channel, double? value, decimal numerator, decimal denominator) =>
            new([channel, "7d"], new(null, [], value, (decimal?)value, numerator, denominator, null, [new("value", value)]));
    }

    [Fact]
    public async Task Hosts_in_one_process_do_not_see_each_others_metrics()
    {
        await using var one = await RoleWithoutWorkers.StartAsync("relay");
        await using var other = await RoleWithoutWorkers.StartAsync("relay");
        one.Service<RelayInstruments>().Sent(5, 5, TimeSpan.FromSeconds(1));
        other.Service<RelayInstruments>().At(2);
        var page = Exposition.Read((await other.ScrapeAsync()).Text);
        Assert.Equal(2, Assert.Single(page.Families["ecomintel_relay_position"].Samples).Value);
        Assert.Equal(0, Assert.Single(page.Families["ecomintel_relay_operations_total"].Samples).Value);
    }

    [PromtoolTheory]
    [InlineData("ingest")]
    [InlineData("relay")]
    [InlineData("sink")]
    [InlineData("graphql")]
    public async Task Promtool_finds_nothing_to_say_against_a_roles_own_metrics(string role)
    {
        await using var host = await RoleWithoutWorkers.StartAsync(role);
        var (_, text) = await host.ScrapeAsync();
        var start = new ProcessStartInfo("promtool", ["check", "metrics"])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true,
        };
        using var promtool = Process.Start(start)!;
        await promtool.StandardInput.WriteAsync(text);
        promtool.StandardInput.Close();
        var said = await promtool.StandardError.ReadToEndAsync() + await promtool.StandardOutput.ReadToEndAsync();
        await promtool.WaitForExitAsync();
        // The runtime chose its own names.
        var ours = said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith("dotnet_", StringComparison.Ordinal));
        Assert.Equal("", string.Join('\n', ours));
    }
}

[AttributeUsage(AttributeTargets.Method)]
internal sealed class PromtoolTheoryAttribute : TheoryAttribute
{
    public PromtoolTheoryAttribute()
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "promtool"))))
            Skip = "no promtool on the PATH";
    }
}
