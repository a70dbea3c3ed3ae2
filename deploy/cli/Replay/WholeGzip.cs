using System.Buffers.Binary;
using System.IO.Compression;

namespace EcomIntel.Cli.Replay;

/// <summary>Unpacks a .gz and sees to it that all of it was there: a cut-off one just ends, as far as .NET's own reader is concerned.</summary>
internal sealed class WholeGzip(Stream packed, string path) : ReadingStream
{
    private readonly GZipStream _unpacked = new(packed, CompressionMode.Decompress);
    private uint _length;

    /// <exception cref="InvalidDataException">It is no gzip file, or ends before its end.</exception>
    public override int Read(Span<byte> buffer)
    {
        int read;
        try
        {
            read = _unpacked.Read(buffer);
        }
        catch (InvalidDataException wrong)
        {
            throw new InvalidDataException("is not a gzip file, or is damaged", wrong);
        }
        _length += (uint)read;
        if (read == 0 && buffer.Length > 0 && _length != TrailerLength())
            throw new InvalidDataException("ends in the middle of its gzip stream (or is several in one: then unpack it first)");
        return read;
    }

    /// <summary>The last four bytes of the file: how long the unpacked is, modulo 2^32 (RFC 1952).</summary>
    private uint TrailerLength()
    {
        using var file = File.OpenRead(path);
        if (file.Length < 18)
            throw new InvalidDataException("is not a gzip file, or is damaged");
        file.Seek(-4, SeekOrigin.End);
        Span<byte> length = stackalloc byte[4];
        file.ReadExactly(length);
        return BinaryPrimitives.ReadUInt32LittleEndian(length);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _unpacked.Dispose();
        base.Dispose(disposing);
    }
}
