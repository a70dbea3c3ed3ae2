using System.Text;
using EcomIntel.Embedded.ClickHouse.Http;
using Microsoft.AspNetCore.Http;

namespace EcomIntel.Tests.Embedded.ClickHouse;

public sealed class ContentEncodingTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("gzip, deflate, br, zstd", "zstd")]
    [InlineData("lz4;q=1.0, gzip;q=0.5", "lz4")]
    [InlineData("zstd;q=0, br;q=0.0, gzip;q=0.1", "gzip")]
    [InlineData("snappy, identity", "")]
    [InlineData("BR", "br")]
    public void The_answer_takes_the_best_encoding_that_is_accepted(string accepted, string chosen)
    {
        var http = new DefaultHttpContext().Request;
        http.Headers.AcceptEncoding = accepted;
        Assert.Equal(chosen, ContentEncoding.Choose(http));
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("lz4")]
    [InlineData("gzip")]
    public async Task A_body_may_have_several_frames(string encoding)
    {
        var body = new MemoryStream();
        foreach (var part in new[] { "INSERT INTO t ", "", "FORMAT TSV\n", new string('7', 300_000) })
        {
            await using var frame = ContentEncoding.Encode(body, encoding);
            await frame.WriteAsync(Encoding.ASCII.GetBytes(part));
        }

        Assert.Equal($"INSERT INTO t FORMAT TSV\n{new string('7', 300_000)}", await DecodeAsync(body.ToArray(), encoding));
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("lz4")]
    public async Task A_body_that_breaks_off_or_is_damaged_is_invalid(string encoding)
    {
        var body = new MemoryStream();
        await using (var frame = ContentEncoding.Encode(body, encoding))
        {
            await frame.WriteAsync(Encoding.ASCII.GetBytes(string.Join(',', Enumerable.Range(0, 5000))));
        }

        var bytes = body.ToArray();
        await Assert.ThrowsAsync<InvalidDataException>(() => DecodeAsync(bytes[..^10], encoding));
        await Assert.ThrowsAsync<InvalidDataException>(() => DecodeAsync(bytes[..10], encoding));
        await Assert.ThrowsAsync<InvalidDataException>(() => DecodeAsync("SELECT 1 FROM system.one"u8.ToArray(), encoding));
    }

    [Fact]
    public async Task A_block_of_lz4_larger_than_its_frame_says_is_invalid()
    {
        var body = new MemoryStream();
        await using (var frame = ContentEncoding.Encode(body, "lz4"))
        {
            await frame.WriteAsync(new byte[100]);
        }

        var bytes = body.ToArray();
        bytes[7] = bytes[8] = bytes[9] = 0xff; // the block's length, behind magic number, descriptor and its checksum
        await Assert.ThrowsAsync<InvalidDataException>(() => DecodeAsync([.. bytes, .. new byte[20_000_000]], "lz4"));
    }

    private static async Task<string> DecodeAsync(byte[] bytes, string encoding)
    {
        await using var stream = ContentEncoding.Decode(new MemoryStream(bytes), encoding);
        using var decoded = new MemoryStream();
        await stream.CopyToAsync(decoded);
        return Encoding.ASCII.GetString(decoded.ToArray());
    }
}
