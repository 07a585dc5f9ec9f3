-- What one home knows beside its workspaces. Times are integer milliseconds UTC.
CREATE TABLE sessions (
  id TEXT NOT NULL PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL
) STRICT;

-- SHA-256 of the keys that browser pages hold.
CREATE TABLE web_keys (
  hash TEXT NOT NULL PRIMARY KEY,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
