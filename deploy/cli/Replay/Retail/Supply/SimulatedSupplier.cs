using System.Globalization;
using EcomIntel.Core.Events;

namespace EcomIntel.Cli.Replay.Retail.Supply;

/// <summary>How far a supplier is: by road at home, across the Channel, or by sea.</summary>
internal enum Distance
{
    Home,
    Continent,
    Overseas,
}

/// <summary>A supplier that does not exist.</summary>
/// <param name="Terms">What it says of itself.</param>
/// <param name="Habits">How it behaves, which no part of the hub is told.</param>
internal sealed record SimulatedSupplier(string Id, Distance Distance, SupplierUpdated Terms, Habits Habits)
{
    public const int Count = 40, AtHome = 24, OnTheContinent = 10;

    private static readonly string[] Families =
    [
        "Ashdown", "Brierley", "Calder", "Dunmore", "Elswick", "Farrow", "Gresham", "Holloway", "Ingram", "Jessop", "Kerrison", "Langley", "Marston", "Norwood",
        "Orchard", "Penrose", "Quarry", "Redfern", "Selwyn", "Thorne", "Upton", "Varley", "Westbrook", "Yardley", "Aubert", "Brandt", "Claes", "Dufour",
        "Esposito", "Fuchs", "Garnier", "Hoek", "Ibsen", "Jansen", "Golden Lotus", "Harbour Star", "Jade River", "Lucky Crane", "Pearl Bay", "Silk Road",
    ];

    private static readonly string[] Trades = ["Giftware", "Homeware", "Ceramics", "Textiles", "Paper Goods", "Glass", "Woodcraft", "Trading"];
    private static readonly string[] Continent = ["Netherlands", "Germany", "France", "Belgium", "Italy"], Overseas = ["China", "India", "Vietnam"];

    /// <summary>All of them: the same for one seed.</summary>
    public static IReadOnlyList<SimulatedSupplier> All(long seed) => [.. Enumerable.Range(0, Count).Select(number => Make(seed, number))];

    private static SimulatedSupplier Make(long seed, int number)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"sup-{number + 1:00}");
        var dice = Dice.For(seed, "supplier", id);
        var distance = number < AtHome ? Distance.Home : number < AtHome + OnTheContinent ? Distance.Continent : Distance.Overseas;
        var quoted = distance switch { Distance.Home => dice.Between(3, 8), Distance.Continent => dice.Between(7, 14), _ => dice.Between(18, 26) };
        var habits = Habits.Of(distance, quoted, ref dice);
        var terms = new SupplierUpdated(
            $"{Families[number]} {Trades[dice.Between(0, Trades.Length - 1)]}",
            distance switch { Distance.Home => "GBP", Distance.Continent => "EUR", _ => "USD" },
            distance switch
            {
                Distance.Home => "United Kingdom",
                Distance.Continent => Continent[dice.Between(0, Continent.Length - 1)],
                _ => Overseas[dice.Between(0, Overseas.Length - 1)],
            },
            distance switch { Distance.Home => "DDP", Distance.Continent => "DAP", _ => "FOB" },
            PaymentDays: 30 * dice.Between(1, 2),
            MinimumOrderValue: distance switch { Distance.Home => 50 * dice.Between(1, 4), Distance.Continent => 50 * dice.Between(2, 6), _ => 400 },
            LeadTimeDays: quoted, ShortTolerance: 0.01m * dice.Between(0, 4), OverTolerance: 0.01m * dice.Between(0, 5),
            PriceTolerance: 0.005m * dice.Between(0, 4), InspectReceipts: dice.Chance(distance == Distance.Overseas ? 0.7 : 0.15));
        return new(id, distance, terms, habits);
    }
}

