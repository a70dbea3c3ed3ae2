using System.Security.Cryptography;

namespace EcomIntel.Cli.Replay;

/// <summary>Something about a source file as a whole is wrong; the message says which file, and where in it.</summary>
internal sealed class SourceFileException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A file that is replayed, plain or as .gz, and how much of it has been read.</summary>
internal sealed class SourceFile
{
    private readonly string _path;

    private SourceFile(string path, long length) => (_path, Length) = (path, length);

    public string Name => Path.GetFileName(_path);

    /// <summary>Bytes on disk.</summary>
    public long Length { get; }

    /// <summary>Unpacked bytes that whoever reads it is done with. What is read beyond them lies in a buffer, a small file whole.</summary>
    public long Taken { get; set; }

    private long Read { get; set; }

    private long Unpacked { get; set; }

    /// <exception cref="SourceFileException">It is not there.</exception>
    public static SourceFile At(string path) => File.Exists(path)
        ? new(path, new FileInfo(path).Length)
        : throw new SourceFileException(Directory.Exists(path) ? $"{path}: is a folder, not a file" : $"{path}: there is no such file");

    /// <exception cref="SourceFileException">It cannot be opened.</exception>
    public Stream Open()
    {
        try
        {
            var file = new CountedStream(File.OpenRead(_path), count => Read += count);
            return new CountedStream(
                _path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new WholeGzip(file, _path) : file, count => Unpacked += count);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new SourceFileException($"{_path}: {wrong.Message}", wrong);
        }
    }

    /// <summary>What it holds, in 64 hexadecimal digits.</summary>
    /// <exception cref="SourceFileException">It cannot be read.</exception>
    public string Sha256()
    {
        try
        {
            using var file = File.OpenRead(_path);
            return Convert.ToHexStringLower(SHA256.HashData(file));
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new SourceFileException($"{_path}: {wrong.Message}", wrong);
        }
    }

    /// <summary>Share of several files that has been read, 0 to 1.</summary>
    public static double ShareRead(IReadOnlyList<SourceFile> files) => Share(files, file => file.Read);

    /// <summary>Share of several files that has been read and taken, 0 to 1.</summary>
    public static double ShareTaken(IReadOnlyList<SourceFile> files) =>
        Share(files, file => file.Unpacked == 0 ? 0 : file.Read * Math.Min(1.0, (double)file.Taken / file.Unpacked));

    private static double Share(IReadOnlyList<SourceFile> files, Func<SourceFile, double> bytes) =>
        files.Sum(bytes) / Math.Max(1.0, files.Sum(file => file.Length));

    /// <summary>Passes reads on and counts them.</summary>
    private sealed class CountedStream(Stream stream, Action<int> count) : ReadingStream
    {
        public override int Read(Span<byte> buffer)
        {
            var read = stream.Read(buffer);
            count(read);
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                stream.Dispose();
            base.Dispose(disposing);
        }
    }
}
