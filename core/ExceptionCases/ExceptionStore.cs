using EcomIntel.Core.Database;
using Npgsql;

namespace EcomIntel.Core.ExceptionCases;

internal static class ExceptionStore
{
    public static void Save(NpgsqlBatch batch, ExceptionBook exceptions)
    {
        if (exceptions.Opened.Count > 0)
            batch.Add("""
                INSERT INTO exception_cases (case_id, category, subject, location, detail, status, detected_at)
                SELECT case_id, category, subject, location, detail, 'DETECTED', detected_at
                FROM unnest($1, $2, $3, $4, $5, $6) AS c (case_id, category, subject, location, detail, detected_at)
                """,
                exceptions.Opened.Column(c => c.CaseId), exceptions.Opened.Column(c => c.Category), exceptions.Opened.Column(c => c.Subject),
                exceptions.Opened.Column(c => c.Location?.Value), exceptions.Opened.Column(c => c.Detail), exceptions.Opened.Column(c => c.DetectedAt));
    }
}
