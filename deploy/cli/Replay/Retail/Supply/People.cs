namespace EcomIntel.Cli.Replay.Retail.Supply;

/// <summary>Who does what at the retailer. Who makes an order, who approves it and who receives it are three.</summary>
internal static class People
{
    public const string Buyer = "Bela Mistry", Approver = "Agnes Crowther", Inspector = "Iris Oyelaran", Finance = "Fergus Blane",
        Planner = "Priya Raman";

    public static string Clerk(string location) => location switch
    {
        Network.Midlands => "Colin Barraclough",
        Network.North => "Nadia Petrov",
        Network.South => "Sam Okafor",
        _ => "Pieter de Wit",
    };

    /// <summary>Who gives a team's cases to its people.</summary>
    public static string Lead(string team) => team switch
    {
        "warehouse" => "Wilf Ashdown",
        "transport" => "Tamsin Reeve",
        "customer_care" => "Carys Morgan",
        "finance" => Finance,
        "purchasing" => Buyer,
        _ => "Oscar Lindqvist",
    };

    /// <summary>Of the two who work a team's cases.</summary>
    public static string ClerkOf(string team, int number) => (team, number) switch
    {
        ("warehouse", 0) => "Colin Barraclough",
        ("warehouse", _) => "Nadia Petrov",
        ("transport", 0) => "Tom Fairley",
        ("transport", _) => "Ines Duarte",
        ("customer_care", 0) => "Maya Holt",
        ("customer_care", _) => "Jonas Weir",
        ("finance", 0) => Finance,
        ("finance", _) => "Freya Lund",
        ("purchasing", 0) => Buyer,
        ("purchasing", _) => "Piotr Zielak",
        (_, 0) => "Olga Brandt",
        _ => "Owen Price",
    };
}
