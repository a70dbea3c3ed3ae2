using System.Globalization;

namespace EcomIntel.Cli.Models;

/// <summary>A bar for each job: drawn over itself on a terminal, a line at each new word elsewhere.</summary>
internal sealed class ModelProgress(TextWriter to) : IDisposable
{
    private const int Width = 24;

    private readonly bool _draws = !Console.IsErrorRedirected;
    private string _last = "";
    private bool _open;

    public void Tell(string job, string what, double done)
    {
        if (!_draws)
        {
            if (_last != $"{job}{what}")
                to.WriteLine($"ecomintel: {job}: {what}");
            _last = $"{job}{what}";
            return;
        }
        var filled = (int)Math.Round(Width * Math.Clamp(done, 0, 1));
        to.Write(string.Create(
            CultureInfo.InvariantCulture, $"\r{job,-12} [{new string('#', filled)}{new string('.', Width - filled)}] {done,4:P0} {what,-40}"));
        _open = done < 1;
        if (!_open)
            to.WriteLine();
    }

    /// <summary>What is written next begins a line.</summary>
    public void Dispose()
    {
        if (_open)
            to.WriteLine();
    }
}
