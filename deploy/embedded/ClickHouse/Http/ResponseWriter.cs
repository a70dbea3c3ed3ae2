using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace EcomIntel.Embedded.ClickHouse.Http;

/// <summary>
/// Answers one request. Holds the beginning of a result back, so that a short one goes out with its summary and a query that fails early
/// with its status; once bytes are out, an error can only break the connection off.
/// </summary>
internal sealed class ResponseWriter(HttpContext context, ClickHouseEngine engine, QueryRequest request, string format)
{
    private const int HoldBack = 256 * 1024;

    private readonly ArrayBufferWriter<byte> _held = new();
    private Stream? _out;

    public bool Started => _out is not null;

    /// <summary>Takes result bytes; begins to send them when more has come than is held back.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken token)
    {
        if (_out is null && _held.WrittenCount + bytes.Length <= HoldBack)
        {
            _held.Write(bytes.Span);
            return;
        }

        await StartAsync(default, TimeSpan.Zero, token);
        await _out!.WriteAsync(bytes, token);
    }

    /// <summary>Sends what is left. The summary is complete if nothing had been sent before.</summary>
    public async Task EndAsync(StatementCounts counts, TimeSpan elapsed, CancellationToken token)
    {
        await StartAsync(counts, elapsed, token);
        if (_out != context.Response.Body)
        {
            await _out!.DisposeAsync();
        }
    }

    /// <summary>Answers with an error: as a status while that is possible, else in the text and by breaking the connection off.</summary>
    public async Task FailAsync(ClickHouseError error, CancellationToken token)
    {
        if (_out is null)
        {
            await FailAsync(context, error, engine.Version, token);
            return;
        }

        await _out.WriteAsync(Encoding.UTF8.GetBytes($"\n{Text(error, engine.Version)}"), token);
        await _out.FlushAsync(token);
        context.Abort();
    }

    public static async Task FailAsync(HttpContext context, ClickHouseError error, string version, CancellationToken token)
    {
        var response = context.Response;
        response.StatusCode = error.Status;
        response.Headers["X-ClickHouse-Exception-Code"] = error.Code.ToString(CultureInfo.InvariantCulture);
        response.ContentType = "text/plain; charset=UTF-8";
        if (error.Code == ClickHouseError.Required)
        {
            response.Headers.WWWAuthenticate = "Basic realm=\"ClickHouse server HTTP API\"";
        }

        var text = Encoding.UTF8.GetBytes(Text(error, version));
        response.ContentLength = text.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(text, token);
        }
    }

    private static string Text(ClickHouseError error, string version)
    {
        var text = error.Text.TrimEnd();
        return text.EndsWith(')') && text.Contains("(version ", StringComparison.Ordinal) ? text + "\n" : $"{text} (version {version})\n";
    }

    private async Task StartAsync(StatementCounts counts, TimeSpan elapsed, CancellationToken token)
    {
        if (_out is not null)
        {
            return;
        }

        var response = context.Response;
        response.ContentType = FormatContentType.Of(format);
        response.Headers["X-ClickHouse-Format"] = format;
        response.Headers["X-ClickHouse-Timezone"] = engine.TimeZone;
        response.Headers["X-ClickHouse-Summary"] = Summary(counts, elapsed);
        var encoding = request.CompressResponse ? ChosenEncoding(context.Request) : "";
        if (encoding.Length > 0)
        {
            response.Headers.ContentEncoding = encoding;
        }

        _out = encoding switch
        {
            "br" => new BrotliStream(response.Body, CompressionLevel.Fastest, leaveOpen: true),
            "gzip" => new GZipStream(response.Body, CompressionLevel.Fastest, leaveOpen: true),
            "deflate" => new ZLibStream(response.Body, CompressionLevel.Fastest, leaveOpen: true),
            _ => response.Body,
        };
        await _out.WriteAsync(_held.WrittenMemory, token);
        _held.Clear();
    }

    private static string Summary(StatementCounts counts, TimeSpan elapsed) => string.Create(CultureInfo.InvariantCulture,
        $$"""{"read_rows":"{{counts.ReadRows}}","read_bytes":"{{counts.ReadBytes}}","written_rows":"{{counts.WrittenRows}}","written_bytes":"{{counts.WrittenBytes}}","total_rows_to_read":"0","result_rows":"{{counts.ResultRows}}","result_bytes":"{{counts.ResultBytes}}","elapsed_ns":"{{(long)(elapsed.TotalSeconds * 1e9)}}"}""");

    // In the server's order of preference, of what .NET can write.
    private static string ChosenEncoding(HttpRequest http)
    {
        var accepted = http.Headers.AcceptEncoding.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(entry => entry.Split(';', StringSplitOptions.TrimEntries))
            .Where(entry => entry.Length == 1 || !entry[1].StartsWith("q=0", StringComparison.OrdinalIgnoreCase) || entry[1].AsSpan(3).ContainsAnyInRange('1', '9'))
            .Select(entry => entry[0])
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        return Written.FirstOrDefault(accepted.Contains) ?? "";
    }

    private static readonly string[] Written = ["br", "gzip", "deflate"];
}
