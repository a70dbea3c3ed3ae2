using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace EcomIntel.Cli.Documents;

/// <summary>A line with its number, from 1. One over the limit has no bytes and is marked.</summary>
internal readonly record struct NumberedLine(long Number, ReadOnlyMemory<byte> Bytes, bool TooLong)
{
    public bool Blank => !TooLong && Bytes.Span.Trim(" \t\r"u8).IsEmpty;
}

/// <summary>The lines of a stream, one at a time; whatever its size, no more than one line is held.</summary>
internal static class LineReader
{
    /// <summary>Bytes of one line: a document of the largest size escaped in the longest way, and its variables.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private static ReadOnlySpan<byte> Mark => "\uFEFF"u8;

    /// <param name="idle">Called before more is waited for: all lines that came are given by then.</param>
    /// <returns>All lines but blank ones.</returns>
    public static async IAsyncEnumerable<NumberedLine> ReadAsync(Stream stream, Func<Task> idle, [EnumeratorCancellation] CancellationToken token)
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
        var number = 0L;
        var skipping = false;
        while (true)
        {
            if (!reader.TryRead(out var read))
            {
                await idle();
                read = await reader.ReadAsync(token);
            }
            var buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Line(++number, buffer.Slice(0, end));
                buffer = buffer.Slice(buffer.GetPosition(1, end));
                var reported = skipping;
                skipping = false;
                if (!reported && !line.Blank) yield return line;
            }
            if (!skipping && buffer.Length > MaxBytes)
            {
                skipping = true;
                yield return new(number + 1, default, TooLong: true);
            }
            if (skipping) buffer = buffer.Slice(buffer.End);
            if (read.IsCompleted)
            {
                var last = Line(number + 1, buffer);
                if (!skipping && !last.Blank) yield return last;
                await reader.CompleteAsync();
                yield break;
            }
            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private static NumberedLine Line(long number, ReadOnlySequence<byte> line)
    {
        if (line.Length > MaxBytes) return new(number, default, TooLong: true);
        ReadOnlyMemory<byte> bytes = line.ToArray();
        return new(number, number == 1 && bytes.Span.StartsWith(Mark) ? bytes[Mark.Length..] : bytes, TooLong: false);
    }
}
