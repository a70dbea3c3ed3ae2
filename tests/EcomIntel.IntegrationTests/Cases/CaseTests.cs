using EcomIntel.Cli.Replay;
using EcomIntel.Core.Events;
using EcomIntel.IntegrationTests.Processing;
using EcomIntel.IntegrationTests.Replay;

namespace EcomIntel.IntegrationTests.Cases;

/// <summary>Each recorded case comes to its right end, however its file is cut into batches, and live in whatever order its events are heard.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class CaseTests(PostgresFixture postgres)
{
    public static TheoryData<string> All { get; } = [.. CaseEnds.Always.Keys];

    /// <summary>What is told by the file itself, and not by its events: a whole hub replays it.</summary>
    public static TheoryData<string> OfFiles { get; } = ["27", "28", "29"];

    public static TheoryData<string> OfEvents { get; } = [.. CaseEnds.Always.Keys.Except(["27"])];

    [CaseTheory]
    [MemberData(nameof(OfEvents))]
    public async Task A_replay_of_it_comes_to_the_right_end_however_it_is_cut(string number)
    {
        var events = RecordedCase.Events(number).OrderBy(e => e.Time).ToList();
        foreach (var size in (int[])[10_000, 1])
        {
            await using var database = await postgres.CreateAsync();
            await new ReplayedStream(events).ApplyAsync(database, size);
            await CaseEnds.AssertAsync(database, number, $"batches of {size}", CaseEnds.Always, CaseEnds.Replayed);
        }
    }

    [CaseTheory]
    [MemberData(nameof(OfFiles))]
    public async Task A_hub_replays_its_file(string number)
    {
        await using var hub = await Hub.StartAsync();
        var bounds = new TimeBounds(TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1), TimeSpan.FromDays(400), TimeSpan.FromDays(1_100));
        using var source = new RecordedSource([RecordedCase.PathOf(number)], new LineTally(), limit: null, bounds);
        await hub.ReplayAsync(source, null);
        await hub.AssertSoundAsync();
        await using var database = new Processing.Database(hub.Addresses.PostgresReader!);
        await CaseEnds.AssertAsync(database, number, "its file", CaseEnds.Always, CaseEnds.Replayed);
    }

    [CaseTheory]
    [MemberData(nameof(All))]
    public async Task Live_it_comes_to_the_right_end_in_whatever_order_it_is_heard(string number)
    {
        var events = RecordedCase.Events(number);
        for (var seed = 0; seed < 12; seed++)
        {
            await using var database = await postgres.CreateAsync();
            var (random, streams) = (new Random(seed), 0);
            var now = events.Where(e => e.Time.Year < 2040).Max(e => e.Time).AddMinutes(1);
            foreach (var phase in RecordedCase.Phases(events))
            {
                var heard = phase.ToArray();
                random.Shuffle(heard);
                foreach (var e in heard)
                {
                    await database.MoveTimeAsync(now, back: false);
                    var live = new LiveStream($"case-{++streams}", 1);
                    live.Send(e.Type.Topic!, e.Subject, EventCodec.Encode(e));
                    await live.ApplyAllAsync(database.Processor, 1);
                    if (!RecordedCase.DecidedOnce.Contains(number) && random.Next(3) == 0)
                        await LiveStream.PassTimeAsync(database, now = now.AddMinutes(random.Next(1, 50)));
                }
                for (var hour = 0; hour < 2; hour++)
                    await LiveStream.PassTimeAsync(database, now = now.AddHours(1));
            }
            await CaseEnds.AssertAsync(database, number, $"live, seed {seed}", CaseEnds.Always, CaseEnds.Live);
        }
    }
}
