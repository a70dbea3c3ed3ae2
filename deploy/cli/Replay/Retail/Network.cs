using EcomIntel.Core.Events;

namespace EcomIntel.Cli.Replay.Retail;

/// <summary>The retailer's own network, which is on no invoice: nodes, channels, carriers, promises.</summary>
internal static class Network
{
    public const string Midlands = "wh-midlands", North = "wh-north", South = "wh-south", Partner = "3pl-continental";

    /// <summary>
    /// The Midlands hold the whole range; the others hold best sellers, and are asked first where they can serve an order alone, because they are nearer to the
    /// customers.
    /// </summary>
    public static readonly (string Id, LocationUpdated Data)[] Locations =
    [
        (Midlands, new("Midlands distribution centre", "warehouse", 40, "United Kingdom")),
        (North, new("Northern warehouse", "warehouse", 10, "United Kingdom")),
        (South, new("Southern warehouse", "warehouse", 20, "United Kingdom")),
        (Partner, new("Continental fulfilment partner", "3pl", 30, "Netherlands")),
    ];

    public static readonly (string Id, ChannelUpdated Data)[] Channels =
    [
        ("wholesale", new("Wholesale, at home", 20)),
        ("export", new("Wholesale, abroad", 30)),
        ("web", new("Web shop", 10)),
    ];

    public static readonly (string Id, CarrierUpdated Data)[] Carriers =
    [
        ("royal-parcel", new("Royal Parcel")),
        ("swift-freight", new("Swift Freight")),
        ("euro-link", new("Euro Link")),
    ];

    private const string Home = "United Kingdom";

    private static readonly HashSet<string> Near =
    [
        "EIRE", "Channel Islands", "Germany", "France", "Netherlands", "Spain", "Switzerland", "Belgium", "Portugal", "Sweden", "Italy", "Cyprus", "Finland",
        "Austria", "Norway", "Denmark",
        "Greece", "Poland", "Malta", "Iceland", "Lithuania", "Czech Republic", "European Community",
    ];

    public static void Describe(Stage stage, DateTimeOffset time)
    {
        foreach (var (id, data) in Locations)
            stage.Emit(EventCatalogue.LocationUpdated, $"location:{id}", id, time, data);
        foreach (var (id, data) in Channels)
            stage.Emit(EventCatalogue.ChannelUpdated, $"channel:{id}", id, time, data);
        foreach (var (id, data) in Carriers)
            stage.Emit(EventCatalogue.CarrierUpdated, $"carrier:{id}", id, time, data);
    }

    /// <summary>Whoever is not known to the till bought in the web shop; the rest is wholesale, at home or abroad.</summary>
    public static string Channel(Sale sale) => Channel(sale.Customer, sale.Country);

    public static string Channel(string? customer, string country) => customer is null ? "web" : country == Home ? "wholesale" : "export";

    /// <summary>Evening of the second delivery day in the web shop, the third at home, the sixth in Europe, the tenth elsewhere.</summary>
    public static DateTimeOffset Promise(Sale sale) =>
        BusinessHours.DeliveryDay(sale.Time, sale.Country == Home ? (sale.Customer is null ? 2 : 3) : Near.Contains(sale.Country) ? 6 : 10).AddHours(18);

    public static string Carrier(string country, ref Dice dice) => country != Home ? "euro-link" : dice.Chance(0.7) ? "royal-parcel" : "swift-freight";

    /// <summary>Delivery days after collection, most of the time; a few parcels take a day or three more, one in a hundred a week.</summary>
    public static int TransitDays(string country, ref Dice dice)
    {
        var days = country == Home ? dice.Between(1, 2) : Near.Contains(country) ? dice.Between(2, 4) : dice.Between(4, 8);
        var luck = dice.Fraction();
        return days + (luck < 0.01 ? dice.Between(5, 9) : luck < 0.07 ? dice.Between(1, 3) : 0);
    }
}
