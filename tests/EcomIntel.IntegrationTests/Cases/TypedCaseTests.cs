using System.Text.Json;
using EcomIntel.Core.Events;
using EcomIntel.IntegrationTests.Cli;
using EcomIntel.IntegrationTests.Replay;

namespace EcomIntel.IntegrationTests.Cases;

/// <summary>Takes a quarter of an hour for all cases: run where it is asked for.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TypedCaseTheoryAttribute : TheoryAttribute
{
    public TypedCaseTheoryAttribute() =>
        Skip = Asked is null ? "takes a quarter of an hour: ECOMINTEL_TEST_TYPED_CASES=all runs it, or the cases named, as 02,16"
            : new CaseTheoryAttribute().Skip;

    public static string? Asked => Environment.GetEnvironmentVariable("ECOMINTEL_TEST_TYPED_CASES");
}

/// <summary>Each recorded case as an operator replays it, on an instance of its own, as fast as it goes and at 3,600 times its own speed.</summary>
public sealed class TypedCaseTests
{
    /// <summary>Whose file holds an event that is refused: exit code 1 tells.</summary>
    private static readonly string[] Refused = ["27"];

    public static TheoryData<string, string?> All
    {
        get
        {
            var all = new TheoryData<string, string?>();
            var asked = TypedCaseTheoryAttribute.Asked?.Split(',') ?? [];
            foreach (var number in CaseEnds.Always.Keys.Where(number => asked is [] or ["all"] || asked.Contains(number)))
                foreach (var speed in (string?[])[null, "3600"])
                    all.Add(number, speed);
            return all;
        }
    }

    [TypedCaseTheory]
    [MemberData(nameof(All))]
    public async Task Its_replay_comes_to_the_right_end(string number, string? speed)
    {
        await using var hub = await Hub.StartAsync();
        var (code, said, error) = await RunAsync(["replay", RecordedCase.PathOf(number), .. speed is null ? [] : (string[])["--speed", speed]]);
        Assert.True((Refused.Contains(number) ? 1 : 0) == code, $"exit code {code}: {said}{error}");
        await using (var database = new Processing.Database(hub.Addresses.PostgresReader!))
        {
            await CaseEnds.AssertAsync(database, number, $"replay, speed {speed}", CaseEnds.Always, CaseEnds.Replayed);
            var (_, listed, _) = await RunAsync("cases", "list", "--status", "all", "--json");
            using var json = JsonDocument.Parse(listed);
            Assert.Equal(await database.QueryAsync("SELECT category, subject FROM exception_cases ORDER BY detected_at DESC, case_id DESC"),
                json.RootElement.GetProperty("cases").EnumerateArray().Select(
                    each => $"{each.GetProperty("category").GetString()}|{each.GetProperty("subject").GetString()}"));
        }
        // Nothing in it keeps the next day's file out.
        var next = Path.Combine(hub.Folder, "next-day.jsonl");
        var later = new DateTimeOffset(2026, 3, 5, 10, 30, 0, TimeSpan.Zero);
        await File.WriteAllBytesAsync(next, EventCodec.Encode(new("next", "tests", EventCatalogue.CarrierUpdated, "van", later, new CarrierUpdated("Van"))));
        (code, said, error) = await RunAsync("replay", next);
        Assert.True(code == 0, said + error);
        var check = await RunAsync("check");
        Assert.True(check.Code == 0, check.Out + check.Error);

        Task<(int Code, string Out, string Error)> RunAsync(params string[] line) =>
            TypedLine.RunAsync(new Dictionary<string, string>(), [.. line, "--state", hub.Folder]);
    }
}
