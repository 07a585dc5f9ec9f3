/** Taken from the daemon: who the user is and where things are. */
const fromDaemon = /^(HOME|USER|LOGNAME|SHELL|LANG|LC_[A-Z]+|TZ|TMPDIR|XDG_[A-Z_]+)$/

/** Taken from the caller of a start, because they differ from shell to shell: tool paths and the display. */
const fromCaller =
  /^(PATH|VIRTUAL_ENV|CONDA_[A-Z0-9_]+|LD_LIBRARY_PATH|CUDA_[A-Z0-9_]+|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|SSH_AUTH_SOCK)$/

type Environment = Readonly<Record<string, string>>

const only = (environment: NodeJS.ProcessEnv | Environment, names: RegExp): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && names.test(entry[0]),
    ),
  )

/** The part of a caller's environment that its processes get; the rest is not kept. */
export const callerPart = (environment: Environment): Record<string, string> => only(environment, fromCaller)

/** What a process finds about itself in its environment. */
export type Surroundings = {
  readonly session: string
  readonly alias: string | null
  readonly workspace: string
  readonly database: string
}

export const whoItIs = ({ session, alias }: Pick<Surroundings, 'session' | 'alias'>): Record<string, string> => ({
  PROCESSION_SESSION: session,
  ...(alias === null ? {} : { PROCESSION_ALIAS: alias }),
})

/**
 * The whole environment of a program, weakest first: the daemon's user settings, a PATH in case the caller had none,
 * the stored definition (caller's part and `--env`), then what we say about the process. PROCESSION_ID is added by the
 * launcher.
 */
export function programEnvironment(
  daemon: NodeJS.ProcessEnv,
  definition: Environment,
  surroundings: Surroundings,
): Record<string, string> {
  return {
    PATH: daemon.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    ...only(daemon, fromDaemon),
    ...definition,
    ...whoItIs(surroundings),
    PROCESSION_WORKSPACE: surroundings.workspace,
    PROCESSION_DB: surroundings.database,
  }
}
