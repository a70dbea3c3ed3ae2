using EcomIntel.Embedded.ClickHouse.Native;
using EcomIntel.Embedded.ClickHouse.Statements;
using Microsoft.AspNetCore.Http;

namespace EcomIntel.Embedded.ClickHouse.Http;

/// <summary>Runs the statement of one request and answers it.</summary>
internal sealed class QueryHandler(ClickHouseEngine engine, ClickHouseOptions options, string spoolFolder, TimeProvider time)
{
    private readonly Authentication _authentication = new(options.User, options.Password);
    private readonly RequestBody _bodies = new(options, spoolFolder);

    public async Task HandleAsync(HttpContext context)
    {
        var token = context.RequestAborted;
        context.Response.Headers["X-ClickHouse-Server-Display-Name"] = engine.DisplayName;
        try
        {
            var request = QueryRequest.From(context.Request);
            context.Response.Headers["X-ClickHouse-Query-Id"] = request.QueryId;
            if (_authentication.Check(request.User, request.Password) is { } refused)
            {
                await ResponseWriter.FailAsync(context, refused, engine.Version, token);
                return;
            }

            using var received = await _bodies.ReceiveAsync(context.Request, request, token);
            await RunAsync(context, request, received, token);
        }
        catch (RefusedException refused) when (!context.Response.HasStarted)
        {
            await ResponseWriter.FailAsync(context, refused.Error, engine.Version, token);
        }
        catch (InvalidDataException broken) when (!context.Response.HasStarted)
        {
            var error = ClickHouseError.Of(ClickHouseError.IncorrectData, $"Cannot decompress the request body: {broken.Message}");
            await ResponseWriter.FailAsync(context, error, engine.Version, token);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // The client is gone, and with it whoever could be answered.
        }
    }

    private async Task RunAsync(HttpContext context, QueryRequest request, ReceivedStatement received, CancellationToken token)
    {
        var statement = received.Statement;
        var format = statement.Kind == StatementKind.InsertData ? request.DefaultFormat : statement.Format ?? request.DefaultFormat;
        var writer = new ResponseWriter(context, engine, request, format);
        // Taken before the pipe is read: a read holds a thread, and those that wait are many more than those that run.
        using var turn = await engine.TurnAsync(request.QueryId, token);
        if (statement.Kind == StatementKind.Read)
        {
            await ReadAsync(request, received, writer, format, token);
            return;
        }

        var start = time.GetTimestamp();
        var sql = statement.Text(received.Sql, received.Data?.EnginePath ?? "", received.Compression);
        var run = engine.RunAsync(Call(request, sql));
        await CompleteAsync(run, request.QueryId, statement.Kind == StatementKind.InsertSelect, token);
        var result = await run;
        if (result.Error is not null)
        {
            await writer.FailAsync(ClickHouseError.FromEngine(result.Error), token);
            return;
        }

        await writer.WriteAsync(result.Output, token);
        await writer.EndAsync(result.Counts, time.GetElapsedTime(start), token);
    }

    private async Task ReadAsync(QueryRequest request, ReceivedStatement received, ResponseWriter writer, string format, CancellationToken token)
    {
        var start = time.GetTimestamp();
        using var pipe = new ResultPipe();
        using var waited = request.WaitForEnd ? new Spool(spoolFolder, long.MaxValue) : null;
        var run = RunIntoAsync(pipe, Call(request, received.Statement.Text(received.Sql, pipe.EnginePath)));
        var killed = CompleteAsync(run, request.QueryId, kill: true, token);
        try
        {
            Func<ReadOnlyMemory<byte>, Task> take = waited is null
                ? bytes => writer.WriteAsync(bytes, token)
                : waited.WriteAsync;
            await CopyAsync(pipe.Reader, request, format, take, token);
        }
        catch (RefusedException refused)
        {
            // A result that cannot be put into the form asked for: the query need not go on.
            await Task.WhenAll(engine.KillAsync(request.QueryId, run), DrainAsync(pipe.Reader));
            await writer.FailAsync(refused.Error, token);
            return;
        }
        catch (Exception error) when (error is IOException or OperationCanceledException && token.IsCancellationRequested)
        {
            await DrainAsync(pipe.Reader);
            await killed;
            throw new OperationCanceledException(token);
        }

        var result = await run;
        if (result.Error is not null)
        {
            await writer.FailAsync(ClickHouseError.FromEngine(result.Error), token);
            return;
        }

        if (waited is not null)
        {
            await waited.CopyToAsync(bytes => writer.WriteAsync(bytes, token), token);
        }
        await writer.EndAsync(result.Counts, time.GetElapsedTime(start), token);
    }

    private async Task<ChdbResult> RunIntoAsync(ResultPipe pipe, EngineCall call)
    {
        try
        {
            return await engine.RunAsync(call);
        }
        finally
        {
            pipe.CloseWriter();
        }
    }

    // Waits for the statement; when the client goes away meanwhile, ends it if that is safe.
    private async Task CompleteAsync(Task run, string queryId, bool kill, CancellationToken token)
    {
        var gone = new TaskCompletionSource();
        await using var registration = token.Register(gone.SetResult);
        if (await Task.WhenAny(run, gone.Task) == gone.Task && kill)
        {
            await engine.KillAsync(queryId, run);
        }
        await Task.WhenAny(run);
    }

    private static async Task CopyAsync(Stream source, QueryRequest request, string format, Func<ReadOnlyMemory<byte>, Task> take, CancellationToken token)
    {
        if (format == "Native" && request.ProtocolVersion > 0)
        {
            await new NativeFraming(0, request.ProtocolVersion).CopyAsync(default, source, take, token);
            return;
        }

        var buffer = new byte[128 * 1024];
        for (int read; (read = await source.ReadAsync(buffer, token)) > 0;)
        {
            await take(buffer.AsMemory(0, read));
        }
    }

    // The engine must not be left writing into a pipe that nobody reads, nor opening one that has no reader: it would wait for ever.
    private static async Task DrainAsync(Stream source)
    {
        var buffer = new byte[128 * 1024];
        while (await source.ReadAsync(buffer, CancellationToken.None) > 0)
        {
        }
    }

    private static EngineCall Call(QueryRequest request, byte[] sql) =>
        new(request.QueryId, sql, request.DefaultFormat, request.Database, request.Settings, request.Parameters, request.ReadOnly);
}
