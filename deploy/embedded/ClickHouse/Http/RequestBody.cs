using System.IO.Compression;
using EcomIntel.Embedded.ClickHouse.Native;
using EcomIntel.Embedded.ClickHouse.Statements;
using Microsoft.AspNetCore.Http;

namespace EcomIntel.Embedded.ClickHouse.Http;

/// <summary>A statement with its text, and its data when it is an INSERT of data. To be disposed of when the engine is through with them.</summary>
/// <param name="Compression">How the data are compressed, as the engine's COMPRESSION names it.</param>
internal sealed record ReceivedStatement(Statement Statement, byte[] Sql, Spool? Data, string Compression) : IDisposable
{
    public void Dispose() => Data?.Dispose();
}

/// <summary>
/// Takes a request's statement and data. The whole body is received before the engine sees any of it: an upload that breaks off inserts nothing.
/// </summary>
internal sealed class RequestBody(ClickHouseOptions options, string spoolFolder)
{
    // A statement whose data do not begin within this much is taken as a whole.
    private const int HeadLimit = 1024 * 1024;

    /// <exception cref="RefusedException">Too large, not decompressible, or no statement that can be run.</exception>
    public async Task<ReceivedStatement> ReceiveAsync(HttpRequest http, QueryRequest request, CancellationToken token)
    {
        var encoding = http.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant();
        var head = new MemoryStream();
        if (request.Query.Length > 0)
        {
            head.Write(System.Text.Encoding.UTF8.GetBytes(request.Query));
            head.WriteByte((byte)'\n'); // as the real server parts them
        }

        if (EngineEncodings.Contains(encoding))
        {
            return await ReceiveCompressedAsync(http.Body, request, head.ToArray(), encoding, token);
        }

        var body = Decompressed(http.Body, encoding);
        await using (body)
        {
            var ended = await FillAsync(body, head, HeadLimit, token);
            var sql = head.ToArray();
            var statement = Read(sql, ended);
            if (statement is not { Kind: StatementKind.InsertData })
            {
                if (!ended && !await FillAsync(body, head, options.StatementLimit, token))
                {
                    throw new RefusedException(ClickHouseError.StatementTooLarge, $"The statement is larger than {options.StatementLimit} bytes");
                }

                sql = head.ToArray();
                statement = StatementReader.Read(sql);
                if (statement.Kind != StatementKind.InsertData)
                {
                    return new ReceivedStatement(statement, sql, null, "none");
                }
            }

            return await ReceiveDataAsync(statement, sql, body, request, token);
        }
    }

    // Encodings that .NET has no decoder for and the engine has. Only data can come in them.
    private static readonly HashSet<string> EngineEncodings = new(StringComparer.Ordinal) { "zstd", "lz4", "xz", "bz2", "snappy" };

    private static Stream Decompressed(Stream body, string encoding) => encoding switch
    {
        "" or "identity" => body,
        "gzip" or "x-gzip" => new GZipStream(body, CompressionMode.Decompress, leaveOpen: true),
        "deflate" => new ZLibStream(body, CompressionMode.Decompress, leaveOpen: true),
        "br" => new BrotliStream(body, CompressionMode.Decompress, leaveOpen: true),
        _ => throw new RefusedException(ClickHouseError.NotImplemented, $"Unknown Content-Encoding {encoding}"),
    };

    // A head cut off in the middle may look wrong where the whole is right.
    private static Statement? Read(byte[] head, bool whole)
    {
        try
        {
            return StatementReader.Read(head);
        }
        catch (RefusedException) when (!whole)
        {
            return null;
        }
    }

    private async Task<ReceivedStatement> ReceiveDataAsync(Statement statement, byte[] sql, Stream body, QueryRequest request, CancellationToken token)
    {
        var data = new Spool(spoolFolder, options.BodyLimit);
        try
        {
            var first = sql.AsMemory(statement.DataStart);
            if (statement.Format == "Native" && request.ProtocolVersion > 0)
            {
                await new NativeFraming(request.ProtocolVersion, 0).CopyAsync(first, body, data.WriteAsync, token);
            }
            else
            {
                data.Write(first.Span);
                await CopyAsync(body, data, token);
            }

            return new ReceivedStatement(statement, sql, data, "none");
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    private async Task<ReceivedStatement> ReceiveCompressedAsync(Stream body, QueryRequest request, byte[] sql, string encoding, CancellationToken token)
    {
        var statement = sql.Length > 0 ? StatementReader.Read(sql) : null;
        if (statement is not { Kind: StatementKind.InsertData } || sql.Length > statement.DataStart || (statement.Format == "Native" && request.ProtocolVersion > 0))
        {
            throw new RefusedException(ClickHouseError.NotImplemented,
                $"Content-Encoding {encoding} is supported by the embedded ClickHouse for the data of an INSERT alone, its statement in the URL; gzip, deflate and br for all");
        }

        var data = new Spool(spoolFolder, options.BodyLimit);
        try
        {
            await CopyAsync(body, data, token);
            return new ReceivedStatement(statement, sql, data, encoding);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    private static async Task CopyAsync(Stream body, Spool data, CancellationToken token)
    {
        var buffer = new byte[128 * 1024];
        for (int read; (read = await body.ReadAsync(buffer, token)) > 0;)
        {
            data.Write(buffer.AsSpan(0, read));
        }
    }

    // True when the body has ended within the limit.
    private static async Task<bool> FillAsync(Stream body, MemoryStream head, int limit, CancellationToken token)
    {
        var buffer = new byte[64 * 1024];
        while (head.Length <= limit)
        {
            var read = await body.ReadAsync(buffer, token);
            if (read == 0)
            {
                return true;
            }
            head.Write(buffer, 0, read);
        }

        return false;
    }
}
