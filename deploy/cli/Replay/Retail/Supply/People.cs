namespace EcomIntel.Cli.Replay.Retail.Supply;

/// <summary>Who does what at the retailer. Who makes an order, who approves it and who receives it are three.</summary>
internal static class People
{
    public const string Buyer = "Bela Mistry", Approver = "Agnes Crowther", Inspector = "Iris Oyelaran", Finance = "Fergus Blane";

    public static string Clerk(string location) => location switch
    {
        Network.Midlands => "Colin Barraclough",
        Network.North => "Nadia Petrov",
        Network.South => "Sam Okafor",
        _ => "Pieter de Wit",
    };
}
