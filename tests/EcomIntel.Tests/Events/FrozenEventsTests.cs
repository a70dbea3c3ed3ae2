using System.Text.Json.Nodes;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Events;

namespace EcomIntel.Tests.Events;

/// <summary>What producers send is frozen: one sample a type, with every member it may have; its schema; its place in the list.</summary>
public sealed class FrozenEventsTests
{
    private static readonly string Folder = Path.Combine(Home.Find().Root, "tests/EcomIntel.Tests/Events/Frozen");

    internal static IReadOnlyList<(string Name, Sent Sent)> Samples { get; } = [.. Directory.EnumerateFiles(Folder, "*.json").Order(StringComparer.Ordinal).Select(file =>
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var payload = File.ReadAllBytes(file);
        var topic = EventRules.Documented.Topics.GetValueOrDefault(name, "none");
        return (name, new Sent(topic == "every one" ? "orders" : topic, (string?)JsonNode.Parse(payload)!["subject"], payload));
    })];

    public static TheoryData<string> Types => [.. EventCatalogue.All.Select(type => type.Name)];

    [Fact]
    public void Every_type_has_its_sample_its_schema_and_its_row_and_none_is_left_over()
    {
        var types = EventCatalogue.All.Select(type => type.Name).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(types, Samples.Select(sample => sample.Name));
        Assert.Equal(types, EventRules.Documented.Schemas.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(types, EventRules.Documented.Topics.Keys.Order(StringComparer.Ordinal));
        Assert.All(EventCatalogue.All, type =>
        {
            Assert.Equal(type.Topic ?? "every one", EventRules.Documented.Topics[type.Name]);
            Assert.Equal(new Json.Text(type.DataSchema), EventRules.Documented.Schemas[type.Name]["$id"]);
            Assert.True(File.Exists(Path.Combine(EventRules.Folder, $"{type.Name}.{type.Version}.schema.json")));
        });
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_sample_is_read_and_written_again_member_for_member(string name)
    {
        var (_, sent) = Samples.Single(sample => sample.Name == name);
        var decoded = EventCodec.Decode(sent.Payload, sent.Topic, sent.Key);
        Assert.Null(decoded.Rejection);
        Assert.Equal(name, decoded.Event!.Type.Name);
        var (before, after) = (JsonNode.Parse(sent.Payload), JsonNode.Parse(EventCodec.Encode(decoded.Event)));
        Assert.True(JsonNode.DeepEquals(before, after), $"{before}\nbecame\n{after}");
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void The_schema_names_every_member_that_the_code_knows_and_the_sample_shows_it(string name)
    {
        var type = EventCatalogue.All.Single(type => type.Name == name);
        var sample = (Json.Map)Json.Parse(Samples.Single(sample => sample.Name == name).Sent.Payload);
        AssertSame(type.DataType.Type, EventRules.Documented.Schemas[name], (Json.Map)sample["data"]!);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void The_sample_holds_to_its_schema_and_broken_in_any_member_it_does_not(string name)
    {
        var (_, sent) = Samples.Single(sample => sample.Name == name);
        Assert.Null(EventRules.Documented.Refuse(sent.Payload, sent.Topic, sent.Key));
        var members = ((Json.Map)((Json.Map)Json.Parse(sent.Payload))["data"]!).Members.Count;
        for (var at = 0; at < members; at++)
        {
            var json = (Json.Map)Json.Parse(sent.Payload);
            var data = (Json.Map)json["data"]!;
            data.Members[at] = new(data.Members[at].Key, new Json.List([new Json.List([])]));
            var broken = System.Text.Encoding.UTF8.GetBytes(json.Write());
            Assert.NotNull(EventRules.Documented.Refuse(broken, sent.Topic, sent.Key));
            Assert.NotNull(EventCodec.Decode(broken, sent.Topic, sent.Key).Rejection);
        }
    }

    private static void AssertSame(Type type, Json.Map schema, Json.Map sample)
    {
        var code = EventJson.Default.GetTypeInfo(type)!.Properties;
        var documented = (schema["properties"] as Json.Map)?.Members ?? [];
        Assert.Equal(code.Select(property => property.Name).Order(StringComparer.Ordinal), documented.Select(member => member.Key).Order(StringComparer.Ordinal));
        Assert.Equal(code.Where(property => property.IsRequired).Select(property => property.Name).Order(StringComparer.Ordinal),
            ((schema["required"] as Json.List)?.Items ?? []).Select(name => ((Json.Text)name).Value).Order(StringComparer.Ordinal));
        Assert.Equal(documented.Select(member => member.Key).Order(StringComparer.Ordinal), sample.Members.Select(member => member.Key).Order(StringComparer.Ordinal));
        foreach (var property in code)
            if (property.PropertyType is { IsGenericType: true } list && list.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
                AssertSame(list.GenericTypeArguments[0], (Json.Map)((Json.Map)((Json.Map)schema["properties"]!)[property.Name]!)["items"]!, (Json.Map)((Json.List)sample[property.Name]!).Items[0]);
    }
}
