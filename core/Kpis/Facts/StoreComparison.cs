namespace EcomIntel.Core.Kpis.Facts;

/// <summary>
/// The same figure asked of PostgreSQL's tables and of ClickHouse's facts: both statements give rows of text, a key and then figures; the two lists must be
/// equal.
/// </summary>
/// <param name="Name">Of the check: snake case, frozen.</param>
/// <param name="Says">What is compared.</param>
/// <param name="Postgres">From the tables' meaning, not from the operations.</param>
public sealed record StoreComparison(string Name, string Says, string Postgres, string ClickHouse);
