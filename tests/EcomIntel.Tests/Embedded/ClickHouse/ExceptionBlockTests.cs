using System.Text;
using EcomIntel.Embedded.ClickHouse.Http;

namespace EcomIntel.Tests.Embedded.ClickHouse;

public sealed class ExceptionBlockTests
{
    private const string Tag = "dmrdfnujjqvszhav";

    [Fact]
    public void An_error_stands_between_markers_with_its_length_line_break_included() =>
        Assert.Equal(
            "\r\n__exception__\r\ndmrdfnujjqvszhav\r\nCode: 1. Größe\n17 dmrdfnujjqvszhav\r\n__exception__\r\n",
            Encoding.UTF8.GetString(ExceptionBlock.Write(Tag, "Code: 1. Größe\n")));

    [Fact]
    public void A_block_is_never_larger_than_16_KiB_and_no_character_is_cut()
    {
        var block = ExceptionBlock.Write(Tag, "a" + new string('é', 20_000));
        Assert.InRange(block.Length, (16 * 1024) - 20, 16 * 1024);
        var lines = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(block).Split('\n');
        Assert.Equal($"{Encoding.UTF8.GetByteCount(lines[3]) + 1} {Tag}\r", lines[4]);
    }

    [Fact]
    public void A_tag_is_16_lower_case_letters_and_new_each_time()
    {
        var tag = ExceptionBlock.NewTag();
        Assert.Matches("^[a-z]{16}$", tag);
        Assert.NotEqual(tag, ExceptionBlock.NewTag());
    }
}
