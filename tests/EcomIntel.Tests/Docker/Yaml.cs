using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace EcomIntel.Tests.Docker;

/// <summary>A YAML file of the checkout as plain dictionaries, lists and strings, merge keys taken in.</summary>
internal static class Yaml
{
    public static Dictionary<object, object> Read(string path)
    {
        using var text = File.OpenText(path);
        return (Dictionary<object, object>)new DeserializerBuilder().Build().Deserialize(new MergingParser(new Parser(text)))!;
    }

    public static Dictionary<object, object> Map(this Dictionary<object, object> map, string key) =>
        map.GetValueOrDefault(key) as Dictionary<object, object> ?? [];

    public static List<object> Items(this Dictionary<object, object> map, string key) => map.GetValueOrDefault(key) as List<object> ?? [];

    public static IEnumerable<string> Texts(this Dictionary<object, object> map, string key) => map.Items(key).Cast<string>();
}
