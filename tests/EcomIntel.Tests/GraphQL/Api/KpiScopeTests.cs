using EcomIntel.Core.Kpis;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Schema.Kpis;

namespace EcomIntel.Tests.GraphQL.Api;

/// <summary>An order counts under each of its locations: who may see one of them is not told the others.</summary>
public sealed class KpiScopeTests
{
    private static readonly KpiContract Aging = KpiCatalogue.Find("order_aging")!;

    [Theory]
    [InlineData("DC-1", "location", "DC-1")]
    [InlineData("DC-1 DC-2", "location", "DC-1 DC-2")]
    [InlineData("nowhere", "location", "")]
    [InlineData(null, "location", "DC-1 DC-2 ")]
    [InlineData("DC-1", "channel", "DC-1 DC-2 ")] // not told by location: what is counted is filtered already
    public void Only_the_callers_own_are_told(string? own, string groupBy, string told)
    {
        var caller = new Caller("key:test", "test", new HashSet<string> { "WAREHOUSE" }, null, own?.Split(' '), null);
        var figures = new KpiFigures(default, null, null, [Figure("DC-1"), Figure("DC-2"), Figure("")]);
        var seen = KpiFields.VisibleTo(caller, new KpiQuery(Aging, GroupBy: [groupBy]), figures);
        Assert.Equal(told, string.Join(' ', seen.Points.Select(point => point.Dimensions[0])));
    }

    private static KpiFigure Figure(string value) => new(new(null, [value], 1, 1, 1, 1, null, []), null, null);
}
