-- A workspace is executable input: one that was first seen on this machine runs nothing by itself until a person has
-- looked at what it would run.
ALTER TABLE sessions ADD COLUMN confirmed INTEGER NOT NULL DEFAULT 1 CHECK (confirmed IN (0, 1));
