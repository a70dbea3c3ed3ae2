using System.Collections.Concurrent;
using Confluent.Kafka;
using EcomIntel.Core.Events;

namespace EcomIntel.IntegrationTests.Soak;

/// <summary>A producer as a shop or a warehouse has one, and what Kafka has acknowledged of it.</summary>
internal sealed class SentMessages(string bootstrapServers) : IDisposable
{
    private readonly IProducer<string, byte[]> _producer = new ProducerBuilder<string, byte[]>(new ProducerConfig
    {
        BootstrapServers = bootstrapServers, Acks = Acks.All, EnableIdempotence = true, LingerMs = 5,
        MessageTimeoutMs = 0, // without end: what is not acknowledged may have been stored all the same
        MessageMaxBytes = 2_000_000,
    }).SetErrorHandler((_, _) => { }).SetLogHandler((_, _) => { }).Build();

    private readonly ConcurrentBag<string> _failures = [];
    private readonly ConcurrentBag<Sent> _acknowledged = [];
    private int _sent;

    /// <param name="Identity">Of a message that is an event; null where it is malformed.</param>
    /// <param name="Fingerprint">That it has as a dead letter.</param>
    internal readonly record struct Sent(Guid? Identity, Guid Fingerprint);

    public IReadOnlyCollection<Sent> Acknowledged => _acknowledged;

    public void Send(string topic, string key, byte[] payload)
    {
        var sent = new Sent(EventCodec.Decode(payload, topic, key).Event?.Identity, EventIdentity.OfMessage(topic, key, payload));
        Interlocked.Increment(ref _sent);
        _producer.Produce(topic, new() { Key = key, Value = payload }, report =>
        {
            if (report.Error.IsError)
                _failures.Add(report.Error.Reason);
            else
                _acknowledged.Add(sent);
        });
    }

    /// <summary>Until all that was sent is acknowledged.</summary>
    public void Flush()
    {
        for (var second = 0; _acknowledged.Count + _failures.Count < _sent; second++)
        {
            Assert.True(second < 120, $"Kafka acknowledged {_acknowledged.Count} of {_sent}");
            _producer.Flush(TimeSpan.FromSeconds(1));
        }
        Assert.True(_failures.IsEmpty, string.Join("; ", _failures.Distinct().Take(3)));
    }

    public void Dispose() => _producer.Dispose();
}
