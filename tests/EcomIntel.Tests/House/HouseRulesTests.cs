using System.Reflection;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core;
using EcomIntel.Core.Database;
using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using EcomIntel.Hosting;
using EcomIntel.Tests.Events;

namespace EcomIntel.Tests.House;

/// <summary>What must be so in every room, whoever adds to it.</summary>
public sealed class HouseRulesTests
{
    private const int MaxNamed = 20;

    private static readonly Type[] Changeable =
        [typeof(List<>), typeof(Dictionary<,>), typeof(HashSet<>), typeof(SortedDictionary<,>), typeof(Queue<>), typeof(Stack<>)];

    private static readonly Type[] Awaited = [typeof(Task<>), typeof(ValueTask<>), typeof(IAsyncEnumerable<>)];

    [Fact]
    public void Every_event_but_the_clock_is_applied_by_exactly_one_slice()
    {
        // A second handler of a type does not open: Workspace.On throws; as does Apply where there is none.
        var house = new Workspace(Domain.Slices);
        foreach (var (name, sent) in FrozenEventsTests.Samples)
            if (EventCodec.Decode(sent.Payload, sent.Topic, sent.Key).Event is { Data: not ClockTicked } sample)
                Assert.True(Record.Exception(() => house.Apply(sample)) is null, name);
    }

    [Fact]
    public void Every_slice_there_is_is_named_once_in_the_domain()
    {
        var written = Rooms.Written(Rooms.Core).Where(type => type.IsSubclassOf(typeof(Slice))).Select(type => type.Name).Order();
        Assert.Equal(written, Domain.Slices.All.Select(slice => slice.GetType().Name).Order());
    }

    [Fact]
    public void Every_slice_has_a_README_in_its_folder()
    {
        var folders = Domain.Slices.All.Select(slice => slice.GetType().Namespace!["EcomIntel.Core.".Length..].Replace('.', '/'));
        AssertNone(folders.Where(folder => !File.Exists(Path.Combine(Home.Find().Root, "core", folder, "README.md"))));
    }

    [Theory]
    [InlineData("postgres")]
    [InlineData("clickhouse")]
    public void Migrations_are_numbered_without_gap_or_repeat(string store)
    {
        var files = store == "postgres" ? PostgresMigrations.Files : ClickHouseMigrations.Files;
        Assert.NotEmpty(files);
        Assert.Equal(Enumerable.Range(1, files.Count).Select(number => number.ToString("0000", System.Globalization.CultureInfo.InvariantCulture)),
            files.Select(file => file.Number));
    }

    [Fact]
    public void Classes_are_sealed_unless_something_derives_from_them()
    {
        var all = Rooms.All.SelectMany(Rooms.Written).ToList();
        var derivedFrom = Rooms.All.SelectMany(room => room.GetTypes()).Select(type => type.BaseType).OfType<Type>()
            .Select(type => type.IsGenericType ? type.GetGenericTypeDefinition() : type).ToHashSet();
        AssertNone(all.Where(type => type is { IsClass: true, IsSealed: false, IsAbstract: false } && !derivedFrom.Contains(type))
            .Select(type => type.FullName!));
    }

    [Fact]
    public void Nothing_static_can_change()
    {
        var fields = Rooms.All.SelectMany(Rooms.Written).SelectMany(type => type.GetFields(Rooms.Own))
            .Where(field => field is { IsStatic: true, IsLiteral: false });
        AssertNone(fields.Where(field => IsSetLater(field) || (!field.IsPrivate && IsChangeable(field.FieldType)))
            .Select(field => $"{field.DeclaringType}.{field.Name}"));

        // The field behind { get; } is made by the compiler, and readonly.
        static bool IsSetLater(FieldInfo field) =>
            !field.IsInitOnly && (!Rooms.IsGenerated(field) || field.Name.EndsWith("k__BackingField", StringComparison.Ordinal));
        static bool IsChangeable(Type type) => type.IsArray || (type.IsGenericType && Changeable.Contains(type.GetGenericTypeDefinition()));
    }

    [Fact]
    public void What_is_awaited_says_so_in_its_name_and_can_be_cancelled()
    {
        var methods = ((Assembly[])[Rooms.Core, Rooms.Kafka, Rooms.Hosting, Rooms.Ingest]).SelectMany(Rooms.Written)
            .SelectMany(type => type.GetMethods(Rooms.Own))
            .Where(method => method is { IsPublic: true, IsSpecialName: false } && IsAwaited(method.ReturnType))
            .Where(method => !Rooms.IsGenerated(method) && !IsOfOthers(method))
            .Where(method => method.DeclaringType != typeof(RoleHost)) // a process' whole life: a signal ends it
            .ToList();
        Assert.True(methods.Count > 30);
        AssertNone(methods.Where(method => !method.Name.EndsWith("Async", StringComparison.Ordinal)
            || (method.Name != nameof(IAsyncDisposable.DisposeAsync) && method.GetParameters().LastOrDefault()?.ParameterType != typeof(CancellationToken)))
            .Select(method => $"{method.DeclaringType}.{method.Name}"));

        static bool IsAwaited(Type type) => type == typeof(Task) || type == typeof(ValueTask)
            || (type.IsGenericType && Awaited.Contains(type.GetGenericTypeDefinition()));
        static bool IsOfOthers(MethodInfo method) => method.GetBaseDefinition().DeclaringType!.Assembly != method.DeclaringType!.Assembly
            && !Rooms.All.Contains(method.GetBaseDefinition().DeclaringType!.Assembly);
    }

    internal static void AssertNone(IEnumerable<string> wrong)
    {
        var named = wrong.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        Assert.True(named.Count == 0, string.Join('\n', named.Take(MaxNamed)) + (named.Count > MaxNamed ? $"\nand {named.Count - MaxNamed} more" : ""));
    }
}
