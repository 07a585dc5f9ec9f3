/**
 * How a process is recognised whose program rewrites its own command line (`match:` of etc/<name>.yaml). What is given
 * must hold; a rule in which nothing is given recognises nothing.
 */
export type MatchRule = {
  /** The executable: an absolute path, or its last part alone (`java`). */
  readonly exe?: string
  /** The first elements of the command line, redacted. */
  readonly argv_prefix?: readonly string[]
  /** The working directory, absolute. */
  readonly cwd?: string
  /** A TCP socket it listens on: `127.0.0.1:7496`, or `7496`, `:7496` or `*:7496` for the port at any address. */
  readonly listen?: string
}
