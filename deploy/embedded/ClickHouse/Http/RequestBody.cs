using System.Text;
using EcomIntel.Embedded.ClickHouse.Statements;
using Microsoft.AspNetCore.Http;

namespace EcomIntel.Embedded.ClickHouse.Http;

/// <summary>A statement with its text, and its data when it is an INSERT of data. To be disposed of when the engine is through with them.</summary>
/// <param name="Compression">How the data are compressed, as the engine's COMPRESSION names it.</param>
/// <param name="Form">The form that the statement came in, with parameters and external tables; null: it came in none.</param>
internal sealed record ReceivedStatement(Statement Statement, byte[] Sql, Spool? Data, string Compression = "none", MultipartForm? Form = null) : IDisposable
{
    public void Dispose()
    {
        Data?.Dispose();
        Form?.Dispose();
    }
}

/// <summary>
/// Takes a request's statement and data. The whole body is received before the engine sees any of it: an upload that breaks off inserts nothing.
/// </summary>
internal sealed class RequestBody(ClickHouseOptions options, string spoolFolder)
{
    // A statement whose data do not begin within this much is taken as a whole.
    private const int HeadLimit = 1024 * 1024;

    // Encodings that there is no decoder for here and that the engine has. Only data can come in them.
    private static readonly HashSet<string> EngineEncodings = new(StringComparer.Ordinal) { "xz", "snappy" };

    /// <exception cref="RefusedException">Too large, not decompressible, or no statement that can be run.</exception>
    public async Task<ReceivedStatement> ReceiveAsync(HttpRequest http, QueryRequest request, CancellationToken token)
    {
        var encoding = http.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant();
        if (EngineEncodings.Contains(encoding))
        {
            return await ReceiveForEngineAsync(http.Body, request, encoding, token);
        }

        var body = ContentEncoding.Decode(http.Body, encoding);
        await using (body)
        {
            return MultipartForm.IsOne(http) ? await ReceiveFormAsync(http, body, request, token) : await ReceiveStatementAsync(body, request, token);
        }
    }

    private async Task<ReceivedStatement> ReceiveStatementAsync(Stream body, QueryRequest request, CancellationToken token)
    {
        var head = new MemoryStream();
        if (request.Query.Length > 0)
        {
            head.Write(Encoding.UTF8.GetBytes(request.Query));
            head.WriteByte((byte)'\n'); // as the real server parts them
        }

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
                return new ReceivedStatement(statement, sql, null);
            }
        }

        return new ReceivedStatement(statement, sql, await ReceiveDataAsync(statement, sql, body, request, token));
    }

    private async Task<ReceivedStatement> ReceiveFormAsync(HttpRequest http, Stream body, QueryRequest request, CancellationToken token)
    {
        var form = await MultipartForm.ReadAsync(http, body, request, options, spoolFolder, token);
        try
        {
            var sql = Encoding.UTF8.GetBytes(request.Query + form.Query);
            var statement = StatementReader.Read(sql);
            var data = statement.Kind == StatementKind.InsertData ? await ReceiveDataAsync(statement, sql, Stream.Null, request, token) : null;
            return new ReceivedStatement(statement, sql, data, Form: form);
        }
        catch
        {
            form.Dispose();
            throw;
        }
    }

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

    private async Task<Spool> ReceiveDataAsync(Statement statement, byte[] sql, Stream body, QueryRequest request, CancellationToken token)
    {
        var data = new Spool(spoolFolder, options.BodyLimit);
        try
        {
            await data.FillAsync(sql.AsMemory(statement.DataStart), body, statement.Format, request.ProtocolVersion, token);
            return data;
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    private async Task<ReceivedStatement> ReceiveForEngineAsync(Stream body, QueryRequest request, string encoding, CancellationToken token)
    {
        var sql = Encoding.UTF8.GetBytes(request.Query);
        var statement = sql.Length > 0 ? StatementReader.Read(sql) : null;
        if (statement is not { Kind: StatementKind.InsertData }
            || sql.Length > statement.DataStart
            || (statement.Format == "Native" && request.ProtocolVersion > 0))
        {
            throw new RefusedException(ClickHouseError.NotImplemented,
                $"Content-Encoding {encoding} is supported by the embedded ClickHouse for the data of an INSERT alone, its statement in the URL; "
                + "zstd, lz4, gzip, deflate and br for all");
        }

        var data = new Spool(spoolFolder, options.BodyLimit);
        try
        {
            await data.FillAsync(default, body, statement.Format, 0, token);
            return new ReceivedStatement(statement, sql, data, encoding);
        }
        catch
        {
            data.Dispose();
            throw;
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
