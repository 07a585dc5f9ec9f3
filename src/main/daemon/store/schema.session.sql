CREATE TABLE dependences (
  child_id TEXT NOT NULL REFERENCES processes (id) ON DELETE CASCADE,
  -- The id of a process of this session, or the name of one that does not exist yet.
  parent TEXT NOT NULL,
  parent_missing INTEGER NOT NULL CHECK (parent_missing IN (0, 1)),
  -- `up`, `ready`, `exited`, `exited:0` or the label of a state.
  state TEXT NOT NULL,
  on_loss TEXT NOT NULL CHECK (on_loss IN ('keep', 'stop', 'restart')),
  PRIMARY KEY (child_id, parent, state)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  process_id TEXT REFERENCES processes (id) ON DELETE CASCADE,
  actor TEXT NOT NULL CHECK (actor IN ('user', 'supervisor')),
  kind TEXT NOT NULL,
  data_json TEXT NOT NULL
, why TEXT) STRICT;

CREATE TABLE incarnations (
  id TEXT NOT NULL PRIMARY KEY,
  process_id TEXT NOT NULL REFERENCES processes (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  ended_at INTEGER,
  result TEXT CHECK (result IN ('success', 'failure', 'undefined'))
) STRICT;

CREATE TABLE meta (
  uuid TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  machine_id TEXT NOT NULL,
  created_at INTEGER NOT NULL
, active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)), root TEXT, hostname TEXT) STRICT;

CREATE TABLE processes (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  alias TEXT UNIQUE,
  uri_redacted TEXT NOT NULL,
  -- Hash of the real URI: tells equal from different without holding a secret.
  uri_hash TEXT NOT NULL UNIQUE,
  -- Key of the real URI, argv and environment values in the secrets file; NULL when nothing is secret.
  secret_ref TEXT,
  host TEXT NOT NULL,
  -- Redacted.
  argv_json TEXT NOT NULL,
  cwd TEXT NOT NULL,
  -- Environment without secret values.
  env_json TEXT NOT NULL,
  restart TEXT NOT NULL CHECK (restart IN ('never', 'always', 'on-failure')),
  shutdown INTEGER NOT NULL CHECK (shutdown IN (0, 1)),
  stop_signal TEXT NOT NULL,
  grace_ms INTEGER NOT NULL,
  -- What a person or plan wants: a process stopped by hand stays stopped.
  desired TEXT NOT NULL CHECK (desired IN ('up', 'down')),
  -- The Life variant as JSON (src/shared/domain/life.ts).
  life_json TEXT NOT NULL,
  run_no INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
, exe TEXT, restart_limit_json TEXT NOT NULL DEFAULT '{"deaths":5,"withinMs":60000}', ready_json TEXT NOT NULL DEFAULT 'null', match_json TEXT NOT NULL DEFAULT 'null', restart_memory_json TEXT NOT NULL DEFAULT '{"attempts":0,"earlyDeaths":[]}', tag TEXT, score REAL, pty INTEGER NOT NULL DEFAULT 0 CHECK (pty IN (0, 1))) STRICT;

CREATE TABLE runs (
  process_id TEXT NOT NULL REFERENCES processes (id) ON DELETE CASCADE,
  run_no INTEGER NOT NULL,
  incarnation_id TEXT NOT NULL REFERENCES incarnations (id) ON DELETE CASCADE,
  intended_at INTEGER NOT NULL,
  pid INTEGER,
  start_time TEXT,
  boot_id TEXT,
  started_at INTEGER,
  ended_at INTEGER,
  exit_code INTEGER,
  signal TEXT,
  reason TEXT,
  out_offset INTEGER NOT NULL,
  err_offset INTEGER NOT NULL,
  PRIMARY KEY (process_id, run_no)
) STRICT, WITHOUT ROWID;

CREATE TABLE states (
  process_id TEXT NOT NULL REFERENCES processes (id) ON DELETE CASCADE,
  label TEXT NOT NULL,
  -- A Fingerprint as JSON; NULL for a state that an expression alone defines.
  fp_json TEXT,
  expr TEXT,
  ignore_json TEXT NOT NULL,
  required_json TEXT NOT NULL,
  saved_at INTEGER NOT NULL,
  PRIMARY KEY (process_id, label)
) STRICT, WITHOUT ROWID;

CREATE INDEX events_by_process ON events (process_id, id);
