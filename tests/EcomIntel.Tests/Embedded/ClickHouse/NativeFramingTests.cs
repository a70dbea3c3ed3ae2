using System.Buffers;
using EcomIntel.Embedded.ClickHouse;
using EcomIntel.Embedded.ClickHouse.Native;

namespace EcomIntel.Tests.Embedded.ClickHouse;

public sealed class NativeFramingTests
{
    /// <summary>Two columns, three rows, as libchdb 26.5 writes them: c LowCardinality(Nullable(String)), a Array(UInt8).</summary>
    private static readonly byte[] Old =
    [
        2, 3,
        1, (byte)'c', 32, .. "LowCardinality(Nullable(String))"u8,
        1, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, (byte)'x', 3, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2,
        1, (byte)'a', 12, .. "Array(UInt8)"u8,
        1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 7, 8, 9,
    ];

    [Theory]
    [InlineData(1, 8, 0)]
    [InlineData(54405, 8, 0)]
    [InlineData(54453, 8, 0)]
    [InlineData(54454, 8, 1)]
    [InlineData(54479, 8, 1)]
    [InlineData(54480, 10, 1)]
    public void The_new_form_has_block_info_and_a_byte_behind_each_type(int version, int blockInfo, int behindType)
    {
        var rewritten = Rewrite(new NativeFraming(0, version), Old);
        Assert.Equal([1, 0, 2, 0xff, 0xff, 0xff, 0xff], rewritten[..7]);
        Assert.Equal(Old.Length + blockInfo + (2 * behindType), rewritten.Length);
        Assert.Equal(Old[..37], rewritten[blockInfo..(blockInfo + 37)]);
        Assert.Equal(behindType == 1 ? 0 : Old[37], rewritten[blockInfo + 37]);
        Assert.Equal(Old, Rewrite(new NativeFraming(version, 0), rewritten));
    }

    [Fact]
    public void A_block_is_taken_only_when_it_is_whole()
    {
        for (var length = 0; length < Old.Length; length++)
        {
            var output = new ArrayBufferWriter<byte>();
            Assert.Equal(0, new NativeFraming(0, 54460).TryRewrite(Old.AsSpan(0, length), output));
            Assert.Equal(0, output.WrittenCount);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(100_000)]
    public async Task Blocks_come_out_the_same_however_they_arrive(int piece)
    {
        byte[] many = [.. Enumerable.Repeat(Old, 20).SelectMany(block => block)];
        var expected = Enumerable.Repeat(Rewrite(new NativeFraming(0, 54460), Old), 20).SelectMany(block => block);
        var output = new MemoryStream();
        var framing = new NativeFraming(0, 54460);
        await framing.CopyAsync(many.AsMemory(0, 5), new Pieces(many[5..], piece), bytes => output.WriteAsync(bytes).AsTask(), CancellationToken.None);
        Assert.Equal(expected, output.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Data_that_end_within_a_block_are_refused(int missing)
    {
        var data = Old[..^missing];
        var copy = () => new NativeFraming(0, 54460).CopyAsync(default, new MemoryStream(data), _ => Task.CompletedTask, CancellationToken.None);
        if (missing == 0)
        {
            await copy();
        }
        else
        {
            Assert.Equal(ClickHouseError.IncorrectData, (await Assert.ThrowsAsync<RefusedException>(copy)).Error.Code);
        }
    }

    [Theory]
    [InlineData("AggregateFunction(sum, UInt64)")]
    [InlineData("Array(Dynamic)")]
    [InlineData("JSON")]
    [InlineData("Nullable")]
    [InlineData("Tuple(a Tuple(b Variant(String, UInt8)))")]
    public void A_type_that_cannot_be_measured_is_named(string type)
    {
        var error = Assert.Throws<OpaqueTypeException>(() => NativeTypeParser.Parse(type));
        Assert.Contains("cannot be measured", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Decimal(9, 2)", 4)]
    [InlineData("Decimal(18, 2)", 8)]
    [InlineData("Decimal(38, 2)", 16)]
    [InlineData("Decimal(76, 2)", 32)]
    [InlineData("FixedString(17)", 17)]
    [InlineData("DateTime64(3, 'Europe/Berlin')", 8)]
    [InlineData("Enum8('a, (b)' = 1, 'it\\'s' = 2)", 1)]
    [InlineData("SimpleAggregateFunction(anyLast, UInt32)", 4)]
    [InlineData("IntervalDay", 8)]
    public void A_fixed_type_has_its_size(string type, int size) => Assert.Equal(new NativeType.Fixed(size), NativeTypeParser.Parse(type));

    [Fact]
    public void A_tuples_elements_may_have_names()
    {
        const string name = "Tuple(a UInt8, `b (c),` Enum8('x y' = 1), DateTime('UTC'), d Map(String, Decimal(9, 2)))";
        var tuple = Assert.IsType<NativeType.Tuple>(NativeTypeParser.Parse(name));
        Assert.Equal([new NativeType.Fixed(1), new NativeType.Fixed(1), new NativeType.Fixed(4)], tuple.Items.Take(3));
        var map = Assert.IsType<NativeType.Tuple>(Assert.IsType<NativeType.Array>(tuple.Items[3]).Inner);
        Assert.Equal([new NativeType.Text(), new NativeType.Fixed(4)], map.Items);
    }

    [Fact]
    public async Task Noise_is_refused_and_never_crashes()
    {
        var random = new Random(20240601);
        for (var i = 0; i < 1000; i++)
        {
            var noise = Old.ToArray();
            for (var j = 0; j < 3; j++)
            {
                noise[random.Next(noise.Length)] = (byte)random.Next(256);
            }

            var outcome = await Record.ExceptionAsync(() =>
                new NativeFraming(0, 54460).CopyAsync(default, new MemoryStream(noise), _ => Task.CompletedTask, CancellationToken.None));
            Assert.True(outcome is null or RefusedException, $"{outcome}");
        }
    }

    private static byte[] Rewrite(NativeFraming framing, byte[] block)
    {
        var output = new ArrayBufferWriter<byte>();
        Assert.Equal(block.Length, framing.TryRewrite(block, output));
        return output.WrittenSpan.ToArray();
    }

    private sealed class Pieces(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }
}
