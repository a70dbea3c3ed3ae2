using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.Hosting.Workers;
using EcomIntel.Core.Webhooks;

namespace EcomIntel.Ingest.Webhooks;

/// <summary>
/// Looks at the outbox for all endpoints and sends to each by itself: one that is slow or away keeps no other waiting. It works while it holds the lock; what
/// a copy that has lost it still sends is a repeat under the same id.
/// </summary>
internal sealed class WebhookSession(
    LeaderLock leaderLock, WebhookQueue queue, IReadOnlyDictionary<string, WebhookSender> senders, WebhookOptions options, WebhookInstruments instruments,
    TimeProvider clock) : IWorkSession
{
    /// <summary>A notification that was missed costs no more than this.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan CountInterval = TimeSpan.FromSeconds(5), PruneInterval = TimeSpan.FromMinutes(10);

    private readonly string[] _names = [.. senders.Keys];
    private readonly Dictionary<string, Task> _rounds = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _abort = new();
    private long? _counted, _pruned;

    public async Task RunOnceAsync(CancellationToken stopping, CancellationToken abort)
    {
        await using var ends = abort.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _abort);
        var more = await WebhookQueue.EnqueueAsync(leaderLock.Connection, _names, WebhookMessage.Types, Choose, abort);
        foreach (var round in _rounds.Where(round => round.Value.IsCompleted).ToList())
        {
            _rounds.Remove(round.Key);
            await round.Value;
        }
        foreach (var due in await WebhookQueue.DueEndpointsAsync(leaderLock.Connection, _names, stopping))
            if (!_rounds.ContainsKey(due.Endpoint))
                _rounds[due.Endpoint] = SendAsync(senders[due.Endpoint], due.Failures, _abort.Token);
        await CountAsync(stopping);
        if (!more)
            await leaderLock.Connection.WaitAsync(PollInterval, stopping);
    }

    private IEnumerable<NewDelivery> Choose(Operation operation, IReadOnlyCollection<string> asking, DateTimeOffset now, bool isStream)
    {
        foreach (var name in asking)
        {
            var endpoint = senders[name].Endpoint;
            if (!WebhookMessage.IsWanted(operation, endpoint))
                continue;
            if (WebhookMessage.IsPast(operation.Time, now, isStream, options))
                instruments.Past(name);
            else
                yield return WebhookMessage.Of(operation, name, endpoint, options.MaxBody);
        }
    }

    /// <summary>One round: what may be sent at once. An endpoint that did not answer is probed with one.</summary>
    private async Task SendAsync(WebhookSender sender, int failures, CancellationToken abort)
    {
        await Task.Yield();
        var due = await queue.DueAsync(sender.Name, failures > 0 ? 1 : options.Concurrency, abort);
        if (due.Count == 0)
            return;
        var sent = await Task.WhenAll(due.Select(async delivery =>
        {
            var began = clock.GetTimestamp();
            var answer = await sender.SendAsync(delivery, abort);
            instruments.Tried(sender.Name, answer.Kind, clock.GetElapsedTime(began));
            return answer;
        }));
        var attempted = due.Zip(sent, Attempt).ToList();
        var next = Next(sender.Name, failures + 1);
        var away = sent.Where(answer => answer.Answer == Answer.Away).ToList();
        var pause = away.Count == 0 ? (TimeSpan?)null
            : away.Max(answer => answer.PutOff) is { } putOff && putOff > next ? putOff : next;
        var answers = away.Count == 0 && sent.Any(answer => answer.Answer is Answer.Took or Answer.Refused);
        var heard = new EndpointHeard(
            answers, sent.Any(answer => answer.Answer == Answer.Took), pause, sent.Any(answer => answer.Answer == Answer.Gone));
        await queue.MarkAsync(sender.Name, attempted, heard, abort);
    }

    private Attempted Attempt(DueDelivery delivery, Sent sent)
    {
        var status = sent.Answer == Answer.Took ? WebhookStatus.Delivered
            : sent.Answer == Answer.Gone || delivery.Attempts + 1 >= options.MaxAttempts ? WebhookStatus.Dead
            : WebhookStatus.Pending;
        var pause = Next(delivery.Id, delivery.Attempts + 1);
        return new(delivery.Id, status, sent.PutOff is { } putOff && putOff > pause ? putOff : pause, sent.Error);
    }

    /// <summary>A string's hash is another one in each process, so neither copies nor deliveries retry in step.</summary>
    private TimeSpan Next(string what, int failures) =>
        WebhookRetry.Pause(failures, (uint)HashCode.Combine(string.GetHashCode(what, StringComparison.Ordinal), failures) / (double)uint.MaxValue, options);

    private async Task CountAsync(CancellationToken token)
    {
        if (IsOver(_pruned, PruneInterval))
        {
            await queue.PruneAsync(token);
            _pruned = clock.GetTimestamp();
        }
        if (!IsOver(_counted, CountInterval))
            return;
        foreach (var (endpoint, pending, dead, disabled, waiting) in await queue.CountAsync(_names, token))
            instruments.Stands(endpoint, pending, dead, disabled, waiting);
        _counted = clock.GetTimestamp();
    }

    private bool IsOver(long? since, TimeSpan interval) => since is not { } began || clock.GetElapsedTime(began) >= interval;

    /// <summary>What is on its way is waited for: each is bounded by the timeout.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Task.WhenAll(_rounds.Values);
        }
        catch (Exception ended) when (ended is OperationCanceledException || TransientErrors.Includes(ended))
        {
            // It is sent again.
        }
        finally
        {
            instruments.Forget(_names);
            await leaderLock.DisposeAsync();
            _abort.Dispose();
        }
    }
}
