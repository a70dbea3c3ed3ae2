using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace EcomIntel.Embedded.ClickHouse.Http;

/// <summary>
/// Writes the answer to one request. Buffers the beginning of a result, so that a short one is sent with its summary and a query that fails
/// early with its status; once bytes are sent, an error goes into the body.
/// </summary>
internal sealed class ResponseWriter(HttpContext context, ClickHouseEngine engine, QueryRequest request, string format)
{
    private const int BufferLimit = 256 * 1024;

    private readonly ArrayBufferWriter<byte> _buffered = new();
    private Stream? _out;

    /// <summary>Takes result bytes; starts to send them when the buffer is full.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken token)
    {
        if (_out is null && _buffered.WrittenCount + bytes.Length <= BufferLimit)
        {
            _buffered.Write(bytes.Span);
            return;
        }

        await StartAsync(default, TimeSpan.Zero, token);
        await _out!.WriteAsync(bytes, token);
    }

    /// <summary>Sends what is left. The summary is complete if nothing had been sent before.</summary>
    public async Task EndAsync(StatementCounts counts, TimeSpan elapsed, CancellationToken token)
    {
        await StartAsync(counts, elapsed, token);
        await CompleteAsync();
    }

    /// <summary>Answers with an error: as a status while that is possible, else at the end of the body.</summary>
    /// <exception cref="AnswerBrokenOffException">It went into the body; nothing more may be written.</exception>
    public async Task FailAsync(ClickHouseError error, CancellationToken token)
    {
        if (_out is null)
        {
            await FailAsync(context, error, engine.Version, token);
            return;
        }

        var tag = context.Response.Headers[ExceptionBlock.TagHeader].ToString();
        await _out.WriteAsync(ExceptionBlock.Write(tag, Text(error, engine.Version)), token);
        await CompleteAsync();
        await context.Response.Body.FlushAsync(token);
        throw new AnswerBrokenOffException();
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
        _out = response.Body;
        if (request.CompressResponse && ContentEncoding.Choose(context.Request) is { Length: > 0 } encoding)
        {
            response.Headers.ContentEncoding = encoding;
            _out = ContentEncoding.Encode(response.Body, encoding);
        }

        await _out.WriteAsync(_buffered.WrittenMemory, token);
        _buffered.Clear();
    }

    // A compressed body has an end of its own.
    private async Task CompleteAsync()
    {
        if (_out != context.Response.Body)
        {
            await _out!.DisposeAsync();
        }
    }

    private static string Summary(StatementCounts counts, TimeSpan elapsed)
    {
        (string Name, ulong Value)[] figures =
        [
            ("read_rows", counts.ReadRows), ("read_bytes", counts.ReadBytes),
            ("written_rows", counts.WrittenRows), ("written_bytes", counts.WrittenBytes),
            ("total_rows_to_read", 0),
            ("result_rows", counts.ResultRows), ("result_bytes", counts.ResultBytes),
            ("elapsed_ns", (ulong)(elapsed.TotalSeconds * 1e9)),
        ];
        return $"{{{string.Join(',', figures.Select(figure => string.Create(CultureInfo.InvariantCulture, $"\"{figure.Name}\":\"{figure.Value}\"")))}}}";
    }
}
