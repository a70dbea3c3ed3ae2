using ClickHouse.Driver.ADO;
using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Hosting.Configuration;
using EcomIntel.Core.Hosting.Workers;
using EcomIntel.Core.Kpis;

namespace EcomIntel.Ingest.Sink;

/// <summary>Queries the KPIs at an interval, so that a scrape costs no query.</summary>
internal sealed class KpiGaugeWorker(WorkerServices services, SinkOptions options, ConnectionStrings connections, KpiGauges gauges)
    : WorkerLoop("kpis", services)
{
    private static readonly (string Name, int Days)[] Windows = [("7d", 7), ("28d", 28)];

    protected override async Task<IWorkSession> OpenAsync(CancellationToken stopping)
    {
        var connection = ClickHouseDatabase.Connection(connections.ClickHouse);
        await connection.OpenAsync(stopping);
        return new Session(connection, options.GaugeInterval, gauges, Clock);
    }

    private sealed class Session(ClickHouseConnection connection, TimeSpan interval, KpiGauges gauges, TimeProvider clock) : IWorkSession
    {
        private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

        private readonly KpiQueries _kpis = new(connection);
        private long? _last;

        public async Task RunOnceAsync(CancellationToken stopping, CancellationToken abort)
        {
            if (_last is { } last && clock.GetElapsedTime(last) < interval)
            {
                await Task.Delay(PollInterval < interval ? PollInterval : interval, clock, stopping);
                return;
            }
            var now = await _kpis.BusinessNowAsync(stopping);
            foreach (var kpi in KpiCatalogue.All)
            {
                var points = kpi.Kind == KpiKind.Ratio ? await RatiosAsync(kpi, now, stopping) : await AgesAsync(kpi, now, stopping);
                gauges.Set(kpi, points, now, clock.GetUtcNow());
            }
            _last = clock.GetTimestamp();
        }

        private async Task<List<(string, string, KpiPoint)>> RatiosAsync(KpiContract kpi, DateTimeOffset now, CancellationToken token)
        {
            var points = new List<(string, string, KpiPoint)>();
            var today = DateOnly.FromDateTime(now.UtcDateTime);
            foreach (var (name, days) in Windows)
            {
                var query = new KpiQuery(kpi, From: today.AddDays(1 - days), To: today.AddDays(1), GroupBy: ["channel"], AsOf: now);
                foreach (var point in await _kpis.QueryAsync(query, token))
                    points.Add((point.Dimensions[0], name, point));
            }
            return points;
        }

        private async Task<List<(string, string, KpiPoint)>> AgesAsync(KpiContract kpi, DateTimeOffset now, CancellationToken token) =>
            [.. (await _kpis.QueryAsync(new KpiQuery(kpi, GroupBy: ["channel", "age"], AsOf: now), token))
                .Select(point => (point.Dimensions[0], point.Dimensions[1], point))];

        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }
}
