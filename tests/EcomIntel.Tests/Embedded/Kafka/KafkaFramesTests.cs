using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using EcomIntel.Embedded.Kafka;

namespace EcomIntel.Tests.Embedded.Kafka;

public sealed class KafkaFramesTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    public void A_produce_request_tells_its_batches(short version)
    {
        var request = KafkaFrames.ReadProduce(new(Produce(version)));
        Assert.Equal((7, version, TimeSpan.FromSeconds(30)), (request.Id, request.Version, request.Timeout));
        Assert.Equal([new("orders", 3, 70, 5), new("orders", 4, 0, 0)], request.Batches);
    }

    [Fact]
    public void A_refusal_is_an_answer_to_its_request()
    {
        var refusal = KafkaFrames.Refusal(KafkaFrames.ReadProduce(new(Produce(8))));
        Assert.Equal(refusal.Length - 4, BinaryPrimitives.ReadInt32BigEndian(refusal));
        Assert.Equal(7, BinaryPrimitives.ReadInt32BigEndian(refusal.AsSpan(4)));
        Assert.Equal(
            [new("orders", 3, KafkaFrames.NotEnoughReplicas, -1), new("orders", 4, KafkaFrames.NotEnoughReplicas, -1)],
            KafkaFrames.ReadProduceResponse(new(refusal[4..]), 8));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void An_offset_commit_tells_its_group_and_offsets(short version)
    {
        var (group, offsets) = KafkaFrames.ReadOffsetCommit(new(OffsetCommit(version)));
        Assert.Equal("hub", group);
        Assert.Equal([new("orders", 0, 41), new("orders", 1, 42)], offsets);
    }

    [Fact]
    public void What_is_cut_off_or_says_nonsense_is_refused_in_order()
    {
        foreach (var frame in (byte[][])[Produce(8), OffsetCommit(7)])
        {
            for (var length = 0; length < frame.Length; length++)
                Assert.Throws<InvalidDataException>(() => Read(frame[..length]));
            for (var seed = 0; seed < 2_000; seed++)
            {
                var random = new Random(seed);
                var changed = frame.ToArray();
                changed[random.Next(2, changed.Length)] = (byte)random.Next(256);
                try
                {
                    Read(changed);
                }
                catch (InvalidDataException)
                {
                    // Said in order.
                }
            }
        }

        static void Read(byte[] frame)
        {
            if (frame is [0, 8, ..])
                KafkaFrames.ReadOffsetCommit(new(frame));
            else
                KafkaFrames.ReadProduce(new(frame));
        }
    }

    private static byte[] Produce(short version) => Frame(write =>
    {
        write.Int16(KafkaFrames.Produce).Int16(version).Int32(7).Text("client");
        write.Int16(-1).Int16(-1).Int32(30_000).Int32(1).Text("orders").Int32(2);
        var batch = new byte[70];
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(57), 5);
        write.Int32(3).Int32(batch.Length).Bytes(batch).Int32(4).Int32(-1);
    });

    private static byte[] OffsetCommit(short version) => Frame(write =>
    {
        write.Int16(KafkaFrames.OffsetCommit).Int16(version).Int32(7).Text("client").Text("hub").Int32(1).Text("member");
        if (version >= 7)
            write.Int16(-1);
        if (version <= 4)
            write.Int64(-1);
        write.Int32(1).Text("orders").Int32(2);
        for (var partition = 0; partition < 2; partition++)
        {
            write.Int32(partition).Int64(41 + partition);
            if (version >= 6)
                write.Int32(-1);
            write.Int16(-1);
        }
    });

    private static byte[] Frame(Action<Writer> write)
    {
        var writer = new Writer();
        write(writer);
        return writer.Written;
    }

    private sealed class Writer
    {
        private readonly ArrayBufferWriter<byte> _to = new();

        public byte[] Written => _to.WrittenSpan.ToArray();

        public Writer Bytes(ReadOnlySpan<byte> bytes)
        {
            _to.Write(bytes);
            return this;
        }

        public Writer Int16(short value) => Bytes([(byte)(value >> 8), (byte)value]);

        public Writer Int32(int value) => Int16((short)(value >> 16)).Int16((short)value);

        public Writer Int64(long value) => Int32((int)(value >> 32)).Int32((int)value);

        public Writer Text(string text) => Int16((short)text.Length).Bytes(Encoding.UTF8.GetBytes(text));
    }
}
