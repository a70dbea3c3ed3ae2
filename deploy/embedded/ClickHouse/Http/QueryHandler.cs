using EcomIntel.Embedded.ClickHouse.Native;
using EcomIntel.Embedded.ClickHouse.Statements;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EcomIntel.Embedded.ClickHouse.Http;

/// <summary>Runs the statement of one request and answers it.</summary>
internal sealed partial class QueryHandler(
    ClickHouseEngine engine, ClickHouseOptions options, string spoolFolder, TimeProvider time, ILogger<QueryHandler> log)
{
    private readonly Authentication _authentication = new(options.User, options.Password);
    private readonly RequestBody _bodies = new(options, spoolFolder);

    public async Task HandleAsync(HttpContext context)
    {
        var token = context.RequestAborted;
        context.Response.Headers["X-ClickHouse-Server-Display-Name"] = engine.DisplayName;
        context.Response.Headers[ExceptionBlock.TagHeader] = ExceptionBlock.NewTag();
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
            var error = ClickHouseError.Of(ClickHouseError.IncorrectData, $"The request body is broken: {broken.Message}");
            await ResponseWriter.FailAsync(context, error, engine.Version, token);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // The client has disconnected: there is nobody to answer.
        }
        catch (Exception bug) when (bug is not (BadHttpRequestException or ConnectionResetException or AnswerBrokenOffException)
            && !context.Response.HasStarted && !token.IsCancellationRequested)
        {
            LogBug(log, bug);
            await ResponseWriter.FailAsync(context, ClickHouseError.Of(ClickHouseError.UnknownException, bug.Message), engine.Version, token);
        }
    }

    private async Task RunAsync(HttpContext context, QueryRequest request, ReceivedStatement received, CancellationToken token)
    {
        var statement = received.Statement;
        var format = statement.Kind == StatementKind.InsertData ? request.DefaultFormat : statement.Format ?? request.DefaultFormat;
        var writer = new ResponseWriter(context, engine, request, format);
        // Taken before the pipe is read: a read holds a thread, and those that wait are many more than those that run.
        using var slot = await engine.AcquireSlotAsync(request.QueryId, token);
        using var session = OpenSession(request, statement);
        if (statement.Kind == StatementKind.Read)
        {
            await ReadAsync(request, received, session, writer, format, token);
            return;
        }

        var start = time.GetTimestamp();
        var sql = statement.Text(received.Sql, received.Data?.EnginePath ?? "", received.Compression);
        var run = engine.RunAsync(Call(request, received, session, sql));
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

    private async Task ReadAsync(
        QueryRequest request, ReceivedStatement received, Session? session, ResponseWriter writer, string format, CancellationToken token)
    {
        var start = time.GetTimestamp();
        using var pipe = new ResultPipe();
        using var waited = request.WaitForEnd ? new Spool(spoolFolder, long.MaxValue) : null;
        var run = RunIntoAsync(pipe, Call(request, received, session, received.Statement.Text(received.Sql, pipe.EnginePath)));
        _ = CompleteAsync(run, request.QueryId, kill: true, token);
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
        catch (Exception error)
        {
            // Whatever it is, the engine must be through before its pipe and its session go.
            await Task.WhenAll(engine.KillAsync(request.QueryId, run), DrainAsync(pipe.Reader));
            if (error is IOException)
            {
                throw new OperationCanceledException(token);
            }
            throw;
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

    // readonly cannot be taken back on the connection of a session, so the front itself keeps a GET from changing anything.
    private Session? OpenSession(QueryRequest request, Statement statement)
    {
        if (request.Session is not { } asked)
        {
            return null;
        }

        if (request.Settings.Any(setting => setting.Key == "readonly"))
        {
            throw new RefusedException(ClickHouseError.NotImplemented, "readonly in a session (session_id) is not supported by the embedded ClickHouse");
        }

        return !request.ReadOnly || statement.Kind == StatementKind.Read
            ? engine.OpenSession(asked)
            : throw new RefusedException(ClickHouseError.ReadOnly, "Cannot execute query in readonly mode. For queries over HTTP, "
                + "method GET implies readonly. You should use method POST for modifying queries.");
    }

    private static EngineCall Call(QueryRequest request, ReceivedStatement received, Session? session, byte[] sql) => new(
        request.QueryId,
        sql,
        request.DefaultFormat,
        request.Database,
        request.Settings,
        [.. request.Parameters.Concat(received.Form?.Parameters ?? []).DistinctBy(parameter => parameter.Key)],
        request.ReadOnly)
    {
        Tables = received.Form?.Tables() ?? [],
        Session = session,
    };

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "A request could not be answered")]
    private static partial void LogBug(ILogger log, Exception bug);
}
