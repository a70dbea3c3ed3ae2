using System.Data.Common;
using EcomIntel.Core.Allocation;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.Governance;
using Npgsql;

namespace EcomIntel.Core.Processing;

/// <summary>
/// Applies a batch in one transaction: effects, positions, identities, decisions and refusals stand or fall together.
/// The result equals applying the events one at a time in their order; how they are cut into batches does not show.
/// </summary>
public sealed class BatchProcessor(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>Applies <paramref name="batch"/>.</summary>
    /// <exception cref="DbException">PostgreSQL is away or refused; nothing was written, or the answer to the commit was lost: trying again finds out.</exception>
    public async Task<BatchResult> ApplyAsync(Batch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Dictionary<Message, Rejection> faults = [];
        while (true)
        {
            try
            {
                return await ApplyOnceAsync(batch, faults, cancellationToken);
            }
            catch (HandlerFaultException fault)
            {
                // A fault of the hub's own costs the one event, not the stream: it becomes a dead letter that can be retried once the hub is mended.
                faults.Add(fault.Culprit, new(RejectionCodes.InternalError, fault.InnerException!.Message));
            }
        }
    }

    private async Task<BatchResult> ApplyOnceAsync(Batch batch, Dictionary<Message, Rejection> faults, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await BatchStore.BeginAsync(connection, batch, cancellationToken) is not { } opening)
            return new(true, 0, 0, 0, 0, 0, null, false);

        var steps = WithRetries(batch, opening);
        var seen = new HashSet<Guid>(opening.Known);
        var refused = new List<(Message Message, Rejection Rejection)>();
        var identities = new List<(DateTimeOffset Time, Guid Identity)>();
        var footprint = new Footprint();
        foreach (var step in steps)
            if (step.Message?.Decoded.Event is { } e && (step.Message.RetryOf is not null || !seen.Contains(e.Identity)))
                footprint.Add(e);
        var rounds = batch.WallNow is not null || batch.Mode == ClockMode.Stream;
        var workspace = await WorkspaceLoader.LoadAsync(connection, footprint, rounds, cancellationToken);

        var due = new DueWork(workspace, opening.Clock);
        var retried = new List<(long Id, Rejection? Rejection)>();
        int applied = 0, repeated = 0;
        foreach (var (message, tick) in steps)
        {
            if (tick is { } instant)
            {
                due.Pass(instant);
                continue;
            }
            if (message!.RetryOf is null && !seen.Add(message.Decoded.Event?.Identity ?? message.Fingerprint))
            {
                repeated++;
                continue;
            }
            if (batch.Mode == ClockMode.Stream && message.Decoded.Event is { } next)
                due.RunUntil(next.Time);
            var rejection = faults.GetValueOrDefault(message) ?? message.Decoded.Rejection ?? Apply(workspace, message);
            if (message is { RetryOf: null, Decoded.Event: { } e })
                identities.Add((e.Time, e.Identity));
            if (message.RetryOf is { } id)
                retried.Add((id, rejection));
            else if (rejection is not null)
                refused.Add((message, rejection));
            if (rejection is null)
            {
                applied++;
                due.RunIfManyWait(message.Decoded.Event!.Time);
            }
        }
        if (batch.WallNow is { } now)
            due.CatchUp(now);

        var saved = await BatchStore.SaveAsync(connection, batch, workspace, due.Clock, identities, refused, retried, time.GetUtcNow(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new(false, applied, repeated, refused.Count, saved.Operations, saved.LedgerRows, due.Clock, MoreDue: false);
    }

    /// <summary>Dead letters that somebody wants tried again come first: what they say is late.</summary>
    private static List<Step> WithRetries(Batch batch, BatchStore.Opening opening)
    {
        var steps = new List<Step>(opening.Retries.Count + batch.Steps.Count);
        steps.AddRange(opening.Retries.Select(retry => new Step(retry, null)));
        steps.AddRange(batch.Steps);
        return steps;
    }

    private static Rejection? Apply(Workspace workspace, Message message)
    {
        try
        {
            return workspace.Apply(message.Decoded.Event!);
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException or OverflowException or NullReferenceException or KeyNotFoundException or FormatException)
        {
            throw new HandlerFaultException(message, fault);
        }
    }

    private sealed class HandlerFaultException(Message culprit, Exception inner) : Exception(inner.Message, inner)
    {
        public Message Culprit { get; } = culprit;
    }
}

/// <summary>What falls due as business time passes: allocation rounds, at every multiple of the policy's cadence, before any event of that instant or later.</summary>
internal sealed class DueWork(Workspace workspace, DateTimeOffset? clock)
{
    public DateTimeOffset? Clock { get; private set; } = clock;

    /// <summary>The stream has passed an instant: all that is due up to it runs, and that it has passed is told.</summary>
    public void Pass(DateTimeOffset instant)
    {
        if (instant <= Clock)
            return;
        RunUntil(instant);
        workspace.Outbox.Add(instant, OperationEvents.ClockTickedType, "clock", new ClockTicked(), OperationJson.Default.ClockTicked);
    }

    public void RunUntil(DateTimeOffset instant)
    {
        if (Clock is { } from)
        {
            // Between two events nothing changes by itself, so after a round that left nothing to do the rest of the way is empty.
            while (workspace.Round.IsWanted && NextAfter(from) is var at && at <= instant)
            {
                workspace.Round.Run(at);
                from = at;
            }
        }
        if (Clock is null || instant > Clock)
            Clock = instant;
    }

    /// <summary>Live: of the rounds that were missed, only the latest is worth running.</summary>
    public void CatchUp(DateTimeOffset now)
    {
        var cadence = PolicyAt(now).Cadence.Ticks;
        var latest = new DateTimeOffset(now.UtcTicks / cadence * cadence, TimeSpan.Zero);
        if (Clock is { } clock && clock < latest && workspace.Round.IsWanted)
            workspace.Round.Run(latest);
        if (Clock is null || now > Clock)
            Clock = now;
    }

    /// <summary>Does not wait for the cadence when many orders came at once.</summary>
    public void RunIfManyWait(DateTimeOffset at)
    {
        if (workspace.Orders.Unsourced.Count >= PolicyAt(at).WaitingOrders)
            workspace.Round.Run(Clock is { } clock && clock > at ? clock : at);
    }

    private DateTimeOffset NextAfter(DateTimeOffset from)
    {
        var cadence = PolicyAt(from).Cadence.Ticks;
        return new((from.UtcTicks / cadence + 1) * cadence, TimeSpan.Zero);
    }

    private AllocationPolicy PolicyAt(DateTimeOffset at) => PolicyKinds.AllocationOf(workspace.Policies.At(PolicyKinds.Allocation, at));
}
