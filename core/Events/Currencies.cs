using System.Collections.Frozen;

namespace EcomIntel.Core.Events;

/// <summary>
/// The currencies that money may be in: ISO 4217:2015, list one as of amendment 180 (in force since 1 January 2026), those codes of it that have a minor unit;
/// metals, accounting units and codes for tests are no money of an order. Beside them those withdrawn since 2020: recorded orders of before name them.
/// </summary>
public static class Currencies
{
    private const string Current = """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE
        CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW
        KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR
        PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU
        UYW UZS VED VES VND VUV WST XAD XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
        """;

    private const string Withdrawn = "ANG BGN CUC HRK SLL ZWL";

    /// <summary>Three capitals each.</summary>
    public static IReadOnlySet<string> Codes { get; } =
        $"{Current} {Withdrawn}".Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, int> Uncommon = new (int Decimals, string Codes)[]
    {
        (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"), (3, "BHD IQD JOD KWD LYD OMR TND"), (4, "CLF UYW"),
    }.SelectMany(some => some.Codes.Split(' ').Select(code => (code, some.Decimals))).ToFrozenDictionary(some => some.code, some => some.Decimals);

    /// <summary>Decimals of an amount in it: those of its minor unit, as ISO 4217 has it.</summary>
    public static int Decimals(string code) => Uncommon.GetValueOrDefault(code, 2);

    /// <returns>What is wrong with a code, in one line; null if nothing.</returns>
    public static string? Invalid(string name, string? code) => code is not null && Codes.Contains(code) ? null
        : $"{Check.Member(name)} must be a currency of ISO 4217 in capitals, as EUR"
            + (code is { Length: >= 1 and <= 10 } && code.All(char.IsAsciiLetterOrDigit) ? $"; it is '{code}'" : "");
}
