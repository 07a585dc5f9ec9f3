-- The program gets a terminal, which ends with the daemon.
ALTER TABLE processes ADD COLUMN pty INTEGER NOT NULL DEFAULT 0 CHECK (pty IN (0, 1));
