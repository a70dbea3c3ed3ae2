using System.Collections.Concurrent;
using System.Text.Json;
using EcomIntel.Core.Governance;
using EcomIntel.IntegrationTests.Pipeline;

namespace EcomIntel.IntegrationTests.GraphQL.Access;

/// <summary>access.tsv held to the SDL and to what real requests are answered, and (in the other file) who is let in at all.</summary>
[Collection(nameof(PipelineCollection))]
public sealed partial class AccessTests(AccessWorld world) : IClassFixture<AccessWorld>
{
    private static readonly string[] Web = ["web"], Leeds = ["DC-1"];

    [Fact]
    public void The_table_and_the_SDL_say_the_same_of_every_field()
    {
        var (declared, table) = (AccessTable.Declared(), AccessTable.Read());
        var missing = declared.Where(field => !table.Rules.ContainsKey(field.Key)).Select(field => $"{field.Key}\t{field.Value}").ToList();
        Assert.True(
            missing.Count == 0,
            "access.tsv lacks these fields; add who should see them, not what the SDL happens to say:\n" + string.Join('\n', missing));
        var gone = table.Rules.Keys.Where(field => !declared.ContainsKey(field)).ToList();
        Assert.True(gone.Count == 0, "access.tsv has fields that the SDL has not: " + string.Join(", ", gone));
        var other = declared
            .Where(field => $"{table.Rules[field.Key].Roles}\t{table.Rules[field.Key].Rows}" != field.Value)
            .Select(field => $"{field.Key}: the SDL says {field.Value}")
            .ToList();
        Assert.True(other.Count == 0, string.Join('\n', other));
    }

    [Fact]
    public async Task Every_field_answers_every_role_and_scope_as_the_table_says()
    {
        var table = AccessTable.Read();
        var callers = new List<(string Who, string Role, bool Channels, bool Locations, string Key)>();
        foreach (var role in RoleNames.All)
            callers.Add((role, role, false, false, await world.KeyAsync([role])));
        callers.Add(("ADMIN of web", "ADMIN", true, false, await world.KeyAsync(["ADMIN"], Web)));
        callers.Add(("ADMIN of DC-1", "ADMIN", false, true, await world.KeyAsync(["ADMIN"], null, Leeds)));
        callers.Add(("ADMIN of web and DC-1", "ADMIN", true, true, await world.KeyAsync(["ADMIN"], Web, Leeds)));

        // Somebody listens all the while: the feed behind subscriptions rests when nobody does.
        using var listening = new CancellationTokenSource();
        var listener = ListenAsync(callers[0].Key, listening.Token);
        var wrong = new ConcurrentBag<string>();
        var asked = 0;
        var questions = table.Rules.Keys.SelectMany(field => callers.Select(caller => (Field: field, Caller: caller)));
        await Parallel.ForEachAsync(questions, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (question, _) =>
        {
            var (field, caller) = question;
            var way = table.WayTo(field);
            var answer = await world.AskAsync(caller.Key, AccessTable.Document(way));
            Interlocked.Increment(ref asked);
            var stop = way.ToList().FindIndex(step => !table.Rules[step.Field].Lets(caller.Role, caller.Channels, caller.Locations));
            if (Wrong(answer, way, stop) is { } told)
                wrong.Add($"{field} asked by {caller.Who}: {told}: {Start(answer, 500)}");
        });
        await listening.CancelAsync();
        await listener;
        Assert.True(wrong.IsEmpty, $"{wrong.Count} of {asked}:\n" + string.Join('\n', wrong.Order(StringComparer.Ordinal).Take(20)));
        Assert.Equal(table.Rules.Count * 11, asked);
    }

