using System.Reflection;

namespace EcomIntel.Tests.House;

/// <summary>Who may know whom.</summary>
public sealed class RoomTests
{
    /// <summary>What core stands on: .NET, stores, logging, options, numerics. No Kafka client, web server or model library.</summary>
    private static readonly string[] UnderCore =
    [
        "System", "netstandard", "Microsoft.CSharp", "Microsoft.Win32", "Microsoft.Extensions", "Npgsql", "ClickHouse.Driver", "Dapper", "MathNet.Numerics",
    ];

    [Fact]
    public void Core_knows_its_stores_and_nothing_of_what_is_around_it() => HouseRulesTests.AssertNone(Rooms.Core.GetReferencedAssemblies()
        .Select(reference => reference.Name!).Where(name => !UnderCore.Any(known => name == known || name.StartsWith(known + ".", StringComparison.Ordinal))));

    [Fact]
    public void Projects_depend_on_core_kafka_and_hosting_and_never_on_each_other()
    {
        Assert.Empty(Ours(Rooms.Core));
        Assert.Empty(Ours(Rooms.Engine));
        Assert.Equal(["EcomIntel.Core"], Ours(Rooms.Kafka));
        Assert.Equal(["EcomIntel.Core", "EcomIntel.Kafka"], Ours(Rooms.Hosting));
        Assert.Equal(["EcomIntel.Core", "EcomIntel.Hosting", "EcomIntel.Kafka"], Ours(Rooms.Ingest));
        Assert.Equal(["EcomIntel.Core", "EcomIntel.Hosting", "EcomIntel.Kafka"], Ours(Rooms.Ml));
        Assert.Equal(["EcomIntel.Core", "EcomIntel.GraphQL.Engine", "EcomIntel.Hosting"], Ours(Rooms.GraphQL));

        static IEnumerable<string> Ours(Assembly room) =>
            room.GetReferencedAssemblies().Select(reference => reference.Name!).Where(name => name.StartsWith("EcomIntel.", StringComparison.Ordinal)).Order();
    }

    /// <summary>By what their types are made of, and what their methods take, give back and hold.</summary>
    [Fact]
    public void The_folders_of_core_do_not_know_each_other_in_a_circle()
    {
        var knows = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var type in Rooms.Core.GetTypes())
            if (FolderOf(type) is { } folder)
                foreach (var other in Mentioned(type).Select(FolderOf).OfType<string>().Where(other => other != folder))
                    (knows.TryGetValue(folder, out var others) ? others : knows[folder] = new(StringComparer.Ordinal)).Add(other);
        Assert.Contains("Inventory", knows["Orders"]);
        Assert.Contains("Processing", knows["Returns"]);

        // Whoever knows nobody that is left is taken away; a circle is what stays.
        while (knows.FirstOrDefault(folder => !folder.Value.Any(knows.ContainsKey)).Key is { } free)
            knows.Remove(free);
        HouseRulesTests.AssertNone(knows.SelectMany(folder => folder.Value.Where(knows.ContainsKey).Select(other => $"{folder.Key} -> {other}")));
    }

    private static string? FolderOf(Type type) =>
        type.Assembly == Rooms.Core && type.Namespace?.Split('.') is [_, _, var folder, ..] ? folder : null;

    private static IEnumerable<Type> Mentioned(Type type)
    {
        var direct = new List<Type?> { type.BaseType };
        direct.AddRange(type.GetInterfaces());
        foreach (var field in type.GetFields(Rooms.Own))
            direct.Add(field.FieldType);
        foreach (var method in type.GetMembers(Rooms.Own).OfType<MethodBase>())
        {
            direct.AddRange(method.GetParameters().Select(parameter => parameter.ParameterType));
            direct.Add((method as MethodInfo)?.ReturnType);
            direct.AddRange(method.GetMethodBody()?.LocalVariables.Select(local => local.LocalType) ?? []);
        }
        return direct.OfType<Type>().SelectMany(Parts);
    }

    private static IEnumerable<Type> Parts(Type type) => type switch
    {
        { HasElementType: true } => Parts(type.GetElementType()!),
        { IsGenericParameter: true } => [],
        { IsGenericType: true } => [type, .. type.GetGenericArguments().SelectMany(Parts)],
        _ => [type],
    };
}
