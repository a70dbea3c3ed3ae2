using System.Reflection;
using System.Runtime.CompilerServices;

namespace EcomIntel.Tests.House;

/// <summary>The projects of the house and their types, as tests by reflection see them.</summary>
internal static class Rooms
{
    public static readonly Assembly Core = typeof(Core.Domain).Assembly;
    public static readonly Assembly Kafka = Assembly.Load("EcomIntel.Kafka");
    public static readonly Assembly Hosting = Assembly.Load("EcomIntel.Hosting");
    public static readonly Assembly Ingest = Assembly.Load("EcomIntel.Ingest");
    public static readonly Assembly Ml = Assembly.Load("EcomIntel.Ml");
    public static readonly Assembly GraphQL = Assembly.Load("EcomIntel.GraphQL");
    public static readonly Assembly Engine = Assembly.Load("EcomIntel.GraphQL.Engine");

    public const BindingFlags Own = BindingFlags.DeclaredOnly | BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    public static IReadOnlyList<Assembly> All { get; } = [Core, Kafka, Hosting, Ingest, Ml, GraphQL, Engine];

    /// <summary>Written by hand: what compiler and source generators make is left out.</summary>
    public static IEnumerable<Type> Written(Assembly room) => room.GetTypes().Where(type => IsOurs(type) && !IsGenerated(type));

    public static bool IsGenerated(MemberInfo member) => member.Name.Contains('<', StringComparison.Ordinal)
        || member.IsDefined(typeof(CompilerGeneratedAttribute), false)
        || member.IsDefined(typeof(System.CodeDom.Compiler.GeneratedCodeAttribute), false)
        || (member.DeclaringType is { } outer && IsGenerated(outer));

    private static bool IsOurs(Type type) => type.Namespace?.StartsWith("EcomIntel.", StringComparison.Ordinal) == true;
}