    [Fact]
    public async Task Every_scope_sees_exactly_its_rows()
    {
        var table = AccessTable.Read();
        var compared = 0;
        (string[]? Channels, string[]? Locations)[] scopes =
            [(null, null), (Web, null), (null, Leeds), (Web, Leeds), (["store", "web"], ["DC-2"]), (["nowhere"], null), (null, ["nowhere"])];
        foreach (var (channels, locations) in scopes)
        {
            var key = await world.KeyAsync(["ADMIN"], channels, locations);
            bool Reaches(AccessTable.Step step) =>
                !table.Rules.TryGetValue(step.Field, out var rule) || rule.Lets("ADMIN", channels is not null, locations is not null);
            foreach (var scope in table.Scopes.Where(scope => scope.Way.All(Reaches)))
            {
                var answer = await world.AskAsync(key, AccessTable.Document(scope.Way));
                var seen = Values(answer).Order(StringComparer.Ordinal).ToList();
                var own = (await world.ListAsync(world.Filled(scope.Sql), channels, locations)).Order(StringComparer.Ordinal).ToList();
                Assert.True(
                    seen.SequenceEqual(own, StringComparer.Ordinal),
                    $"{scope.Name}, channels {Told(channels)}, locations {Told(locations)}: {seen.Count} seen, {own.Count} in PostgreSQL; "
                    + $"only seen: {string.Join(' ', seen.Except(own).Take(5))}; not seen: {string.Join(' ', own.Except(seen).Take(5))}; {Start(answer, 300)}");
                compared++;
                if (channels is null && locations is null)
                    Assert.True(own.Count > 0, $"{scope.Name} has no rows at all: nothing is compared");
            }
        }
        Assert.True(compared > table.Scopes.Count * 2);
    }

    /// <param name="stop">The step at which the caller must be refused; -1 for nowhere.</param>
    private static string? Wrong(JsonElement answer, IReadOnlyList<AccessTable.Step> way, int stop)
    {
        var errors = answer.TryGetProperty("errors", out var list) ? list.EnumerateArray().ToList() : [];
        static string Code(JsonElement error) =>
            error.TryGetProperty("extensions", out var extensions) && extensions.TryGetProperty("code", out var code) ? code.GetString()! : "";
        static string Path(JsonElement error)
        {
            if (!error.TryGetProperty("path", out var path))
                return "";
            return string.Join('/', path.EnumerateArray().Where(part => part.ValueKind == JsonValueKind.String).Select(part => part.GetString()));
        }
        var names = way.Select((step, at) => at == way.Count - 1 ? "probe" : step.Name).ToList();
        var refused = errors.Where(error => Code(error) == "FORBIDDEN").Select(Path).Distinct().ToList();
        if (errors.Find(error => Code(error) == "INTERNAL") is { ValueKind: not JsonValueKind.Undefined })
            return "it broke";
        if (stop >= 0)
        {
            var place = string.Join('/', names.Take(stop + 1));
            if (refused is not [var at] || at != place)
                return $"must be refused at {place}";
            return Values(answer).Any(value => value != "null") ? "refused, and yet there is a value" : null;
        }
        return refused.Count > 0 ? "must be allowed"
            : Values(answer).Count > 0 || errors.Exists(error => Path(error).EndsWith("probe", StringComparison.Ordinal)) ? null
            : "the way leads to nothing: no object had the field";
    }

    /// <summary>Every value under the name probe, wherever.</summary>
    private static List<string> Values(JsonElement json)
    {
        var values = new List<string>();
        if (json.TryGetProperty("data", out var data))
            Walk(data);
        return values;

        void Walk(JsonElement element)
        {
            if (element.ValueKind == JsonValueKind.Array)
                foreach (var item in element.EnumerateArray())
                    Walk(item);
            else if (element.ValueKind == JsonValueKind.Object)
                foreach (var property in element.EnumerateObject())
                    if (property.NameEquals("probe"))
                        values.Add(property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText());
                    else
                        Walk(property.Value);
        }
    }

    private static string Told(string[]? names) => names is null ? "all" : string.Join(',', names);

    private static string Start(JsonElement answer, int length) => answer.GetRawText()[..Math.Min(length, answer.GetRawText().Length)];

    private async Task ListenAsync(string key, CancellationToken token)
    {
        using var http = new HttpClient();
        using var content = new StringContent(
            """{"query":"subscription { orderChanges { cursor } }"}""", System.Text.Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, world.Url) { Content = content };
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
            await response.Content.CopyToAsync(Stream.Null, token);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // All is asked.
        }
    }
}
