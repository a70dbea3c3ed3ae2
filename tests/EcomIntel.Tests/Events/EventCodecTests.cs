using System.Text;
using EcomIntel.Core.Events;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Events;

/// <summary>The codec reads what the producers' documents allow, and nothing else, and never throws.</summary>
public sealed class EventCodecTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Whatever_it_is_given_it_agrees_with_the_documents_and_never_throws(int seed)
    {
        var business = Business.Events(seed, 20).Select(e => new Sent(e.Type.Topic!, e.Subject, EventCodec.Encode(e)));
        List<Sent> goods = [.. FrozenEventsTests.Samples.Select(sample => sample.Sent), .. business];
        Assert.All(goods, good => Assert.Null(EventRules.Documented.Refuse(good.Payload, good.Topic, good.Key)));
        var hostility = new Hostility(seed);
        int hostile = 0, good = 0;
        for (var count = 0; count < 20_000; count++)
        {
            var sent = hostility.Mutate(goods[count % goods.Count]);
            var why = EventRules.Documented.Refuse(sent.Payload, sent.Topic, sent.Key);
            var decoded = EventCodec.Decode(sent.Payload, sent.Topic, sent.Key);
            Assert.True(decoded.Event is null == decoded.Rejection is not null);
            if (decoded.Rejection is null != why is null)
            {
                var text = Encoding.UTF8.GetString(sent.Payload.AsSpan(0, Math.Min(2_000, sent.Payload.Length)));
                Assert.Fail($"the documents say '{why ?? "good"}', the codec '{decoded.Rejection?.ToString() ?? "good"}' of {sent.Topic} {sent.Key}: {text}");
            }
            Assert.True(decoded.Rejection is null || (RejectionCodes.All.Contains(decoded.Rejection.Code) && decoded.Rejection.Detail.Length is > 0 and < 400));
            _ = why is null ? good++ : hostile++;
        }
        Assert.InRange(hostile, 12_000, 19_500); // and some stay good: the agreement is of both kinds
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_is_written_is_read_back_the_same(int seed)
    {
        foreach (var e in Business.Events(seed, 50))
        {
            var (read, rejection, _, _, _, _) = EventCodec.Decode(EventCodec.Encode(e), e.Type.Topic, e.Subject);
            Assert.Null(rejection);
            Assert.Equal((e.Id, e.Source, e.Type, e.Subject, e.Time, e.Identity), (read!.Id, read.Source, read.Type, read.Subject, read.Time, read.Identity));
            // An instant finer than a microsecond is told, and kept to the microsecond.
            var kept = e.Data is OrderPlaced { PromisedAt: { } promised } placed
                ? e with { Data = placed with { PromisedAt = Instant.ToMicrosecond(promised) } } : e;
            Assert.Equal(EventCodec.Encode(kept), EventCodec.Encode(read));
        }
    }

    [Fact]
    public void Of_what_it_refuses_it_tells_what_could_be_read()
    {
        var decoded = EventCodec.Decode(Event("order.vanished", "{}"), "orders");
        Assert.Equal((RejectionCodes.UnknownType, "1", "s", "com.ecomintel.order.vanished"),
            (decoded.Rejection!.Code, decoded.Id, decoded.Source, decoded.Type));
    }

    [Theory]
    [InlineData("2026-01-05T10:00:00.1234569Z", "2026-01-05T10:00:00.1234560+00:00")]
    [InlineData("2026-01-05T12:00:00+02:00", "2026-01-05T10:00:00.0000000+00:00")]
    [InlineData("\\u0032026-01-05T10:00:00Z", "2026-01-05T10:00:00.0000000+00:00")]
    public void Time_is_kept_in_UTC_to_the_microsecond(string written, string kept)
    {
        var decoded = EventCodec.Decode(Event("clock.ticked", "{}", written));
        Assert.Equal(kept, decoded.Event!.Time.ToString("O"));
    }

    [Theory]
    [InlineData("7.95", null)]
    [InlineData("0e-400", null)]
    [InlineData("7950e-3", null)]
    [InlineData("1e-400", RejectionCodes.Malformed)]
    [InlineData("0.00001", RejectionCodes.Invalid)]
    [InlineData("7.95000000000000000000000000000000000000", null)]
    [InlineData("7.95000000000000000000000000000000000001", RejectionCodes.Malformed)]
    [InlineData("7.95e+2147483648", RejectionCodes.Malformed)]
    public void A_price_that_would_be_rounded_is_refused(string price, string? code)
    {
        var decoded = EventCodec.Decode(Event("refund.paid", $$"""{"returnId":"r","amount":{{price}}}"""));
        Assert.Equal(code, decoded.Rejection?.Code);
    }

    [Theory]
    [InlineData("\"cadence\":\"\\ud800\"")]
    [InlineData("\"\\udc00\":1")]
    [InlineData("\"deep\":[{\"er\":\"\\ud83d\\ud83d\"}]")]
    public void Half_a_character_is_refused_also_where_the_data_is_kept_as_JSON(string setting)
    {
        var decoded = EventCodec.Decode(Event("policy.updated", $$"""{"version":1,"settings":{ {{setting}} } }"""));
        Assert.Equal(RejectionCodes.Malformed, decoded.Rejection?.Code);
    }

    /// <summary>Many lines in few bytes; each is the least there may be of its kind.</summary>
    [Theory]
    [InlineData("order.placed", """{"channel":"w","lines":[#]}""", """{"line":$,"sku":"a","quantity":1,"price":1}""")]
    [InlineData("return.requested", """{"returnId":"r","lines":[#]}""", """{"line":$,"quantity":1}""")]
    [InlineData("return.received", """{"returnId":"r","location":"l","lines":[#]}""", """{"line":$,"quantity":1}""")]
    [InlineData("return.inspected", """{"returnId":"r","lines":[#]}""", """{"line":$,"quantity":1,"disposition":"restock"}""")]
    public void Lines_are_limited_in_number_and_in_bytes(string type, string data, string line)
    {
        Assert.Null(Of(OrderPlaced.MaxLines));
        Assert.Equal((RejectionCodes.Invalid, $"lines must be 1 to {OrderPlaced.MaxLines}"), Of(OrderPlaced.MaxLines + 1));
        Assert.Equal(RejectionCodes.TooLarge, Of(100_000)?.Code);
        (string Code, string)? Of(int lines)
        {
            var all = string.Join(',', Enumerable.Range(1, lines).Select(number => line.Replace("$", $"{number}", StringComparison.Ordinal)));
            var refused = EventCodec.Decode(Event(type, data.Replace("#", all, StringComparison.Ordinal))).Rejection;
            return refused is null ? null : (refused.Code, refused.Detail);
        }
    }

    /// <summary>Measured in bytes allocated: an order of as many lines as an event has room for takes 4 MiB, and is read once.</summary>
    [Fact]
    public void What_is_refused_does_not_cost_several_times_its_size()
    {
        var most = EventCodec.MaxBytes - 300;
        (string What, byte[] Payload)[] worst =
        [
            ("eight MiB", new byte[8 << 20]),
            ("no JSON", [.. Enumerable.Repeat((byte)'x', most)]),
            ("open arrays", [.. Enumerable.Repeat((byte)'[', most)]),
            ("one text", Event("order.placed", $"\"{new string('a', most)}\"")),
            ("cut off at the end", Event("order.placed", """{"channel":"w","lines":[""" + Lines(most - 100))),
            ("too many lines", Event("order.placed", """{"channel":"w","lines":[""" + Lines(most - 100) + "]}")),
            ("many members", Event("policy.updated", $"{{\"version\":0,\"settings\":{{{Members(most - 100)}}}}}")),
        ];
        foreach (var (what, payload) in worst)
        {
            EventCodec.Decode(payload, Topics.Orders);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.NotNull(EventCodec.Decode(payload, Topics.Orders).Rejection);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < 8L << 20, $"{what}: {allocated:N0} bytes for {payload.Length:N0}");
        }
        static string Lines(int bytes) => string.Join(',', Enumerable.Repeat("""{"line":1,"sku":"a","quantity":1,"price":1}""", bytes / 44));
        static string Members(int bytes) => string.Join(',', Enumerable.Range(0, bytes / 11).Select(number => $"\"{number:D6}\":1"));
    }

    [Fact]
    public void Identity_is_of_source_and_id_and_of_nothing_else()
    {
        var one = new CloudEvent("1", "a", EventCatalogue.ClockTicked, "clock", Business.Start, new ClockTicked());
        Assert.Equal(one.Identity, new CloudEvent("1", "a", EventCatalogue.OrderCancelled, "other", Business.Start.AddHours(1), new OrderCancelled()).Identity);
        Assert.Equal(one.Identity, new CloudEvent("1", "a", EventCatalogue.ClockTicked, "clock", Business.Start.AddDays(1), new ClockTicked()).Identity);
        Assert.NotEqual(one.Identity, new CloudEvent("1a", "", EventCatalogue.ClockTicked, "clock", Business.Start, new ClockTicked()).Identity);
        Assert.NotEqual(one.Identity, new CloudEvent("2", "a", EventCatalogue.ClockTicked, "clock", Business.Start, new ClockTicked()).Identity);
        // Frozen: what was applied before must be known again.
        Assert.Equal("05a9c569-a185-ac60-f551-1f9760bc3f1a", one.Identity.ToString());
    }

    private static byte[] Event(string type, string data, string time = "2026-01-05T10:00:00Z") => Encoding.UTF8.GetBytes(
        $$"""{"specversion":"1.0","id":"1","source":"s","type":"com.ecomintel.{{type}}","subject":"o","time":"{{time}}","data":{{data}}}""");
}
