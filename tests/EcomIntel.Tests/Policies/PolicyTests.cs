using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using EcomIntel.Core.Allocation;
using EcomIntel.Core.Events;
using EcomIntel.Core.Policies;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Policies;

public sealed class PolicyTests
{
    private static readonly DateTimeOffset Opens = SmallHouse.Opens;

    private static readonly JsonSerializerOptions Written = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly SmallHouse _house = new(["north"]);

    public PolicyTests()
    {
        // Version 1 rules from the first day on (SmallHouse), 2 from the third.
        Assert.Null(Allocation(2, day: 2, """{"cadence":"02:00:00"}"""));
    }

    [Fact]
    public void A_version_rules_from_its_time_on() =>
        Assert.Equal((0, 1, 1, 2, 2),
            (Version(Opens.AddTicks(-1)), Version(Opens), Version(Opens.AddDays(2).AddTicks(-1)), Version(Opens.AddDays(2)), Version(Opens.AddDays(99))));

    [Fact]
    public void A_higher_version_rules_from_an_earlier_time_and_the_lower_one_no_more()
    {
        Assert.Null(Allocation(3, day: 1, "{}"));
        Assert.Equal((1, 3, 3, 3), (Version(Opens), Version(Opens.AddDays(1)), Version(Opens.AddDays(2)), Version(Opens.AddDays(3))));
    }

    [Fact]
    public void A_lower_version_that_comes_late_rules_only_until_a_higher_one_does()
    {
        Assert.Null(Allocation(4, day: 4, "{}"));
        Assert.Null(Allocation(3, day: 3, "{}"));
        Assert.Equal((2, 3, 4), (Version(Opens.AddDays(2)), Version(Opens.AddDays(3)), Version(Opens.AddDays(4))));
    }

    [Fact]
    public void What_a_version_does_not_say_is_as_built_in_and_not_as_in_the_version_before()
    {
        Assert.Null(Allocation(3, day: 3, """{"splitLines":false}"""));
        var settings = Book.At(AllocationPolicy.Kind, Opens.AddDays(3)).Settings;
        Assert.Equal((TimeSpan.FromHours(1), 500, false), (settings.Cadence, settings.WaitingOrders, settings.SplitLines));
        Assert.Equal(TimeSpan.FromHours(2), Book.At(AllocationPolicy.Kind, Opens.AddDays(2)).Settings.Cadence);
    }

    /// <summary>Else a setting that is added later would have another value in the policies there are than it has where there is none.</summary>
    [Fact]
    public void Of_every_kind_each_setting_that_a_version_leaves_out_is_as_built_in()
    {
        var kinds = typeof(PolicyKind).Assembly.GetTypes()
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(field => field.FieldType.IsSubclassOf(typeof(PolicyKind))).Select(field => (PolicyKind)field.GetValue(null)!).ToList();
        Assert.Superset(new HashSet<string>(["allocation", "promise", "retention", "events"]), kinds.Select(kind => kind.Name).ToHashSet());
        foreach (var kind in kinds)
        {
            var builtIn = kind.GetType().GetProperty("BuiltIn")!.GetValue(kind)!;
            builtIn = builtIn.GetType().GetProperty("Settings")!.GetValue(builtIn)!;
            var whole = JsonSerializer.Serialize(builtIn, builtIn.GetType(), Written);
            Assert.Equal(whole, JsonSerializer.Serialize(Parsed(kind, "{}"), builtIn.GetType(), Written));
            Assert.Null(kind.Invalid(JsonElement.Parse("{}")));
            // One setting alone is given, as it is built in: the others keep theirs.
            foreach (var setting in JsonSerializer.SerializeToElement(builtIn, builtIn.GetType(), Written).EnumerateObject())
            {
                var alone = $$"""{"{{setting.Name}}":{{setting.Value.GetRawText()}}}""";
                Assert.Equal(whole, JsonSerializer.Serialize(Parsed(kind, alone), builtIn.GetType(), Written));
                Assert.Null(kind.Invalid(JsonElement.Parse(alone)));
            }
        }

        static object? Parsed(PolicyKind kind, string json) => kind.GetType().GetMethod("Parse", [typeof(string)])!.Invoke(kind, [json]);
    }

    [Fact]
    public void Kinds_do_not_rule_each_other()
    {
        Assert.Null(_house.Policy("promise", 7, Opens, """{"deliveredWithin":"1.00:00:00"}"""));
        Assert.Equal(1, Version(Opens));
    }

