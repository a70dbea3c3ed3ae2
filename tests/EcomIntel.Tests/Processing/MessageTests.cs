using System.Security.Cryptography;
using System.Text;
using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;

namespace EcomIntel.Tests.Processing;

/// <summary>A message is held in memory by what may still be needed of it.</summary>
public sealed class MessageTests
{
    [Fact]
    public void What_could_be_an_event_is_kept_whole()
    {
        var payload = Large("{", EventCodec.MaxBytes);
        var message = Message.Read(Topics.Orders, 3, 17, "k", payload);
        Assert.Equal(RejectionCodes.Malformed, message.Decoded.Rejection!.Code);
        Assert.Null(message.Cut);
        Assert.True(message.Payload.Span.SequenceEqual(payload));
    }

    [Fact]
    public void Of_what_is_too_large_the_beginning_is_kept_and_what_tells_the_whole_again()
    {
        var payload = Large("{", EventCodec.MaxBytes + 1);
        var message = Message.Read(Topics.Orders, 3, 17, "k", payload);
        Assert.Equal(RejectionCodes.TooLarge, message.Decoded.Rejection!.Code);
        Assert.True(message.Payload.Span.SequenceEqual(payload.AsSpan(0, Message.BeginningBytes)));
        Assert.Equal((payload.Length, Convert.ToHexString(SHA256.HashData(payload))), (message.Cut!.Size, Convert.ToHexString(message.Cut.Sha256)));
        Assert.Equal((Topics.Orders, 3, 17L, (long?)null), message.Place);

        // The same beginning is not the same message.
        Assert.Equal(EventIdentity.OfMessage(Topics.Orders, "k", payload), message.Fingerprint);
        payload[^1] ^= 1;
        Assert.NotEqual(message.Fingerprint, Message.Read(Topics.Orders, 3, 18, "k", payload).Fingerprint);
    }

    [Theory]
    [InlineData("ä")]
    [InlineData("€")]
    [InlineData("😀")]
    public void The_beginning_does_not_end_within_a_character(string letter)
    {
        for (var shift = 0; shift < 4; shift++)
        {
            var text = new string('x', shift) + string.Concat(Enumerable.Repeat(letter, EventCodec.MaxBytes));
            var kept = Message.Read(Topics.Orders, 0, 0, null, Encoding.UTF8.GetBytes(text)).Payload.Span;
            Assert.InRange(kept.Length, Message.BeginningBytes - 3, Message.BeginningBytes);
            Assert.DoesNotContain('\uFFFD', Encoding.UTF8.GetString(kept));
        }
        var noText = Enumerable.Repeat((byte)0x80, EventCodec.MaxBytes + 1).ToArray();
        Assert.InRange(Message.Read(Topics.Orders, 0, 0, null, noText).Payload.Length, Message.BeginningBytes - 4, Message.BeginningBytes);
    }

    [Fact]
    public void A_key_that_no_subject_can_be_is_not_kept_whole_and_counts_whole()
    {
        var (one, other) = (new string('k', 1 << 20), new string('k', (1 << 20) - 1) + "l");
        var message = Message.Read(Topics.Orders, 0, 0, one, "{}"u8.ToArray());
        Assert.Equal(500, message.Key!.Length);
        Assert.NotEqual(message.Fingerprint, Message.Read(Topics.Orders, 0, 0, other, "{}"u8.ToArray()).Fingerprint);
    }

    /// <summary>What it names itself by may be as long as the message.</summary>
    [Fact]
    public void Of_what_is_refused_no_long_names_are_held()
    {
        var name = new string('n', 300_000);
        var payload = Encoding.UTF8.GetBytes($$"""{"id":"{{name}}","source":"{{name}}","type":"{{name}}"}""");
        var decoded = EventCodec.Decode(payload, Topics.Orders);
        Assert.NotNull(decoded.Rejection);
        Assert.All((string?[])[decoded.Id, decoded.Source, decoded.Type], held => Assert.Equal(500, held!.Length));
    }

    private static byte[] Large(string start, int length)
    {
        var payload = new byte[length];
        payload.AsSpan().Fill((byte)'x');
        Encoding.UTF8.GetBytes(start, payload);
        return payload;
    }
}
