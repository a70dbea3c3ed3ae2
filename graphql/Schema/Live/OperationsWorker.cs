using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.Hosting.Workers;
using Npgsql;

namespace EcomIntel.GraphQL.Schema.Live;

/// <summary>Reads the outbox for this copy's subscribers; idle while there are none.</summary>
internal sealed class OperationsWorker(WorkerServices services, OperationsReader reader, NpgsqlDataSource postgres, OperationsFeed feed)
    : WorkerLoop("operations", services)
{
    protected override Task<IWorkSession> OpenAsync(CancellationToken stopping) => Task.FromResult<IWorkSession>(new Session(reader, postgres, feed, Clock));

    private sealed class Session(OperationsReader reader, NpgsqlDataSource postgres, OperationsFeed feed, TimeProvider clock) : IWorkSession
    {
        /// <summary>How long one iteration waits for a subscriber or a batch.</summary>
        private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(1);

        private CancellationTokenSource _stopReading = new();
        private IAsyncEnumerator<IReadOnlyList<Operation>>? _batches;
        private Task<bool>? _nextBatch;

        public async Task RunOnceAsync(CancellationToken stopping, CancellationToken abort)
        {
            if (!feed.HasSubscribers.IsCompleted)
            {
                await CloseAsync();
                await Task.WhenAny(feed.HasSubscribers, Task.Delay(MaxWait, clock, stopping));
                return;
            }
            if (_batches is not null && feed.Next is null)
                await CloseAsync(); // all subscribers left and new ones came meanwhile: they start at what is newest
            if (_batches is null)
                await StartAsync(abort);
            _nextBatch ??= _batches!.MoveNextAsync().AsTask();
            if (await Task.WhenAny(_nextBatch, Task.Delay(MaxWait, clock, stopping)) != _nextBatch)
                return;
            var nextBatch = _nextBatch;
            _nextBatch = null;
            await nextBatch;
            feed.Publish(_batches!.Current);
        }

        /// <summary>Resumes where it was after an outage, else starts with the next decision.</summary>
        private async Task StartAsync(CancellationToken token)
        {
            if (feed.Next is not { } next)
            {
                await using var connection = await postgres.OpenConnectionAsync(token);
                feed.StartAt(next = await OutboxReader.HeadAsync(connection, token) + 1);
            }
            _stopReading.Dispose();
            _stopReading = new();
            _batches = reader.ReadAsync(next, _stopReading.Token).GetAsyncEnumerator(_stopReading.Token);
        }

        private async Task CloseAsync()
        {
            if (_batches is null)
                return;
            await _stopReading.CancelAsync();
            var (batches, nextBatch) = (_batches, _nextBatch);
            (_batches, _nextBatch) = (null, null);
            try
            {
                if (nextBatch is not null)
                    await nextBatch;
            }
            catch (Exception ended) when (ended is OperationCanceledException || TransientErrors.Includes(ended))
            {
                // Expected: reading was cancelled.
            }
            finally
            {
                await batches.DisposeAsync();
            }
        }

        public async ValueTask DisposeAsync()
        {
            await CloseAsync();
            _stopReading.Dispose();
        }
    }
}
