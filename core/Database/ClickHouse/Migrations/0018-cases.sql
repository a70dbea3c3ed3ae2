-- Whose exception cases are, and how far they have come. As 0003-returns-cases-catalog.sql; rows written before this are open and nobody's.

ALTER TABLE exception_cases ADD COLUMN IF NOT EXISTS version UInt64 DEFAULT 1 AFTER case_id;
ALTER TABLE exception_cases ADD COLUMN IF NOT EXISTS status LowCardinality(String) DEFAULT 'DETECTED' AFTER version;
ALTER TABLE exception_cases ADD COLUMN IF NOT EXISTS team LowCardinality(String) AFTER detail;
ALTER TABLE exception_cases ADD COLUMN IF NOT EXISTS assignee String AFTER team;
ALTER TABLE exception_cases ADD COLUMN IF NOT EXISTS severity LowCardinality(String) AFTER assignee;

-- How often it was reported while it was open, and how often it was escalated.
ALTER TABLE exception_cases ADD COLUMN IF NOT EXISTS reports UInt64 DEFAULT 1 AFTER severity;
ALTER TABLE exception_cases ADD COLUMN IF NOT EXISTS level UInt32 AFTER reports;

-- Of its team's work: within which it is to be resolved, and what was worked until it ended (null while it is open).
ALTER TABLE exception_cases ADD COLUMN IF NOT EXISTS hours Nullable(Decimal(38, 4)) AFTER level;
ALTER TABLE exception_cases ADD COLUMN IF NOT EXISTS worked_hours Nullable(Decimal(38, 4)) AFTER hours;

-- It ended later than its hours allow.
ALTER TABLE exception_cases ADD COLUMN IF NOT EXISTS past_due Bool AFTER worked_hours;

-- When its hours are over; null while its clock stands still before that.
ALTER TABLE exception_cases ADD COLUMN IF NOT EXISTS due_at Nullable(DateTime64(6, 'UTC')) AFTER past_due;
ALTER TABLE exception_cases ADD COLUMN IF NOT EXISTS root_cause LowCardinality(String) AFTER due_at;

-- When it was resolved, or found to be a duplicate; null while it is open.
ALTER TABLE exception_cases ADD COLUMN IF NOT EXISTS ended_at Nullable(DateTime64(6, 'UTC')) AFTER detected_at;
