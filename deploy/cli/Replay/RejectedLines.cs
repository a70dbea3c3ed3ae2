namespace EcomIntel.Cli.Replay;

/// <summary>Every source line that was not applied, with its reason, as a tab-separated file; made when there is the first.</summary>
internal sealed class RejectedLines(string path) : IDisposable
{
    private StreamWriter? _file;

    public string Path => path;

    public void Add(RejectedLine line)
    {
        if (_file is null)
        {
            _file = new StreamWriter(path, append: false);
            _file.WriteLine("origin\tline\treason\tdetail");
        }
        _file.WriteLine($"{line.Origin}\t{line.Number}\t{line.Reason}\t{line.Detail.ReplaceLineEndings(" ").Replace('\t', ' ')}");
    }

    public void Dispose() => _file?.Dispose();
}
