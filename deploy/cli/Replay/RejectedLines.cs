using System.Globalization;

namespace EcomIntel.Cli.Replay;

/// <summary>Every source line of one run that was not applied, with its reason, as a tab-separated file of its own; made when there is the first.</summary>
/// <param name="folder">Of the files of all runs.</param>
/// <param name="began">When the run did: names the file.</param>
internal sealed class RejectedLines(string folder, DateTimeOffset began) : IDisposable
{
    private StreamWriter? _file;

    /// <summary>null while there is none.</summary>
    public string? Path { get; private set; }

    public void Add(RejectedLine line)
    {
        if (_file is null)
        {
            _file = Create();
            _file.WriteLine("origin\tline\treason\tdetail");
        }
        _file.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Printable.Of(line.Origin)}\t{line.Number}\t{line.Reason}\t{Printable.Of(line.Detail)}"));
    }

    public void Dispose() => _file?.Dispose();

    private StreamWriter Create()
    {
        Directory.CreateDirectory(folder);
        var name = began.UtcDateTime.ToString("yyyy-MM-dd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        for (var run = 1; ; run++)
        {
            var path = System.IO.Path.Combine(folder, run == 1 ? $"{name}.tsv" : string.Create(CultureInfo.InvariantCulture, $"{name}-{run}.tsv"));
            try
            {
                var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
                Path = path;
                return new StreamWriter(file);
            }
            catch (IOException) when (File.Exists(path))
            {
                // Another run began in the same second.
            }
        }
    }
}
