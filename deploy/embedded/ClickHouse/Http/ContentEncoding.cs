using System.IO.Compression;
using K4os.Compression.LZ4;
using K4os.Compression.LZ4.Streams;
using Microsoft.AspNetCore.Http;
using ZstdSharp;

namespace EcomIntel.Embedded.ClickHouse.Http;

/// <summary>The compression of HTTP bodies: Content-Encoding of a request, Accept-Encoding of an answer.</summary>
internal static class ContentEncoding
{
    private const int ZstdLevel = 1;

    // The server's order of preference, of what there is an encoder for here.
    private static readonly string[] Offered = ["zstd", "br", "lz4", "gzip", "deflate"];

    /// <summary>The request body decompressed. Data that are not what the encoding says: InvalidDataException when they are read.</summary>
    /// <exception cref="RefusedException">No encoding that is known here.</exception>
    public static Stream Decode(Stream body, string encoding) => encoding switch
    {
        "" or "identity" => body,
        "gzip" or "x-gzip" => new GZipStream(body, CompressionMode.Decompress, leaveOpen: true),
        "deflate" => new ZLibStream(body, CompressionMode.Decompress, leaveOpen: true),
        "br" => new BrotliStream(body, CompressionMode.Decompress, leaveOpen: true),
        "zstd" => DecodedStream.Zstd(body),
        "lz4" => DecodedStream.Lz4(body),
        _ => throw new RefusedException(ClickHouseError.NotImplemented, $"Unknown Content-Encoding {encoding}"),
    };

    /// <summary>Compresses what is written to it into <paramref name="answer"/>, which it leaves open. Must be disposed of for the end to be written.</summary>
    public static Stream Encode(Stream answer, string encoding) => encoding switch
    {
        "zstd" => new CompressionStream(answer, ZstdLevel, leaveOpen: true),
        "br" => new BrotliStream(answer, CompressionLevel.Fastest, leaveOpen: true),
        "lz4" => LZ4Stream.Encode(answer, LZ4Level.L00_FAST, leaveOpen: true),
        "gzip" => new GZipStream(answer, CompressionLevel.Fastest, leaveOpen: true),
        "deflate" => new ZLibStream(answer, CompressionLevel.Fastest, leaveOpen: true),
        _ => throw new ArgumentOutOfRangeException(nameof(encoding), encoding, "no encoding that is offered"),
    };

    /// <summary>The encoding for an answer; empty: none of those the client accepts.</summary>
    public static string Choose(HttpRequest http)
    {
        var accepted = http.Headers.AcceptEncoding.ToString()
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(entry => entry.Split(';', StringSplitOptions.TrimEntries))
            .Where(entry => entry.Length == 1 || !IsRefused(entry[1]))
            .Select(entry => entry[0])
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        return Offered.FirstOrDefault(accepted.Contains) ?? "";
    }

    private static bool IsRefused(string quality) =>
        quality.StartsWith("q=0", StringComparison.OrdinalIgnoreCase) && !quality.AsSpan(3).ContainsAnyInRange('1', '9');
}