    [Theory]
    [InlineData("allocation", """{"cadence":"00:00:59"}""", "cadence must be 00:01:00 to 1.00:00:00")]
    [InlineData("allocation", """{"cadence":"1.00:00:01"}""", "cadence must be 00:01:00 to 1.00:00:00")]
    [InlineData("allocation", """{"waitingOrders":0}""", "waitingOrders must be 1 to 100000")]
    [InlineData("allocation", """{"waitingOrders":100001}""", "waitingOrders must be 1 to 100000")]
    [InlineData("allocation", """{"releaseWithin":"-00:00:01"}""", "releaseWithin must be 00:00:00 to 1.00:00:00")]
    [InlineData("allocation", """{"releaseWithin":"1.00:00:01"}""", "releaseWithin must be 00:00:00 to 1.00:00:00")]
    [InlineData("allocation", """{"cadance":"01:00:00"}""", "no setting 'cadance' in policy allocation; there are cadence, waitingOrders, ")]
    [InlineData("allocation", """{"cadence":60}""", "cadence must be a duration, as ")]
    [InlineData("allocation", """{"cadence":null}""", "cadence must be a duration, as ")]
    [InlineData("allocation", """{"splitLines":"yes"}""", "splitLines must be true or false")]
    [InlineData("allocation", """{"waitingOrders":1.5}""", "waitingOrders must be a whole number")]
    [InlineData("promise", """{"deliveredWithin":"00:00:00"}""", "deliveredWithin must be more than 0 and at most 365 days")]
    [InlineData("promise", """{"deliveredWithin":"365.00:00:01"}""", "deliveredWithin must be more than 0 and at most 365 days")]
    [InlineData("shipping", "{}", "no policy kind 'shipping'; there are ")]
    [InlineData("Allocation", "{}", "no policy kind 'Allocation'; there are ")]
    public void What_is_unknown_or_out_of_range_is_refused_and_says_why(string kind, string settings, string why)
    {
        var refused = _house.Policy(kind, 9, Opens, settings);
        Assert.Equal("invalid", refused?.Code);
        Assert.StartsWith(why, refused!.Detail, StringComparison.Ordinal);
        Assert.Equal((1, 0), (Version(Opens), Book.At(Core.Orders.PromisePolicy.Kind, Opens).Version));
    }

    [Theory]
    [InlineData("allocation", """{"cadence":"00:01:00","waitingOrders":1}""")]
    [InlineData("allocation", """{"cadence":"1.00:00:00","waitingOrders":100000,"releaseWithin":"1.00:00:00"}""")]
    [InlineData("allocation", """{"releaseWithin":"00:00:00"}""")]
    [InlineData("promise", """{"deliveredWithin":"365.00:00:00"}""")]
    public void The_ends_of_a_range_are_in_it(string kind, string settings) => Assert.Null(_house.Policy(kind, 9, Opens, settings));

    [Fact]
    public void A_version_is_never_written_over()
    {
        var refused = Allocation(2, day: 5, """{"cadence":"03:00:00"}""");
        Assert.Equal(("already_exists", "policy allocation has a version 2 already"), (refused?.Code, refused?.Detail));
        Assert.Equal(TimeSpan.FromHours(2), Book.At(AllocationPolicy.Kind, Opens.AddDays(5)).Settings.Cadence);
    }

    [Fact]
    public void A_round_decides_by_the_version_of_its_instant_and_keeps_it()
    {
        _house.Item("mug").Stock("mug", "north", 2);
        _house.Place("early", [("mug", 1)]);
        _house.Round(24);
        _house.Place("late", [("mug", 1)], placedAfterHours: 24);
        _house.Round(48);
        Assert.Equal([1, 2], _house.Emitted(OperationEvents.Allocated, OperationJson.Default.OrderAllocated).ConvertAll(allocated => allocated.PolicyVersion));
        Assert.Equal([1, 2], _house.Rounds.Decisions.ConvertAll(decision => decision.PolicyVersion));
    }

    private PolicyBook Book => _house.House.Get<PolicyBook>();

    private int Version(DateTimeOffset at) => Book.At(AllocationPolicy.Kind, at).Version;

    private Rejection? Allocation(int version, int day, string settings) => _house.Policy("allocation", version, Opens.AddDays(day), settings);
}
