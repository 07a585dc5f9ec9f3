-- After `deactivate` nothing of the session is started by itself.
ALTER TABLE meta ADD COLUMN active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1));
-- Where the workspace was when it was last opened, to notice that it was moved.
ALTER TABLE meta ADD COLUMN root TEXT;
ALTER TABLE meta ADD COLUMN hostname TEXT;

-- The executable of a program that was attached; NULL where only its command line is known.
ALTER TABLE processes ADD COLUMN exe TEXT;
-- {deaths, withinMs}, or null: never give up.
ALTER TABLE processes ADD COLUMN restart_limit_json TEXT NOT NULL DEFAULT '{"deaths":5,"withinMs":60000}';
-- How it is known that the program can be used; null: as soon as it runs.
ALTER TABLE processes ADD COLUMN ready_json TEXT NOT NULL DEFAULT 'null';
-- How a program of ours is recognised where its command line is not what we started; null: by its command line.
ALTER TABLE processes ADD COLUMN match_json TEXT NOT NULL DEFAULT 'null';
-- What the restart policy remembers: attempts in a row and early deaths.
ALTER TABLE processes ADD COLUMN restart_memory_json TEXT NOT NULL DEFAULT '{"attempts":0,"earlyDeaths":[]}';
-- The saved state that the program is in, and how well it matches.
ALTER TABLE processes ADD COLUMN tag TEXT;
ALTER TABLE processes ADD COLUMN score REAL;

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

ALTER TABLE events ADD COLUMN why TEXT;

-- Lives of the first version lack what their variants carry now.
UPDATE processes SET life_json = json_set(life_json, '$.because', 'could-not-start')
  WHERE json_extract(life_json, '$.kind') = 'failed';
UPDATE processes SET life_json = json_set(life_json, '$.program', json('null'), '$.readyBy', json('null'))
  WHERE json_extract(life_json, '$.kind') = 'starting';
UPDATE processes SET life_json = json_set(life_json, '$.next',
    CASE json_extract(life_json, '$.next') WHEN 'start' THEN json('{"kind":"start"}')
      ELSE json('{"kind":"down","reason":"Stopped by you"}') END)
  WHERE json_extract(life_json, '$.kind') = 'stopping';
UPDATE events SET data_json = json_set(data_json, '$.because', 'could-not-start')
  WHERE json_extract(data_json, '$.kind') = 'failed';
UPDATE events SET data_json = json_set(data_json, '$.program', json('null'), '$.readyBy', json('null'))
  WHERE json_extract(data_json, '$.kind') = 'starting';
UPDATE events SET data_json = json_set(data_json, '$.next',
    CASE json_extract(data_json, '$.next') WHEN 'start' THEN json('{"kind":"start"}')
      ELSE json('{"kind":"down","reason":"Stopped by you"}') END)
  WHERE json_extract(data_json, '$.kind') = 'stopping';
