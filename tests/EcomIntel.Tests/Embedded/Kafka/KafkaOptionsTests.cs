using EcomIntel.Embedded.Kafka;

namespace EcomIntel.Tests.Embedded.Kafka;

public sealed class KafkaOptionsTests
{
    [Fact]
    public void Everything_has_a_default() => Assert.Equal(
        new KafkaCommand.Options(0, 4, "ecomintel-ingest", null, null), KafkaCommand.Options.Parse([], out _));

    [Fact]
    public void Everything_can_be_said() => Assert.Equal(
        new KafkaCommand.Options(21000, 16, "mine", "/tmp/noted", "/tmp/kafka.json"),
        KafkaCommand.Options.Parse(
            ["--port", "21000", "--partitions", "16", "--group", "mine", "--acknowledged", "/tmp/noted", "--port-file", "/tmp/kafka.json"], out _));

    [Theory]
    [InlineData("--port", "65536")]
    [InlineData("--port", "-1")]
    [InlineData("--partitions", "0")]
    [InlineData("--partitions", "65")]
    [InlineData("--brokers", "3")]
    [InlineData("--port", null)]
    public void What_is_wrong_is_named(string name, string? value)
    {
        Assert.Null(KafkaCommand.Options.Parse(value is null ? [name] : [name, value], out var error));
        Assert.StartsWith(name, error, StringComparison.Ordinal);
    }
}
