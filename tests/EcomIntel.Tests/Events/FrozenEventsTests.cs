using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Events;

namespace EcomIntel.Tests.Events;

/// <summary>What producers send is frozen: one sample a type, with every member it may have; its schema; its place in the list.</summary>
public sealed class FrozenEventsTests
{
    private static readonly string Folder = Path.Combine(Home.Find().Root, "tests/EcomIntel.Tests/Events/Frozen");

    private static readonly IEnumerable<string> Files = Directory.EnumerateFiles(Folder, "*.json").Order(StringComparer.Ordinal);

    internal static IReadOnlyList<(string Name, Sent Sent)> Samples { get; } = [.. Files.Select(file =>
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
            Assert.Equal(type.DataSchema, EventRules.Documented.Schemas[type.Name].Id);
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
        var sample = JsonNode.Parse(Samples.Single(sample => sample.Name == name).Sent.Payload)!;
        AssertSame(type.DataType.Type, JsonObject.Create(EventRules.Documented.Schemas[name].Json)!, sample["data"]!.AsObject());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void The_sample_holds_to_its_schema_and_broken_in_any_member_it_does_not(string name)
    {
        var (_, sent) = Samples.Single(sample => sample.Name == name);
        Assert.Null(EventRules.Documented.Refuse(sent.Payload, sent.Topic, sent.Key));
        foreach (var (member, _) in JsonNode.Parse(sent.Payload)!["data"]!.AsObject())
        {
            var json = JsonNode.Parse(sent.Payload)!;
            json["data"]![member] = new JsonArray(new JsonArray());
            var broken = System.Text.Encoding.UTF8.GetBytes(json.ToJsonString());
            Assert.NotNull(EventRules.Documented.Refuse(broken, sent.Topic, sent.Key));
            Assert.NotNull(EventCodec.Decode(broken, sent.Topic, sent.Key).Rejection);
        }
    }

    private static void AssertSame(Type type, JsonObject schema, JsonObject sample)
    {
        var code = EventJson.Default.GetTypeInfo(type)!.Properties;
        var documented = schema["properties"]?.AsObject() ?? [];
        Assert.Equal(Names(code.Select(property => property.Name)), Names(documented.Select(member => member.Key)));
        Assert.Equal(Names(code.Where(property => property.IsRequired).Select(property => property.Name)),
            Names(schema["required"]?.AsArray().Select(name => (string)name!) ?? []));
        Assert.Equal(Names(documented.Select(member => member.Key)), Names(sample.Select(member => member.Key)));
        foreach (var property in code)
            if (property.PropertyType is { IsGenericType: true } list && list.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
                && list.GenericTypeArguments[0] is { IsClass: true } item && item != typeof(string))
                AssertSame(list.GenericTypeArguments[0], documented[property.Name]!["items"]!.AsObject(), sample[property.Name]!.AsArray()[0]!.AsObject());
            else if (EventJson.Default.GetTypeInfo(property.PropertyType)?.Kind == JsonTypeInfoKind.Object)
                AssertSame(property.PropertyType, documented[property.Name]!.AsObject(), sample[property.Name]!.AsObject());

        static IEnumerable<string> Names(IEnumerable<string> names) => names.Order(StringComparer.Ordinal);
    }
}
