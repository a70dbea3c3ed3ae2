using System.Text.Json;
using BenchmarkDotNet.Attributes;
using EcomIntel.Core.Events;

namespace EcomIntel.Benchmarks.HotPaths;

/// <summary>A message from Kafka becomes an event, or a refusal.</summary>
public class EventDecoding
{
    private readonly byte[] _order = Samples.OrderPlaced(3), _longOrder = Samples.OrderPlaced(200), _pick = Samples.PickConfirmed();
    private readonly byte[] _refused = """
        {"specversion":"1.0","id":"1","source":"shop","type":"com.ecomintel.order.thrown","subject":"O-1","time":"2026-03-02T09:00:00Z","data":{}}
        """u8.ToArray();

    /// <summary>What System.Text.Json takes to read the same bytes and make nothing of them.</summary>
    [Benchmark(Baseline = true)]
    public int Parse_the_JSON_of_an_order_of_3_lines()
    {
        using var document = JsonDocument.Parse(_order);
        return document.RootElement.GetPropertyCount();
    }

    [Benchmark, AllocationBudget(2_750)]
    public object? Order_of_3_lines() => Decode(_order, Topics.Orders);

    [Benchmark, AllocationBudget(91_000)]
    public object? Order_of_200_lines() => Decode(_longOrder, Topics.Orders);

    [Benchmark, AllocationBudget(770)]
    public object? Pick() => Decode(_pick, Topics.Inventory);

    [Benchmark, AllocationBudget(380)]
    public object? Unknown_type() => EventCodec.Decode(_refused, Topics.Orders).Rejection;

    private static CloudEvent Decode(byte[] payload, string topic) =>
        EventCodec.Decode(payload, topic) is { Event: { } read } ? read : throw new InvalidOperationException("the sample is refused");
}
