using EcomIntel.Ml.Watch;

namespace EcomIntel.Tests.Ml.Watch;

public sealed class FindingLedgerTests
{
    private static readonly DateTimeOffset Monday = new(2026, 11, 23, 5, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, int> _heldBack = [];
    private IReadOnlyList<OpenFinding> _open = [];

    [Fact]
    public void What_is_new_is_raised_the_worst_first_and_what_sits_in_it_with_it()
    {
        var told = Settle(Monday, Thing("sku", 900), Thing("other", 500), Thing("third", 300), Thing("sku in web", 800, within: "sku"));
        Assert.Equal([(Telling.Raise, "sku"), (Telling.Raise, "other"), (Telling.Raise, "sku in web")], told.Select(each => (each.Telling, each.Finding.Key)));
        Assert.Equal(told[0].Finding.Id, told[2].Finding.Told.PartOf);
        Assert.Equal(1, _heldBack["less_at_risk_than_others"]);
    }

    [Fact]
    public void What_is_too_little_is_held_back_and_its_parts_with_it()
    {
        Assert.Empty(Settle(Monday, Thing("sku", 49), Thing("sku in web", 48, within: "sku")));
        Assert.Equal((1, 1), (_heldBack["too_little_at_risk"], _heldBack["part_of_what_is_not_told"]));
    }

    [Fact]
    public void What_stands_is_told_anew_only_where_it_has_grown_or_changed()
    {
        Settle(Monday, Thing("sku", 100));
        Assert.Empty(Settle(Monday.AddDays(7), Thing("sku", 120)));
        Assert.Equal([Telling.Update], Settle(Monday.AddDays(14), Thing("sku", 126)).Select(each => each.Telling));
        Assert.Equal([Telling.Update], Settle(Monday.AddDays(21), Thing("sku", 126, "drift")).Select(each => each.Telling));
        Assert.Equal(Monday.AddDays(21), _open.Single().FoundAt);
    }

    [Fact]
    public void What_is_found_no_more_is_cleared_after_a_while_and_once()
    {
        var id = Settle(Monday, Thing("sku", 100)).Single().Finding.Id;
        Assert.Empty(Settle(Monday.AddDays(13)));
        Assert.Equal([(Telling.Clear, id)], Settle(Monday.AddDays(14)).Select(each => (each.Telling, each.Finding.Id)));
        Assert.Empty(Settle(Monday.AddDays(21)));
        // The same again is another finding: it is so since another day.
        Assert.NotEqual(id, Settle(Monday.AddDays(28), Thing("sku", 100, since: Monday.AddDays(25))).Single().Finding.Id);
    }

    [Fact]
    public void An_id_follows_from_model_kind_what_it_is_about_and_since_when()
    {
        var ids = new[]
        {
            FindingLedger.IdOf("demand", "demand_anomaly", "a", Monday), FindingLedger.IdOf("demand", "demand_anomaly", "b", Monday),
            FindingLedger.IdOf("demand", "demand_anomaly", "a", Monday.AddDays(1)), FindingLedger.IdOf("returns", "demand_anomaly", "a", Monday),
        };
        Assert.Equal(4, ids.Distinct().Count());
        Assert.Equal(ids[0], FindingLedger.IdOf("demand", "demand_anomaly", "a", Monday.ToOffset(TimeSpan.FromHours(2))));
        Assert.Matches("^F-[0-9a-f]{20}$", ids[0]);
    }

    [Fact]
    public void Without_money_nothing_is_too_little() => Assert.Single(Settle(Monday, Thing("feed", null)));

    private static FoundThing Thing(string key, decimal? money, string pattern = "shift", string? within = null, DateTimeOffset? since = null) =>
        new(key, pattern, since ?? Monday.AddDays(-3), money, within);

    /// <summary>At most two are told by themselves, from 50 on; what was not found for 14 days is over.</summary>
    private IReadOnlyList<(Telling Telling, OpenFinding Finding)> Settle(DateTimeOffset at, params FoundThing[] found)
    {
        var (sent, seen) = FindingLedger.Settle(
            "demand", "demand_anomaly", _open, found, at, TimeSpan.FromDays(14), 2, 50, why => _heldBack[why] = _heldBack.GetValueOrDefault(why) + 1);
        var over = sent.Where(each => each.Telling == Telling.Clear).Select(each => each.Finding.Id).ToHashSet();
        _open = [.. _open.Where(each => !over.Contains(each.Id) && !seen.Any(other => other.Id == each.Id)), .. seen];
        return sent;
    }
}
