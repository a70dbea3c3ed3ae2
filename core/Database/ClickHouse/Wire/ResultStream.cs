using System.Buffers;
using System.Text;

namespace EcomIntel.Core.Database.ClickHouse.Wire;

internal delegate T RowBinaryParser<out T>(ref RowBinaryReader reader);

/// <summary>
/// A response's body through one growing buffer, and the watch for a failure in it: once ClickHouse has said 200 it can only write its exception among the rows.
/// Servers since 25.11 frame it with the tag of X-ClickHouse-Exception-Tag, which is looked for in all that comes; older ones write its text bare or after
/// <c>__exception__</c>, known where a row should begin, or where the body ends within a row, and then break the connection off.
/// </summary>
internal sealed class ResultStream : IDisposable
{
    private const int StartSize = 64 * 1024;
    // One row that does not fit this is no row: a limit on what a broken or hostile answer makes us hold.
    private const int MaxRow = 512 * 1024 * 1024;
    private const int Patient = 1024 * 1024;
    private const int MaxError = 64 * 1024;
    private static readonly byte[] Frame = "__exception__\r\n"u8.ToArray();
    private static readonly byte[] BareText = "Code: "u8.ToArray();
    private readonly HttpResponseMessage response;
    private readonly Abort abort;
    private readonly string server;
    private readonly byte[]? marker;
    private CancellationTokenRegistration breaking;
    private Stream? body;
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(StartSize);
    private int start;
    private int end;
    private int markerAt = -1;
    private bool ended;

    public ResultStream(HttpResponseMessage response, Abort abort, string server)
    {
        this.response = response;
        this.abort = abort;
        this.server = server;
        QueryId = Transport.Header(response, "X-ClickHouse-Query-Id");
        if (Transport.Header(response, "X-ClickHouse-Exception-Tag") is { Length: > 0 } tag)
            marker = [.. Frame, .. Encoding.ASCII.GetBytes(tag)];
    }

    public string? QueryId { get; }

    public bool IsClosed { get; private set; }

    /// <summary>The buffer's bytes; offsets of the row last parsed hold until the next parse.</summary>
    public ReadOnlySpan<byte> Data => buffer.AsSpan(0, end);

    // What may be rows: up to the exception if it is here, and short of where one may just be beginning.
    private int Safe => markerAt >= 0 ? markerAt : marker is null || ended ? end : Math.Max(start, end - marker.Length - 2);

    public async Task OpenAsync(bool async)
    {
        // A synchronous read hears no token: it is broken off by taking the response away.
        breaking = abort.Token.Register(response.Dispose);
        try
        {
            body = async ? await response.Content.ReadAsStreamAsync(abort.Token) : response.Content.ReadAsStream(abort.Token);
        }
        catch (Exception broken) when (IsBreak(broken))
        {
            throw abort.Explain(broken, server, QueryId);
        }
    }

    /// <summary>Parses from what is here; false if that is not enough.</summary>
    public bool TryParse<T>(RowBinaryParser<T> parse, out T? value)
    {
        value = default;
        if (start >= Safe || LooksLikeException(start, orItsBeginning: !ended))
            return false;
        var reader = new RowBinaryReader(buffer.AsSpan(0, Safe), start);
        var parsed = parse(ref reader);
        if (reader.Short)
            return false;
        start = reader.Position;
        value = parsed;
        return true;
    }

    /// <summary>Parses, reading on as needed; default at the end of the body.</summary>
    public async ValueTask<T?> ParseAsync<T>(bool async, RowBinaryParser<T> parse, CancellationToken token)
    {
        using var registration = token.CanBeCanceled ? token.Register(abort.Cancel) : default;
        while (true)
        {
            if (TryParse(parse, out var value))
                return value;
            if (markerAt >= 0 || LooksLikeException(start, orItsBeginning: false))
            {
                while (!ended && end - start < MaxError + Frame.Length)
                    await FillAsync(async, swallow: true, token);
                throw Failure(markerAt >= 0 ? markerAt : start);
            }

            if (ended)
            {
                if (start == end)
                    return default;
                var text = Data[start..].IndexOf("DB::Exception: "u8);
                throw text >= 0
                    ? Failure(Math.Max(start, start + text - 32))
                    : new ClickHouseServerException($"ClickHouse at {server} ended its answer in the middle of a row.", ClickHouseServerException.NetworkError, QueryId);
            }

            // A large row is tried again only when there is twice as much of it: trying each piece would be quadratic.
            var wanted = end - start >= Patient ? 2 * (end - start) : 0;
            do
                await FillAsync(async, swallow: false, token);
            while (!ended && markerAt < 0 && end - start < wanted);
        }
    }

