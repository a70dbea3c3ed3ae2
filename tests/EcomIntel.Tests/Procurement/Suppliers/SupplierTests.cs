using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.Suppliers;
using EcomIntel.Tests.Processing;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.Tests.Procurement.Suppliers;

/// <summary>Suppliers, what they sell and rates: the newest fact counts, in whatever order they are heard.</summary>
public sealed class SupplierTests
{
    private static readonly DateTimeOffset Day = SmallHouse.Opens;

    private readonly SmallHouse _house = new SmallHouse(["north"]).Item("mug");

    private SupplierBook Suppliers => _house.House.Get<SupplierBook>();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_older_fact_never_overwrites_a_newer_one(bool turned)
    {
        List<(double Hour, string Name, decimal Price)> facts = [(1, "Old", 3m), (2, "New", 4m)];
        if (turned)
            facts.Reverse();
        foreach (var (hour, name, _) in facts)
            Assert.Null(_house.Hear(Types.SupplierUpdated, "S-1", new SupplierUpdated(name), Day.AddHours(hour)));
        foreach (var (hour, _, price) in facts)
            Assert.Null(_house.Hear(Types.SupplierItemUpdated, "S-1", new SupplierItemUpdated(new("mug"), price), Day.AddHours(hour)));
        Assert.Equal(("New", 4m), (Suppliers.Find(new SupplierId("S-1"))!.Name, Suppliers.Find(new("S-1"), new("mug"))!.Price));
    }

    [Fact]
    public void What_is_sold_waits_for_its_supplier_and_its_item()
    {
        Assert.Equal("supplier/S-1", _house.Hear(Types.SupplierItemUpdated, "S-1", new SupplierItemUpdated(new("vase"), 3m))?.Awaits);
        Assert.Null(_house.Hear(Types.SupplierUpdated, "S-1", new SupplierUpdated("One", "EUR", LeadTimeDays: 9)));
        Assert.Null(Suppliers.Find(new("S-1"), new("vase")));
        Assert.Null(_house.Hear(Types.ItemUpdated, "vase", new ItemUpdated("Vase")));
        Assert.Equal(3m, Suppliers.Find(new("S-1"), new("vase"))!.Price);
        var told = Assert.Single(_house.Emitted(SupplierItemChanged.Type, OperationJson.Default.SupplierItemChanged));
        Assert.Equal(("EUR", 9), (told.Currency, told.LeadTimeDays)); // the supplier's
        Assert.Empty(_house.NotApplied);
    }

    [Theory]
    [InlineData(0.5, null)]
    [InlineData(1, 1.10)]
    [InlineData(2.9, 1.10)]
    [InlineData(3, 1.30)]
    [InlineData(99, 1.50)]
    public void A_rate_holds_from_its_instant_until_the_next(double hour, double? rate)
    {
        foreach (var (from, value) in (ReadOnlySpan<(int, decimal)>)[(5, 1.50m), (1, 1.10m), (3, 1.30m)])
            Assert.Null(_house.Hear(Types.RateUpdated, "EUR", new RateUpdated(value), Day.AddHours(from)));
        Assert.Equal((decimal?)rate, Suppliers.Rate("EUR", "GBP", Day.AddHours(hour)));
        Assert.Equal(1m, Suppliers.Rate("GBP", "GBP", Day));
        Assert.Null(Suppliers.Rate("USD", "GBP", Day.AddDays(9)));
    }

    [Fact]
    public void The_subject_of_a_rate_is_a_currency() =>
        Assert.Equal(RejectionCodes.Invalid, _house.Hear(Types.RateUpdated, "pounds", new RateUpdated(1.2m))?.Code);
}
