using System.Globalization;
using ClickHouse.Driver;
using EcomIntel.Core.Database.ClickHouse;

namespace EcomIntel.Core.Kpis.Facts;

/// <summary>
/// Writes blocks of facts to ClickHouse. One table's part of a block is one insert whose token names the table and the range; so a block may be written again,
/// whole or in part, as long as the range is the same.
/// </summary>
public sealed class FactWriter(ClickHouseClient client)
{
    /// <param name="before">Run right before each insert: whoever writes proves there that it still may.</param>
    public async Task WriteAsync(FactBlock block, Func<CancellationToken, Task> before, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(before);
        await InsertAsync("orders", block, block.Orders, before, token);
        await InsertAsync("line_facts", block, block.Lines, before, token);
        await InsertAsync("shipments", block, block.Shipments, before, token);
        await InsertAsync("stock_changes", block, block.Stock, before, token);
        await InsertAsync<ClockRow>("business_clock", block, block.Clock is { } clock ? [clock] : [], before, token); // last: what business time has passed is there to be seen
    }

    private async Task InsertAsync<TRow>(string table, FactBlock block, IReadOnlyCollection<TRow> rows, Func<CancellationToken, Task> before, CancellationToken token)
        where TRow : class
    {
        if (rows.Count == 0)
            return;
        await before(token);
        await client.InsertOnceAsync(table, rows, string.Create(CultureInfo.InvariantCulture, $"{table}/{block.From}-{block.To}"), token);
    }
}
