using EcomIntel.Ml.Registry;

namespace EcomIntel.Ml.Running;

/// <summary>Versions that wait are held against the champion, each once, as soon as enough days are over that neither has learned from.</summary>
internal static class Challengers
{
    public static async Task HoldAsync(IModelJob job, ModelRun run, CancellationToken token)
    {
        foreach (var model in job.Models)
            foreach (var challenger in await run.Registry.ChallengersAsync(model, run.AsOf, token))
            {
                if (await run.Registry.ChampionAsync(model, run.AsOf, token) is not { } champion)
                    continue;
                run.Report($"holding {challenger.Version} against {champion.Version}", 0);
                if (await job.HoldAsync(run, challenger, champion, token) is { } contest)
                    await run.Registry.HeldAsync(model, challenger.Version, champion.Version, contest, run.AsOf, token);
            }
    }
}
