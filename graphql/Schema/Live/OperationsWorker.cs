using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.Hosting.Workers;
using EcomIntel.Kafka;
using Npgsql;

namespace EcomIntel.GraphQL.Schema.Live;

/// <summary>Reads the decisions for this copy's subscribers, and rests while there are none.</summary>
internal sealed class OperationsWorker(WorkerServices services, OperationsReader reader, NpgsqlDataSource postgres, OperationsFeed feed) : WorkerLoop("operations", services)
{
    protected override Task<IWorkSession> OpenAsync(CancellationToken stopping) => Task.FromResult<IWorkSession>(new Session(reader, postgres, feed));

    private sealed class Session(OperationsReader reader, NpgsqlDataSource postgres, OperationsFeed feed) : IWorkSession
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

        private CancellationTokenSource _end = new();
        private IAsyncEnumerator<IReadOnlyList<Operation>>? _reading;
        private Task<bool>? _moving;

        public async Task RunOnceAsync(CancellationToken stopping, CancellationToken abort)
        {
            if (!feed.Wanted.IsCompleted)
            {
                await CloseAsync();
                await Task.WhenAny(feed.Wanted, Task.Delay(Patience, stopping));
                return;
            }
            if (_reading is not null && feed.Next is null)
                await CloseAsync(); // all left and others came meanwhile: they want what is newest
            if (_reading is null)
                await BeginAsync(abort);
            _moving ??= _reading!.MoveNextAsync().AsTask();
            if (await Task.WhenAny(_moving, Task.Delay(Patience, stopping)) != _moving)
                return;
            var moved = _moving;
            _moving = null;
            await moved;
            feed.Publish(_reading!.Current);
        }

        /// <summary>After an outage where it stood, else with what is decided from now on.</summary>
        private async Task BeginAsync(CancellationToken token)
        {
            if (feed.Next is not { } next)
            {
                await using var connection = await postgres.OpenConnectionAsync(token);
                feed.Begin(next = await OutboxReader.HeadAsync(connection, token) + 1);
            }
            _end.Dispose();
            _end = new();
            _reading = reader.ReadAsync(next, _end.Token).GetAsyncEnumerator(_end.Token);
        }

        private async Task CloseAsync()
        {
            if (_reading is null)
                return;
            await _end.CancelAsync();
            var (reading, moving) = (_reading, _moving);
            (_reading, _moving) = (null, null);
            try
            {
                if (moving is not null)
                    await moving;
            }
            catch (Exception ended) when (ended is OperationCanceledException || TransientErrors.Includes(ended))
            {
                // It was to end.
            }
            finally
            {
                await reading.DisposeAsync();
            }
        }

        public async ValueTask DisposeAsync()
        {
            await CloseAsync();
            _end.Dispose();
        }
    }
}
