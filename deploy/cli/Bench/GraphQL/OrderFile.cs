using System.Globalization;
using System.Text.Json;

namespace EcomIntel.Cli.Bench.GraphQL;

/// <summary>The orders that every server reads: the same file in every run.</summary>
internal static class OrderFile
{
    public const int Orders = 1_000;
    private const int Lines = 3;

    private static readonly string[] Statuses = ["OPEN", "ALLOCATED", "SHIPPED", "DELIVERED", "CANCELLED"];
    private static readonly string[] Channels = ["web", "marketplace-eu", "marketplace-us", "store", "wholesale"];

    public static void Write(string path)
    {
        var random = new Random(20_260_000);
        var orders = Enumerable.Range(1, Orders).Select(number =>
        {
            var lines = Enumerable.Range(1, Lines)
                .Select(_ => new { sku = $"SKU-{random.Next(10_000, 99_999)}", qty = random.Next(1, 9), price = random.Next(100, 20_000) / 100m }).ToList();
            return new
            {
                id = string.Create(CultureInfo.InvariantCulture, $"O-{number:0000000}"),
                status = Statuses[random.Next(Statuses.Length)],
                channel = Channels[random.Next(Channels.Length)],
                total = lines.Sum(line => line.qty * line.price),
                lines,
            };
        });
        using var file = File.Create(path);
        JsonSerializer.Serialize(file, orders);
    }
}
