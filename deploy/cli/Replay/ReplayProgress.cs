using System.Globalization;
using Spectre.Console;

namespace EcomIntel.Cli.Replay;

/// <summary>A replay as it goes: a bar on a terminal, a line every few seconds elsewhere; on standard error, since results go to standard output.</summary>
internal static class ReplayProgress
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    public static async Task<T> ShowAsync<T>(Func<Action<ReplayState>, Task<T>> run)
    {
        if (Console.IsErrorRedirected)
            return await run(Lines());
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await console.Progress().AutoClear(true)
            .Columns(new SpinnerColumn(), new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask("starting", maxValue: 1);
                return await run(state =>
                {
                    bar.Value = state.Done;
                    bar.Description = Markup.Escape(Line(state));
                });
            });
    }

    private static Action<ReplayState> Lines()
    {
        var shown = TimeSpan.Zero;
        return state =>
        {
            if (state.Elapsed - shown < Every && state.Waits is null)
                return;
            shown = state.Elapsed;
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ecomintel: {Percent(state.Done),3} % {Line(state)}"));
        };
    }

    /// <summary>Rounded down: 100 is said of what is whole.</summary>
    internal static int Percent(double share) => (int)(Math.Clamp(share, 0, 1) * 100);

    /// <summary>Where business time is, events and their rate, how many are on their way, and how long it will still take.</summary>
    internal static string Line(ReplayState state)
    {
        if (state.Waits is var (wait, until))
            return string.Create(CultureInfo.InvariantCulture,
                $"nothing more happens before {until:yyyy-MM-dd HH:mm}: at this speed it goes on in {Span(wait)} (without --speed at once)");
        var rate = state.Elapsed > TimeSpan.Zero ? state.Passed / state.Elapsed.TotalSeconds : 0;
        var left = state.Done is > 0.005 and < 1 ? TimeSpan.FromSeconds(state.Elapsed.TotalSeconds * (1 - state.Done) / state.Done) : (TimeSpan?)null;
        return string.Create(CultureInfo.InvariantCulture,
            $"{state.Business?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "start"}  {state.Passed:N0} events, {rate:N0}/s, "
            + $"{state.Events - state.Passed:N0} on their way{(left is { } time ? $", {Span(time)} left" : "")}");
    }

    private static string Span(TimeSpan time) =>
        time.TotalHours >= 1 ? $"{(int)time.TotalHours} h {time.Minutes} min"
        : time.TotalMinutes >= 1 ? $"{(int)time.TotalMinutes} min {time.Seconds:00} s"
        : $"{time.Seconds} s";
}
