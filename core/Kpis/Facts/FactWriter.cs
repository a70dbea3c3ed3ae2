using ClickHouse.Driver;

namespace EcomIntel.Core.Kpis.Facts;

/// <summary>
/// Writes blocks of facts to ClickHouse. One fact's part of a block is one insert whose token names the table and the range; so a block may be written again,
/// whole or in part, as long as the range is the same.
/// </summary>
public sealed class FactWriter(ClickHouseClient client)
{
    /// <param name="before">Run right before each insert: whoever writes proves there that it still may.</param>
    public async Task WriteAsync(FactBlock block, Func<CancellationToken, Task> before, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(before);
        foreach (var rows in block.Facts.Where(rows => rows.Count > 0))
        {
            await before(token);
            await rows.InsertAsync(client, block.From, block.To, token);
        }
    }
}
