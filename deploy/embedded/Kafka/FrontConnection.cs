using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace EcomIntel.Embedded.Kafka;

/// <summary>
/// One client's connection. Requests are passed on in their order, one that waits for room before all that follow it; so is what the broker answers. A refusal
/// ends the connection, so that nothing sent behind the refused records can overtake them.
/// </summary>
internal sealed class FrontConnection(Socket client, Socket broker, UnreadRoom room, AcknowledgedOffsets? acknowledged)
{
    /// <summary>As <c>socket.request.max.bytes</c> of Apache Kafka.</summary>
    private const int MaxRequest = 100 << 20;

    /// <summary>A request waits for room no longer than half of what its producer lets the broker take, and no longer than this.</summary>
    private static readonly TimeSpan MaxPatience = TimeSpan.FromSeconds(10);

    /// <summary>How long the broker may take to answer what a client has sent that is gone.</summary>
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How long a client may take to close a connection on which it was refused.</summary>
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);

    private static readonly StreamPipeReaderOptions Buffers = new(bufferSize: 64 << 10, leaveOpen: true);

    private readonly ConcurrentDictionary<int, ProduceRequest> _produces = new();
    private int _unanswered;

    /// <exception cref="IOException">One side broke off.</exception>
    /// <exception cref="InvalidDataException">One side does not speak Kafka's protocol.</exception>
    public async Task RunAsync(CancellationToken token)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(token);
        var answering = AnswerAsync(over.Token);
        var passing = PassOnAsync(over.Token);
        await Task.WhenAny(passing, answering);
        // Whether the broker appended what it was sent must be known, whether the client waits for the answer or not.
        if (!answering.IsCompleted && !_produces.IsEmpty)
            over.CancelAfter(DrainTimeout);
        else
            await over.CancelAsync();
        await Task.WhenAll(passing, answering);
    }

    private async Task PassOnAsync(CancellationToken token)
    {
        await using var from = new NetworkStream(client);
        var reader = PipeReader.Create(from, Buffers);
        while (await FrameAsync(reader, token) is { } frame)
        {
            var content = frame.Slice(4);
            var header = KafkaFrames.Header(content);
            if (header is (KafkaFrames.Produce, >= KafkaFrames.FirstProduceVersion and <= KafkaFrames.LastProduceVersion, _))
            {
                var request = KafkaFrames.ReadProduce(content);
                if (_produces.ContainsKey(request.Id))
                    throw new InvalidDataException("two requests have one id");
                var patience = request.Timeout / 2 < MaxPatience ? request.Timeout / 2 : MaxPatience;
                if (!await room.TakeAsync(request.Batches, patience, token))
                {
                    await RefuseAsync(request, token);
                    return;
                }
                _produces[request.Id] = request;
            }
            else if (header is (KafkaFrames.OffsetCommit, <= KafkaFrames.LastOffsetCommitVersion, _))
            {
                // Whatever the broker answers: a member that was voted out has done with its messages all the same.
                var (group, offsets) = KafkaFrames.ReadOffsetCommit(content);
                room.Committed(group, offsets);
            }
            Interlocked.Increment(ref _unanswered);
            foreach (var part in frame)
                await SendAsync(broker, part, token);
            reader.AdvanceTo(frame.End);
        }
    }

    /// <summary>Answers come in the order of the requests: the refusal follows those to what was sent before.</summary>
    private async Task RefuseAsync(ProduceRequest request, CancellationToken token)
    {
        while (Volatile.Read(ref _unanswered) > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(5), token);
        await SendAsync(client, KafkaFrames.Refusal(request), token);
        client.Shutdown(SocketShutdown.Send);
        // To close while something lies here unread would reset the connection, and the refusal with it.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(CloseTimeout);
        var rest = new byte[64 << 10];
        while (await client.ReceiveAsync(rest, patience.Token) > 0)
        {
        }
    }

    private async Task AnswerAsync(CancellationToken token)
    {
        await using var from = new NetworkStream(broker);
        var reader = PipeReader.Create(from, Buffers);
        var listens = true;
        while (await reader.ReadAtLeastAsync(8, token) is { Buffer: { Length: >= 8 } buffer })
        {
            var (length, id) = Beginning(buffer);
            if (_produces.TryGetValue(id, out var request))
            {
                reader.AdvanceTo(buffer.Start, buffer.Start);
                if (await FrameAsync(reader, token) is not { } frame)
                    return;
                foreach (var (batch, result) in request.Batches.Zip(KafkaFrames.ReadProduceResponse(frame.Slice(4), request.Version)))
                {
                    var first = result.Error == 0 ? result.BaseOffset : -1;
                    room.Appended(batch, first);
                    if (first >= 0)
                        acknowledged?.Note(batch.Topic, batch.Partition, first + batch.Records);
                }
                _produces.TryRemove(id, out _);
                listens = listens && await TrySendAsync(frame, token);
                reader.AdvanceTo(frame.End);
                Interlocked.Decrement(ref _unanswered);
                continue;
            }
            // Anything else is passed on as it comes: what is fetched is large.
            for (long left = length + 4L; left > 0;)
            {
                var part = buffer.Length > left ? buffer.Slice(0, left) : buffer;
                listens = listens && await TrySendAsync(part, token);
                left -= part.Length;
                reader.AdvanceTo(part.End);
                if (left == 0)
                    break;
                var read = await reader.ReadAsync(token);
                if (read is { IsCompleted: true, Buffer.IsEmpty: true })
                    return;
                buffer = read.Buffer;
            }
            Interlocked.Decrement(ref _unanswered);
        }
    }

    private static (int Length, int Id) Beginning(ReadOnlySequence<byte> buffer)
    {
        Span<byte> beginning = stackalloc byte[8];
        buffer.Slice(0, 8).CopyTo(beginning);
        return (BinaryPrimitives.ReadInt32BigEndian(beginning), BinaryPrimitives.ReadInt32BigEndian(beginning[4..]));
    }

    /// <returns>The next one whole, its length before it; null at the end.</returns>
    private static async ValueTask<ReadOnlySequence<byte>?> FrameAsync(PipeReader reader, CancellationToken token)
    {
        var read = await reader.ReadAtLeastAsync(4, token);
        if (read.Buffer.Length < 4)
            return null;
        var length = Length(read.Buffer);
        if (length is < 0 or > MaxRequest)
            throw new InvalidDataException("a request is larger than any");
        if (read.Buffer.Length < length + 4L)
        {
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.Start);
            read = await reader.ReadAtLeastAsync(length + 4, token);
            if (read.Buffer.Length < length + 4L)
                return null;
        }
        return read.Buffer.Slice(0, length + 4L);
    }

    private static int Length(ReadOnlySequence<byte> buffer)
    {
        Span<byte> length = stackalloc byte[4];
        buffer.Slice(0, 4).CopyTo(length);
        return BinaryPrimitives.ReadInt32BigEndian(length);
    }

    /// <returns>Whether the client still takes it.</returns>
    private async ValueTask<bool> TrySendAsync(ReadOnlySequence<byte> parts, CancellationToken token)
    {
        try
        {
            foreach (var part in parts)
                await SendAsync(client, part, token);
            return true;
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private static async ValueTask SendAsync(Socket to, ReadOnlyMemory<byte> bytes, CancellationToken token)
    {
        while (bytes.Length > 0)
            bytes = bytes[await to.SendAsync(bytes, token)..];
    }
}
