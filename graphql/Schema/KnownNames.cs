using System.Collections.Concurrent;
using System.Text.Json;
using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Engine.Validation;

namespace EcomIntel.GraphQL.Schema;

/// <summary>Reads the names there are: those of the catalogue, and those of <paramref name="wanted"/> that stand elsewhere.</summary>
internal delegate Task<IReadOnlyList<string>> NameLookup(string[] wanted, RequestContext context);

/// <summary>
/// Refuses names that do not exist, with those that were probably meant: a misspelt filter would find nothing, and nobody would see why. Names that were
/// found are kept, since none ever ceases to exist; others are looked up each time.
/// </summary>
internal sealed class KnownNames(NameLookup channels, NameLookup locations)
{
    /// <summary>An order may come by a channel of which the catalogue knows nothing.</summary>
    private const string SelectChannels = """
        SELECT channel FROM channels
        UNION
        SELECT w.channel FROM unnest(@wanted) w (channel)
        WHERE NOT EXISTS (SELECT FROM channels c WHERE c.channel = w.channel) AND EXISTS (SELECT FROM orders o WHERE o.channel = w.channel)
        """;

    private const string SelectLocations = "SELECT location FROM locations";

    private readonly ConcurrentDictionary<string, bool> _channels = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _locations = new(StringComparer.Ordinal);

    public static KnownNames In(ReadDatabase database) => new(
        async (wanted, context) => await database.CountAsync<string>(SelectChannels, new { wanted }, context),
        async (_, context) => await database.QueryAsync<string>(SelectLocations, null, context));

    /// <exception cref="GraphQLException">There is no such channel.</exception>
    public Task CheckChannelsAsync(IReadOnlyCollection<string>? given, RequestContext context) => CheckAsync("channel", given, _channels, channels, context);

    /// <exception cref="GraphQLException">There is no such location.</exception>
    public Task CheckLocationsAsync(IReadOnlyCollection<string>? given, RequestContext context) =>
        CheckAsync("location", given, _locations, locations, context);

    /// <param name="what">As <c>KPI</c>.</param>
    public static void Check(string what, IEnumerable<string>? given, IReadOnlyCollection<string> known)
    {
        if (given?.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
            throw Unknown(what, unknown, known);
    }

    public static GraphQLException Unknown(string what, string given, IEnumerable<string> known) =>
        new($"there is no {what} {Shown(given)}.{Suggestions.For(given, known)}", "BAD_USER_INPUT");

    /// <summary>In one line, whatever a client wrote.</summary>
    private static string Shown(string given) => JsonSerializer.Serialize(given.Length <= 64 ? given : given[..64] + "...");

    private static async Task CheckAsync(
        string what, IReadOnlyCollection<string>? given, ConcurrentDictionary<string, bool> found, NameLookup lookup, RequestContext context)
    {
        if (given is null || given.All(found.ContainsKey))
            return;
        foreach (var name in await lookup([.. given], context))
            found.TryAdd(name, true);
        if (given.FirstOrDefault(name => !found.ContainsKey(name)) is { } unknown)
            throw Unknown(what, unknown, found.Keys);
    }
}
