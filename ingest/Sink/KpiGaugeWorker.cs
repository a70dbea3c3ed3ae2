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
    protected override async Task<IWorkSession> OpenAsync(CancellationToken stopping)
    {
        var connection = ClickHouseDatabase.Connection(connections.ClickHouse);
        await connection.OpenAsync(stopping);
        // The sink of this process, or of another, may be making the tables.
        await ClickHouseMigrations.AssertAppliedAsync(connection, stopping);
        return new Session(connection, options.GaugeInterval, gauges, Clock);
    }

    private sealed class Session(ClickHouseConnection connection, TimeSpan interval, KpiGauges gauges, TimeProvider clock) : IWorkSession
    {
        private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

        /// <summary>Pause to time taken: where the queries take long, they are run less often, at most a twentieth of the time.</summary>
        private const int PauseFactor = 20;

        private readonly KpiQueries _kpis = new(connection);
        private long? _last;
        private TimeSpan _pause;

        public async Task RunOnceAsync(CancellationToken stopping, CancellationToken abort)
        {
            if (_last is { } last && clock.GetElapsedTime(last) < _pause)
            {
                await Task.Delay(PollInterval < interval ? PollInterval : interval, clock, stopping);
                return;
            }
            var began = clock.GetTimestamp();
            var now = await _kpis.BusinessNowAsync(stopping);
            foreach (var kpi in KpiCatalogue.All)
                gauges.Set(kpi, await KpiGaugePoint.ReadAsync(_kpis, kpi, now, stopping), now, clock.GetUtcNow());
            _last = clock.GetTimestamp();
            var paced = PauseFactor * clock.GetElapsedTime(began);
            _pause = paced > interval ? paced : interval;
        }

        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }
}
