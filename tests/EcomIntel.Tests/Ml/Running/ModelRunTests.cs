using EcomIntel.Core.Events;
using EcomIntel.Ml.Running;

namespace EcomIntel.Tests.Ml.Running;

public sealed class ModelRunTests
{
    private static readonly DateTimeOffset AsOf = new(2026, 11, 23, 5, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_run_that_is_repeated_sends_the_same_events()
    {
        CloudEvent[] Run()
        {
            var run = Of();
            run.Send(EventCatalogue.FindingCleared, "F-1", new FindingCleared("over"));
            run.Send(EventCatalogue.FindingCleared, "F-2", new FindingCleared("over"));
            return [.. run.Events];
        }
        var (first, again) = (Run(), Run());
        Assert.Equal(first.Select(each => each.Identity), again.Select(each => each.Identity));
        Assert.Equal(2, first.Select(each => each.Identity).Distinct().Count());
        Assert.All(first, each => Assert.Equal((AsOf, "urn:ecomintel:ml"), (each.Time, each.Source)));
        Assert.All(first, each => Assert.Null(EventCodec.Decode(EventCodec.Encode(each), Topics.Findings, each.Subject).Rejection));
    }

    [Fact]
    public void An_id_says_of_which_job_and_instant_it_is_and_fits_whatever_the_subject() =>
        Assert.Matches("^demand_with_a_name_of_forty_characters__:20261123T050000Z:[0-9a-f]{24}$",
            ModelRun.IdOf("demand_with_a_name_of_forty_characters__", AsOf, "finding.raised", new string('x', 100)));

    [Fact]
    public void Two_of_a_type_about_one_thing_are_a_fault_of_the_job()
    {
        var run = Of();
        run.Send(EventCatalogue.FindingCleared, "F-1", new FindingCleared("over"));
        var fault = Assert.Throws<InvalidOperationException>(() => run.Send(EventCatalogue.FindingCleared, "F-1", new FindingCleared("over again")));
        Assert.Equal("demand: two finding.cleared about F-1 in one run", fault.Message);
    }

    private static ModelRun Of() => new("demand", AsOf, new(), null!, null!, null!);
}
