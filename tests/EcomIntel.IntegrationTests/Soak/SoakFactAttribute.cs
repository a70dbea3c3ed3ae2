using System.Globalization;
using EcomIntel.IntegrationTests.Conformance;
using EcomIntel.IntegrationTests.Replay;

namespace EcomIntel.IntegrationTests.Soak;

/// <summary>Takes minutes and a real Kafka: <c>./ecomintel test --soak</c> runs it, other runs skip it by name.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SoakFactAttribute : FactAttribute
{
    public SoakFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("ECOMINTEL_SOAK") != "1")
            Skip = "takes minutes: ./ecomintel test --soak runs it";
        else if ((new KafkaFactAttribute().Skip ?? new ConformanceFactAttribute().Skip) is { } lacking)
            Skip = lacking;
    }

    /// <summary>How long the hub is at work and disturbed.</summary>
    public static TimeSpan Length => TimeSpan.FromMinutes(Number("ECOMINTEL_SOAK_MINUTES", 10));

    public static int Seed => (int)Number("ECOMINTEL_SOAK_SEED", 1);

    private static double Number(string name, double otherwise) =>
        double.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
