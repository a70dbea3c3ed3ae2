using System.Text.Json;
using EcomIntel.Core.Events;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Retention;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Retention;

public sealed class RetentionPolicyTests
{
    [Fact]
    public void Built_in_is_three_years_of_operations_and_a_year_and_more_of_identities()
    {
        var kept = RetentionPolicy.Kind.BuiltIn.Settings;
        Assert.Equal((1_100, 400, 180, 30), (kept.Operations.Days, kept.AppliedEvents.Days, kept.DeadLetters.Days, kept.ChangeOutcomes.Days));
    }

    [Theory]
    [InlineData("""{}""", null)]
    [InlineData("""{"operations":"30.00:00:00","appliedEvents":"7.00:00:00","deadLetters":"7.00:00:00","changeOutcomes":"1.00:00:00"}""", null)]
    [InlineData("""{"operations":"36500.00:00:00"}""", null)]
    [InlineData("""{"operations":"29.00:00:00"}""", "operations must be whole days, 30.00:00:00 to 36500.00:00:00")]
    [InlineData("""{"operations":"36501.00:00:00"}""", "operations must be whole days, 30.00:00:00 to 36500.00:00:00")]
    [InlineData("""{"appliedEvents":"6.00:00:00"}""", "appliedEvents must be whole days, 7.00:00:00 to 36500.00:00:00")]
    [InlineData("""{"appliedEvents":"7.12:00:00"}""", "appliedEvents must be whole days, 7.00:00:00 to 36500.00:00:00")]
    [InlineData("""{"deadLetters":"00:00:00"}""", "deadLetters must be whole days, 7.00:00:00 to 36500.00:00:00")]
    [InlineData("""{"changeOutcomes":"-1.00:00:00"}""", "changeOutcomes must be whole days, 1.00:00:00 to 36500.00:00:00")]
    public void Settings_are_whole_days_in_their_range(string settings, string? wrong)
    {
        using var given = JsonDocument.Parse(settings);
        Assert.Equal(wrong, RetentionPolicy.Kind.Invalid(given.RootElement));
    }

    [Theory]
    [InlineData("""{"auditLog":"1.00:00:00"}""")]
    [InlineData("""{"operations":400}""")]
    public void What_it_does_not_know_is_refused(string settings)
    {
        using var given = JsonDocument.Parse(settings);
        Assert.NotNull(RetentionPolicy.Kind.Invalid(given.RootElement));
    }

    [Fact]
    public void A_version_comes_by_its_event_and_rules_from_then_on()
    {
        var house = new SmallHouse(["north"]);
        using var settings = JsonDocument.Parse("""{"appliedEvents":"30.00:00:00"}""");
        Assert.Null(house.Apply(EventCatalogue.PolicyUpdated, "retention", new PolicyUpdated(1, settings.RootElement)));
        var policies = house.House.Get<PolicyBook>();
        var (before, now) = (policies.At(RetentionPolicy.Kind, SmallHouse.Opens.AddTicks(-1)), policies.At(RetentionPolicy.Kind, SmallHouse.Opens));
        Assert.Equal((0, 400), (before.Version, before.Settings.AppliedEvents.Days));
        Assert.Equal((1, 30, 1_100), (now.Version, now.Settings.AppliedEvents.Days, now.Settings.Operations.Days)); // what is not given is as built in
    }
}
