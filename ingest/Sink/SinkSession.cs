using ClickHouse.Driver;
using EcomIntel.Core;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.Hosting.Workers;
using EcomIntel.Core.Kpis.Facts;
using Npgsql;

namespace EcomIntel.Ingest.Sink;

/// <summary>The leader's work: plan a block, write its facts, confirm it. Whatever ends it in between, the next leader does the planned block again.</summary>
internal sealed class SinkSession(
    LeaderLock leader, ClickHouseClient clickHouse, BlockReader blocks, long from, SinkPosition.Block? planned, TimeProvider clock,
    SinkInstruments instruments) : IWorkSession
{
    private const string Confirm =
        """
        INSERT INTO sink_positions (sink, confirmed, at) VALUES ($1, $2, now())
        ON CONFLICT (sink) DO UPDATE SET confirmed = excluded.confirmed, at = excluded.at
        """;

    private static readonly TimeSpan PollTimeout = TimeSpan.FromSeconds(1);

    private readonly SinkPosition _position = new(clickHouse);
    private readonly FactWriter _facts = new(clickHouse);
    private SinkPosition.Block? _planned = planned;
    private bool _begun;
    private TimeSpan _wrote;

    public async Task RunOnceAsync(CancellationToken stopping, CancellationToken abort)
    {
        if (!_begun)
            await BeginAsync(abort);
        var block = _planned is null ? await blocks.NextAsync(PollTimeout, _wrote, stopping) : [];
        if (block.Count == 0 && _planned is null)
        {
            await CheckLeaderAsync(stopping);
            return;
        }
        var began = clock.GetTimestamp();
        if (_planned is null)
        {
            await leader.EnsureHeldAsync(abort);
            _planned = new(block[0].Sequence, await _position.PlanAsync(block[0].Sequence, block[^1].Sequence, abort));
        }
        block = await blocks.ExactlyAsync(block, _planned.To, abort);
        var facts = FactBlock.Of(block, Domain.Facts);
        await _facts.WriteAsync(facts, leader.EnsureHeldAsync, abort);
        await ConfirmAsync(_planned.To, abort);
        _planned = null;
        _wrote = clock.GetElapsedTime(began);
        instruments.Stored(block.Count, facts.Rows, _wrote, clock.GetElapsedTime(blocks.FirstSeen), facts.To);
    }

    /// <summary>PostgreSQL is told at once where ClickHouse stands: after a rebuild begins, that is lower than before.</summary>
    private async Task BeginAsync(CancellationToken token)
    {
        await ConfirmAsync(from - 1, token);
        instruments.At(from - 1);
        _begun = true;
    }

    /// <summary>While nothing comes: a lock that was lost, or a database that was dropped, is noticed.</summary>
    private async Task CheckLeaderAsync(CancellationToken token)
    {
        await leader.EnsureHeldAsync(token);
        await _position.LatestAsync(token);
    }

    private async Task ConfirmAsync(long sequence, CancellationToken token)
    {
        await using var confirm = new NpgsqlCommand(Confirm, leader.Connection)
        {
            Parameters = { new() { Value = SinkPosition.Sink }, new() { Value = sequence } },
        };
        await confirm.ExecuteNonQueryAsync(token);
    }

    public async ValueTask DisposeAsync()
    {
        await blocks.DisposeAsync();
        clickHouse.Dispose();
        await leader.DisposeAsync();
    }
}
