using System.Collections.Concurrent;

namespace EcomIntel.GraphQL.Engine.Http;

/// <summary>
/// The operations of one socket by id. A client may reuse an id once it completed the operation, while the old one is still ending: an operation frees its id
/// only while the id is its own.
/// </summary>
internal sealed class RunningOperations
{
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _byId = new(StringComparer.Ordinal);

    public int Count => _byId.Count;

    public bool Contains(string id) => _byId.ContainsKey(id);

    /// <summary>Only the reading loop starts operations, after it has asked <see cref="Contains"/>.</summary>
    /// <returns>What cancels the operation. Never disposed: it holds neither timer nor link, and a "complete" may arrive while the operation ends.</returns>
    public CancellationTokenSource Start(string id) => _byId[id] = new();

    /// <summary>The client has completed the operation, if there is one: its id is free, and it is cancelled.</summary>
    public Task Complete(string id) => _byId.TryRemove(id, out var operation) ? operation.CancelAsync() : Task.CompletedTask;

    /// <summary>The operation is over. False if its id was no longer its own: the client expects nothing more of it.</summary>
    public bool End(string id, CancellationTokenSource own) => _byId.TryRemove(new KeyValuePair<string, CancellationTokenSource>(id, own));

    public async Task CancelAll()
    {
        foreach (var operation in _byId.Values) await operation.CancelAsync();
    }
}