/// <summary>The true parameters of a supplier. Rates are parts of what they are about, 0 to 1.</summary>
/// <param name="LeadTimeDays">Mean, from sent to arrival, when nothing goes wrong; normally distributed with <paramref name="LeadTimeDeviation"/>.</param>
/// <param name="TransitDays">Of that, on the way.</param>
/// <param name="PromisedDays">From sent to what it promises.</param>
/// <param name="LateRate">Consignments that come about <paramref name="LateDays"/> later; it tells <paramref name="WarnRate"/> of them beforehand.</param>
/// <param name="AcknowledgeRate">Orders that it acknowledges, after up to <paramref name="AcknowledgeHours"/>.</param>
/// <param name="SplitRate">Orders that come in two consignments.</param>
/// <param name="ShortRate">Lines of which units are missing.</param>
/// <param name="OverRate">Lines of which more comes than was ordered.</param>
/// <param name="DamageRate">Lines with units damaged on arrival.</param>
/// <param name="WrongItemRate">Lines of which some units are another article.</param>
/// <param name="MislabelRate">Lines with wrong labels.</param>
/// <param name="RefuseRate">Lines that it does not take on.</param>
/// <param name="RejectRate">Inspected lines with units that inspection rejects.</param>
/// <param name="Announces">It sends advance shipping notices.</param>
/// <param name="ReportsMilestones">It tells how far a consignment has come.</param>
/// <param name="PriceRiseRate">Half-years in which its prices rise by <paramref name="PriceRise"/>.</param>
/// <param name="DearerRate">Lines for which it wants more than was ordered at, said when it acknowledges, or on the invoice alone.</param>
/// <param name="OverbillRate">Lines billed with more units than were sent.</param>
/// <param name="BillTwiceRate">Invoices sent a second time.</param>
/// <param name="BillsWeekly">One invoice a week for all that was delivered; else one a consignment.</param>
/// <param name="RoundsTotalOnly">It rounds its invoices' totals, and not their lines.</param>
/// <param name="ClaimAcceptRate">Claims that it accepts, after about <paramref name="ClaimDays"/>.</param>
internal sealed record Habits(
    double LeadTimeDays, double LeadTimeDeviation, double TransitDays, double PromisedDays, double LateRate, double LateDays, double WarnRate,
    double AcknowledgeRate, double AcknowledgeHours, double SplitRate, double ShortRate, double OverRate, double DamageRate, double WrongItemRate,
    double MislabelRate, double RefuseRate, double RejectRate, bool Announces, bool ReportsMilestones, double PriceRiseRate, double PriceRise,
    double DearerRate, double OverbillRate, double BillTwiceRate, bool BillsWeekly, bool RoundsTotalOnly, double ClaimAcceptRate, double ClaimDays)
{
    public static Habits Of(Distance distance, int quotedDays, ref Dice dice)
    {
        // One in eight is a bad one, in all of it at once.
        var care = dice.Chance(0.125) ? 3.0 : dice.Between(0.5, 1.2);
        var mean = Rounded(quotedDays * dice.Between(0.8, 1.1));
        var deviation = Rounded(mean * dice.Between(0.06, 0.16));
        return new(
            LeadTimeDays: mean,
            LeadTimeDeviation: deviation,
            TransitDays: distance switch { Distance.Home => 1, Distance.Continent => 3, _ => Rounded(mean * 0.6) },
            PromisedDays: Rounded(mean + (deviation * dice.Between(0.8, 2.4))),
            LateRate: Rounded(0.04 * care),
            LateDays: Rounded(dice.Between(2, 4) + (distance == Distance.Overseas ? 4 : 0)),
            WarnRate: Rounded(dice.Between(0.2, 0.9)),
            AcknowledgeRate: dice.Chance(0.1) ? Rounded(dice.Between(0, 0.5)) : Rounded(dice.Between(0.9, 1)),
            AcknowledgeHours: dice.Between(4, 40),
            SplitRate: Rounded(dice.Between(0.02, 0.10)),
            ShortRate: Rounded(0.012 * care),
            OverRate: Rounded(0.004 * care),
            DamageRate: Rounded(0.006 * care),
            WrongItemRate: Rounded(0.0015 * care),
            MislabelRate: Rounded(0.0015 * care),
            RefuseRate: Rounded(0.004 * care),
            RejectRate: Rounded(0.02 * care),
            Announces: dice.Chance(distance == Distance.Home ? 0.6 : 0.9),
            ReportsMilestones: distance != Distance.Home && dice.Chance(distance == Distance.Overseas ? 0.9 : 0.4),
            PriceRiseRate: Rounded(dice.Between(0.2, 0.7)),
            PriceRise: Rounded(dice.Between(0.02, 0.06)),
            DearerRate: Rounded(0.004 * care),
            OverbillRate: Rounded(0.003 * care),
            BillTwiceRate: Rounded(0.004 * care),
            BillsWeekly: distance == Distance.Home && dice.Chance(0.25),
            RoundsTotalOnly: dice.Chance(0.3),
            ClaimAcceptRate: Rounded(dice.Between(0.6, 0.95)),
            ClaimDays: dice.Between(2, 12));
    }

    private static double Rounded(double value) => Math.Round(value, 4);
}
