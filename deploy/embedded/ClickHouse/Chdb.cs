using System.Runtime.InteropServices;
using System.Text;

namespace EcomIntel.Embedded.ClickHouse;

/// <summary>libchdb's C interface. Loaded by path, because the library lies in an npm package and not beside the program.</summary>
internal sealed unsafe class Chdb
{
    private readonly delegate* unmanaged<int, byte**, nint*> _connect;
    private readonly delegate* unmanaged<nint*, void> _close;
    private readonly delegate* unmanaged<nint, byte*, nuint, byte*, nuint, byte**, nuint*, byte**, nuint*, nuint, nint> _query;
    private readonly delegate* unmanaged<nint, void> _destroy;
    private readonly delegate* unmanaged<nint, byte*> _error;
    private readonly delegate* unmanaged<nint, byte*> _buffer;
    private readonly delegate* unmanaged<nint, nuint> _length;
    private readonly delegate* unmanaged<nint, ulong> _rows;
    private readonly delegate* unmanaged<nint, ulong> _bytes;
    private readonly delegate* unmanaged<nint, ulong> _rowsWritten;
    private readonly delegate* unmanaged<nint, ulong> _bytesWritten;
    private readonly delegate* unmanaged<nint, ulong> _storageRows;
    private readonly delegate* unmanaged<nint, ulong> _storageBytes;

    /// <exception cref="DllNotFoundException">No library there, or not one for this machine.</exception>
    /// <exception cref="EntryPointNotFoundException">Another libchdb than the one this was written for.</exception>
    public Chdb(string library)
    {
        var handle = NativeLibrary.Load(library);
        nint Export(string name) => NativeLibrary.GetExport(handle, name);

        _connect = (delegate* unmanaged<int, byte**, nint*>)Export("chdb_connect");
        _close = (delegate* unmanaged<nint*, void>)Export("chdb_close_conn");
        _query = (delegate* unmanaged<nint, byte*, nuint, byte*, nuint, byte**, nuint*, byte**, nuint*, nuint, nint>)Export("chdb_query_with_params_n");
        _destroy = (delegate* unmanaged<nint, void>)Export("chdb_destroy_query_result");
        _error = (delegate* unmanaged<nint, byte*>)Export("chdb_result_error");
        _buffer = (delegate* unmanaged<nint, byte*>)Export("chdb_result_buffer");
        _length = (delegate* unmanaged<nint, nuint>)Export("chdb_result_length");
        _rows = (delegate* unmanaged<nint, ulong>)Export("chdb_result_rows_read");
        _bytes = (delegate* unmanaged<nint, ulong>)Export("chdb_result_bytes_read");
        _rowsWritten = (delegate* unmanaged<nint, ulong>)Export("chdb_result_rows_written");
        _bytesWritten = (delegate* unmanaged<nint, ulong>)Export("chdb_result_bytes_written");
        _storageRows = (delegate* unmanaged<nint, ulong>)Export("chdb_result_storage_rows_read");
        _storageBytes = (delegate* unmanaged<nint, ulong>)Export("chdb_result_storage_bytes_read");
    }

    /// <summary>Opens a connection. The first one starts the engine (0.1 s), each further one takes 0.2 ms.</summary>
    /// <returns>Null: the engine would not start and has said why on stderr.</returns>
    public ChdbConnection? Connect(params IReadOnlyList<string> arguments)
    {
        var argv = stackalloc byte*[arguments.Count];
        try
        {
            for (var i = 0; i < arguments.Count; i++)
            {
                argv[i] = (byte*)Marshal.StringToCoTaskMemUTF8(arguments[i]);
            }

            var connection = _connect(arguments.Count, argv);
            return connection == null ? null : new ChdbConnection(this, (nint)connection);
        }
        finally
        {
            for (var i = 0; i < arguments.Count; i++)
            {
                Marshal.FreeCoTaskMem((nint)argv[i]);
            }
        }
    }

    internal void Close(nint connection) => _close((nint*)connection);

    internal ChdbResult Query(nint connection, ReadOnlySpan<byte> sql, string format, IReadOnlyList<KeyValuePair<string, string>> parameters)
    {
        var count = parameters.Count;
        var formatBytes = Encoding.UTF8.GetBytes(format);
        var names = stackalloc byte*[count];
        var values = stackalloc byte*[count];
        var nameLengths = stackalloc nuint[count];
        var valueLengths = stackalloc nuint[count];
        try
        {
            for (var i = 0; i < count; i++)
            {
                names[i] = Copy(parameters[i].Key, out nameLengths[i]);
                values[i] = Copy(parameters[i].Value, out valueLengths[i]);
            }

            nint result;
            fixed (byte* text = sql)
            fixed (byte* formatText = formatBytes)
            {
                result = _query(*(nint*)connection, text, (nuint)sql.Length, formatText, (nuint)formatBytes.Length,
                    names, nameLengths, values, valueLengths, (nuint)count);
            }

            try
            {
                return Take(result);
            }
            finally
            {
                _destroy(result);
            }
        }
        finally
        {
            for (var i = 0; i < count; i++)
            {
                Marshal.FreeCoTaskMem((nint)names[i]);
                Marshal.FreeCoTaskMem((nint)values[i]);
            }
        }
    }

    private ChdbResult Take(nint result)
    {
        var error = _error(result);
        if (error != null)
        {
            return new ChdbResult(Marshal.PtrToStringUTF8((nint)error), [], default);
        }

        var buffer = _buffer(result);
        var output = buffer == null ? [] : new ReadOnlySpan<byte>(buffer, checked((int)_length(result))).ToArray();
        return new ChdbResult(null, output, new StatementCounts(
            _storageRows(result), _storageBytes(result), _rowsWritten(result), _bytesWritten(result), _rows(result), _bytes(result)));
    }

    private static byte* Copy(string text, out nuint length)
    {
        var pointer = (byte*)Marshal.StringToCoTaskMemUTF8(text);
        length = (nuint)Encoding.UTF8.GetByteCount(text);
        return pointer;
    }
}

/// <summary>What a statement read, wrote and returned: the figures of X-ClickHouse-Summary.</summary>
internal readonly record struct StatementCounts(
    ulong ReadRows, ulong ReadBytes, ulong WrittenRows, ulong WrittenBytes, ulong ResultRows, ulong ResultBytes);

/// <param name="Error">The engine's text, null when the statement succeeded.</param>
/// <param name="Output">What the statement printed, when it was not sent to a pipe.</param>
internal sealed record ChdbResult(string? Error, byte[] Output, StatementCounts Counts);

/// <summary>One connection: a session of its own, with its own settings and database. One statement at a time.</summary>
internal sealed class ChdbConnection(Chdb library, nint connection) : IDisposable
{
    private nint _connection = connection;

    public ChdbResult Query(ReadOnlySpan<byte> sql, string format = "TabSeparated", IReadOnlyList<KeyValuePair<string, string>>? parameters = null)
    {
        ObjectDisposedException.ThrowIf(_connection == 0, this);
        return library.Query(_connection, sql, format, parameters ?? []);
    }

    public void Dispose()
    {
        var taken = Interlocked.Exchange(ref _connection, 0);
        if (taken != 0)
        {
            library.Close(taken);
        }
    }
}