    public void Dispose()
    {
        if (IsClosed)
            return;
        IsClosed = true;
        breaking.Dispose();
        response.Dispose();
        abort.Dispose();
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        start = end = 0;
    }

    private static bool IsBreak(Exception broken) =>
        broken is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException or InvalidDataException;

    private async ValueTask FillAsync(bool async, bool swallow, CancellationToken token)
    {
        MakeRoom();
        try
        {
            var read = async ? await body!.ReadAsync(buffer.AsMemory(end), abort.Token) : body!.Read(buffer, end, buffer.Length - end);
            abort.Heard();
            var searchFrom = Math.Max(start, end - (marker?.Length ?? 0));
            end += read;
            ended = read == 0;
            if (marker is not null && markerAt < 0 && buffer.AsSpan(searchFrom..end).IndexOf(marker) is >= 0 and var found)
                markerAt = TrimLineBreak(searchFrom + found);
        }
        catch (Exception broken) when (IsBreak(broken))
        {
            if (token.IsCancellationRequested)
                throw new OperationCanceledException("The ClickHouse command was cancelled.", broken, token);
            // The server breaks off after its exception: what it said tells more than that it broke off.
            if (abort.Token.IsCancellationRequested || (!swallow && Data[start..].IndexOf("DB::Exception: "u8) < 0))
                throw abort.Explain(broken, server, QueryId);
            ended = true;
        }
    }

    private void MakeRoom()
    {
        if (end < buffer.Length)
            return;
        if (start >= buffer.Length / 2)
        {
            buffer.AsSpan(start..end).CopyTo(buffer);
        }
        else
        {
            if (buffer.Length >= MaxRow)
                throw new InvalidDataException($"ClickHouse at {server} sent a row of more than {MaxRow} bytes.");
            var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
            buffer.AsSpan(start..end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        if (markerAt >= 0)
            markerAt -= start;
        end -= start;
        start = 0;
    }

    private int TrimLineBreak(int at) => at - start >= 2 && buffer[at - 1] == '\n' && buffer[at - 2] == '\r' ? at - 2 : at;

    private bool LooksLikeException(int at, bool orItsBeginning)
    {
        var rest = Data[at..];
        // A row seldom begins with any of these letters: the rest is looked at for those alone.
        if (rest.IsEmpty || rest[0] is not ((byte)'\r' or (byte)'\n' or (byte)'_' or (byte)'C'))
            return false;
        rest = rest.StartsWith("\r\n"u8) ? rest[2..] : rest[0] == '\n' ? rest[1..] : rest;
        if (rest.StartsWith(Frame.AsSpan(0, 13)))
            return true;
        if (orItsBeginning && rest.Length < BareText.Length + 24)
            return BareText.AsSpan().StartsWith(rest) || Frame.AsSpan().StartsWith(rest) || rest.StartsWith(BareText) || rest.SequenceEqual("\r"u8);
        if (!rest.StartsWith(BareText))
            return false;
        var digits = rest[BareText.Length..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return digits > 0 && rest[(BareText.Length + digits)..].StartsWith(". DB::Exception: "u8);
    }

    private ClickHouseServerException Failure(int at)
    {
        var text = Encoding.UTF8.GetString(buffer, at, Math.Min(end - at, MaxError));
        var code = text.IndexOf("Code: ", StringComparison.Ordinal);
        text = code >= 0 ? text[code..] : text;
        var tail = text.IndexOf("__exception__", StringComparison.Ordinal);
        if (tail >= 0)
        {
            // The frame ends in the text's length and the tag on a line of their own.
            text = text[..tail].TrimEnd();
            text = text.LastIndexOf('\n') is > 0 and var line ? text[..line] : text;
        }

        return ClickHouseServerException.FromText(text, code: null, QueryId);
    }
}
