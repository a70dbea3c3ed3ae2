using System.Text;
using EcomIntel.Core.Events;

namespace EcomIntel.Tests.Events;

/// <summary>What producers are shown first must be what the hub takes.</summary>
public sealed class ProducerExampleTests
{
    [Fact]
    public void The_example_for_producers_is_an_event_on_its_topic()
    {
        var readme = File.ReadAllText(Path.Combine(EventRules.Folder, "README.md"));
        var said = readme[(readme.IndexOf("echo '", StringComparison.Ordinal) + 6)..];
        said = said[..said.IndexOf('\'', StringComparison.Ordinal)].Replace("\n", "", StringComparison.Ordinal);
        var (key, payload) = (said[..said.IndexOf(':', StringComparison.Ordinal)], said[(said.IndexOf(':', StringComparison.Ordinal) + 1)..]);
        var decoded = EventCodec.Decode(Encoding.UTF8.GetBytes(payload), Topics.Orders, key);
        Assert.Null(decoded.Rejection);
        Assert.Equal(EventCatalogue.OrderPlaced, decoded.Event!.Type);
    }
}
