namespace EcomIntel.Cli.Replay.Retail;

/// <summary>
/// Distinguishes goods from what is only booked through the till, by the stock code alone. Goods have a five-digit number with up to a few letters for the
/// colour (22041, 79323P), or are one of the web shop's own articles: DCGS... (gum, collars, party bags), SP1002 (a chalkboard easel), PADS (cushion pads, sold
/// by the piece). No goods are the codes below; descriptions do not decide, since they are free text ("damaged", "ebay", "?").
/// </summary>
internal static class GoodsRule
{
    private static readonly HashSet<string> Services =
    [
        "POST", "DOT",       // postage, also the web shop's
        "C2", "C3",          // carriage
        "M",                 // manual entry of any amount
        "D",                 // discount
        "S",                 // samples: a cost booked to nobody's stock
        "B",                 // bad debt
        "CRUK",              // a charity's commission
        "AMAZONFEE",
    ];

    /// <summary>Vouchers (GIFT, gift_0001_20), test articles, corrections of accounts (ADJUST, ADJUST2), BANK CHARGES.</summary>
    private static readonly string[] ServicePrefixes = ["GIFT", "TEST", "ADJUST", "BANK"];

    /// <summary>The same article is keyed with and without capitals and blanks (85123a, 85123A).</summary>
    public static string Sku(string code) => code.Trim().ToUpperInvariant();

    public static bool IsGoods(string sku) =>
        !Services.Contains(sku) && !Array.Exists(ServicePrefixes, prefix => sku.StartsWith(prefix, StringComparison.Ordinal));
}
