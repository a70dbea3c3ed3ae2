using System.Text;
using System.Text.Json.Nodes;
using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;

namespace EcomIntel.Tests.Processing;

public sealed class MendingTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly CloudEvent Fact = new("7", "shop", EventCatalogue.OrderCancelled, "ORDER-1", Noon, new OrderCancelled());

    [Fact]
    public void The_same_fact_with_other_data_another_subject_and_an_earlier_time_may_be_told() =>
        Assert.Null(Refuse(_ => { }, Fact with { Subject = "ORDER-2", Time = Noon.AddHours(-1), Data = new OrderCancelled("customer") }));

    [Fact]
    public void It_stays_the_fact_of_that_id_source_and_type()
    {
        Assert.Equal("id came as '7' and stays so, it cannot become '8'", Refuse(_ => { }, Fact with { Id = "8" }));
        Assert.Equal("source came as 'shop' and stays so, it cannot become 'Shop'", Refuse(_ => { }, Fact with { Source = "Shop" }));
        Assert.Equal("type came as 'com.ecomintel.order.cancelled' and stays so, it cannot become 'com.ecomintel.order.fraud_cleared'",
            Refuse(_ => { }, Cleared));
    }

    /// <summary>Each of them leaves id and source as readable as before.</summary>
    public static TheoryData<string, bool> Wrongs => new()
    {
        { "unknown type", true }, { "no type", true }, { "unknown version", true }, { "wrong topic", true }, { "malformed data", true }, { "cut off", true },
        { "something twice", true },
        { "value out of range", false }, { "wrong key", false }, { "time out of range", false }, { "well-formed", false },
    };

    [Theory]
    [MemberData(nameof(Wrongs))]
    public void Only_a_type_that_was_in_doubt_may_become_another(string wrong, bool free)
    {
        Assert.Equal(free, Refuse(Wrong(wrong), Cleared, wrong) is null);
        Assert.StartsWith("id came as", Refuse(Wrong(wrong), Cleared with { Id = "8" }, wrong), StringComparison.Ordinal);
        Assert.StartsWith("source came as", Refuse(Wrong(wrong), Cleared with { Source = "ecomintel" }, wrong), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{"id":"","source":" shop"}""")]
    [InlineData("""{"id":7}""")]
    [InlineData("{\"id\":\"a\u0001\",\"source\":\"\"}")]
    public void What_could_not_be_read_may_be_anything_but_the_hubs_own(string came)
    {
        Assert.Null(Mending.Refuse(Encoding.UTF8.GetBytes(came), false, Topics.Orders, null, Fact, Noon));
        foreach (var own in (string[])["ecomintel", "ecomintel/api", "EcomIntel/x"])
            Assert.Equal($"source {own} is the hub's own",
                Mending.Refuse(Encoding.UTF8.GetBytes(came), false, Topics.Orders, null, Fact with { Source = own }, Noon));
        Assert.Null(Mending.Refuse(Encoding.UTF8.GetBytes(came), false, Topics.Orders, null, Fact with { Source = "ecomintelligence" }, Noon));
    }

    /// <summary>That the kept beginning ends too early leaves nothing in doubt that stands in it.</summary>
    [Fact]
    public void Of_what_is_cut_the_beginning_binds()
    {
        var beginning = EventCodec.Encode(Fact).AsSpan(0, EventCodec.Encode(Fact).Length - 3).ToArray();
        string? Refuse(CloudEvent mended, bool isCut) => Mending.Refuse(beginning, isCut, Topics.Orders, Fact.Subject, mended, Noon);
        Assert.Null(Refuse(Fact, isCut: true));
        Assert.StartsWith("id came as", Refuse(Fact with { Id = "8" }, isCut: true), StringComparison.Ordinal);
        Assert.StartsWith("type came as", Refuse(Cleared, isCut: true), StringComparison.Ordinal);
        Assert.Null(Refuse(Cleared, isCut: false));
    }

    [Fact]
    public void Nothing_has_happened_later_than_now()
    {
        Assert.Null(Refuse(_ => { }, Fact with { Time = Noon }));
        Assert.Equal("time 2026-05-01T12:00:00.0000010+00:00 is later than 2026-05-01T12:00:00.0000000+00:00",
            Refuse(_ => { }, Fact with { Time = Noon.AddMicroseconds(1) }));
    }

    private static CloudEvent Cleared => Fact with { Type = EventCatalogue.OrderFraudCleared, Data = new OrderCleared() };

    private static Action<JsonObject> Wrong(string wrong) => came =>
    {
        switch (wrong)
        {
            case "unknown type": came["type"] = "com.ecomintel.order.vanished"; break;
            case "no type": came.Remove("type"); break;
            case "unknown version": came["dataschema"] = "urn:ecomintel:order.cancelled:2"; break;
            case "wrong topic": came["type"] = EventCatalogue.StockMoved.WireName; break;
            case "malformed data": came["data"] = 1; break;
            case "value out of range": came["data"] = new JsonObject { ["by"] = "nobody" }; break;
            case "time out of range": came["time"] = "1960-01-01T00:00:00Z"; break;
        }
    };

    private static string? Refuse(Action<JsonObject> spoil, CloudEvent mended, string wrong = "")
    {
        var came = JsonNode.Parse(EventCodec.Encode(Fact))!.AsObject();
        spoil(came);
        var text = came.ToJsonString();
        text = wrong switch { "cut off" => text[..^3], "something twice" => text[..^1] + ",\"data\":{}}", _ => text };
        return Mending.Refuse(Encoding.UTF8.GetBytes(text), false, Topics.Orders, wrong == "wrong key" ? "ORDER-9" : Fact.Subject, mended, Noon);
    }
}
