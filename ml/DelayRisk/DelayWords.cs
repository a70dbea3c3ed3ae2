using System.Globalization;
using EcomIntel.Core.Procurement.DelayRisk;

namespace EcomIntel.Ml.DelayRisk;

/// <summary>What a planner is told of a line that may be late.</summary>
internal static class DelayWords
{
    /// <summary>As it stands in assessments: <c>date_changed</c>.</summary>
    public static string Of(DelayMoment moment) => moment switch
    {
        DelayMoment.DateChanged => "date_changed",
        DelayMoment.ArrivedAtPort => "arrived_at_port",
        DelayMoment.CustomsCleared => "customs_cleared",
        DelayMoment.OutForDelivery => "out_for_delivery",
        _ => moment.ToString().ToLowerInvariant(),
    };

    /// <param name="level">Of the days.</param>
    public static string Of(PurchaseLine line, double probability, int days, double level, LineAtRisk at, DelayConsequences follows)
    {
        var text = string.Create(CultureInfo.InvariantCulture,
            $"Line {line.Number} of {line.Order}: {at.Open} {Short(line.Item)} of {Short(line.Supplier)} for {Short(line.Lane)}. Late with a probability of "
            + $"{probability:0%}; {days} {(days == 1 ? "day" : "days")} at most with {level:0%}: on {follows.ArrivesOn:d MMMM}.");
        if (follows.RunsOutOn is { } day && !follows.RunsOutAnyway)
            text += string.Create(CultureInfo.InvariantCulture, $" Then it runs out on {day:d MMMM}, {follows.UnitsShort} short.");
        if (follows.Orders.Count > 0)
            text += $" Customers' lines that would be late: {follows.Orders.Count}.";
        if (follows.Help.Count > 0)
            text += $" May help: {string.Join("; ", follows.Help.Take(3).Select(Of))}.";
        return text.Length <= 500 ? text : text[..500];
    }

    private static string Of(DelayHelp help) => help.Kind switch
    {
        DelayHelpKind.TRANSFER => string.Create(CultureInfo.InvariantCulture, $"{help.Units} of {Short(help.From)}, there by {help.ArrivesOn:d MMMM}"),
        DelayHelpKind.OTHER_SUPPLIER => string.Create(CultureInfo.InvariantCulture, $"supplier {Short(help.From)} by {help.ArrivesOn:d MMMM}"),
        _ => "the supplier may hurry, it has not left",
    };

    private static string Short(string text) => text.Length <= 30 ? text : text[..30];
}
