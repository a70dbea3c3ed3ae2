using System.Text;
using EcomIntel.Embedded.ClickHouse;

namespace EcomIntel.Tests.Embedded.ClickHouse;

public sealed class EngineCallTests
{
    [Fact]
    public void The_prologue_quotes_values()
    {
        var call = new EngineCall("q'1", [], "TSV", "d`b", [new("readonly", "0"), new("max_threads", "1'; DROP TABLE t")], [], ReadOnly: true);
        Assert.Equal(
            "SET log_comment = 'q\\'1', max_threads = '1\\'; DROP TABLE t'; USE `d\\`b`",
            Encoding.UTF8.GetString(call.Prologue()));
    }

    [Theory]
    [InlineData(false, null, null)]
    [InlineData(false, "0", "SET readonly = '0'")]
    [InlineData(false, "1", "SET readonly = '1'")]
    [InlineData(true, null, "SET readonly = '2'")]
    [InlineData(true, "0", "SET readonly = '2'")]
    [InlineData(true, "1", "SET readonly = '1'")]
    public void A_GET_forbids_changes_and_a_client_may_forbid_more(bool get, string? asked, string? restriction)
    {
        var call = new EngineCall("q", [], "TSV", null, asked is null ? [] : [new("readonly", asked)], [], get);
        Assert.Equal(restriction, call.Restriction() is { } sql ? Encoding.UTF8.GetString(sql) : null);
    }

    [Fact]
    public void An_external_table_may_be_described_by_types_alone() =>
        Assert.Equal("_1 UInt32, _2 Array(Tuple(a UInt8, b String))", ExternalTable.Columns("UInt32,Array(Tuple(a UInt8, b String))"));
}
