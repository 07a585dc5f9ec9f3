import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'

/** Where one home keeps its things. All paths are absolute; none need exist yet. */
export type Places = {
  /** The folder that was asked for by `--home` or PROCESSION_HOME; null where the XDG folders are used. */
  readonly chosenHome: string | null
  /** Holds all state. Made with mode 0700. */
  readonly home: string
  readonly config: string
  readonly database: string
  readonly secrets: string
  readonly log: string
  readonly workspaces: string
  readonly socket: string
  /** The folder of the socket: 0700 and ours, see `prepareSocketFolder`. */
  readonly socketFolder: string
}

/** What of the surroundings decides about the places. */
export type Surroundings = {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Value of `--home`, if given; relative ones count from `currentFolder`. */
  readonly homeOption?: string | undefined
  readonly currentFolder: string
  readonly userFolder: string
  readonly userId: number
  /** Asked for the folder that login managers make where XDG_RUNTIME_DIR is not set, as in a cron job. */
  readonly exists: (folder: string) => boolean
}

/** The kernel allows 107 bytes and a NUL (unix(7), sun_path); some headroom is left for temporary names. */
export const maxSocketPathBytes = 100

const socketName = 'daemon.sock'

/**
 * Where things lie (shared by desktop, command line and daemon, so that all find the same socket): everything in
 * `--home` or PROCESSION_HOME, else in the XDG base directories. A socket path that is too long moves to a folder of
 * ours under /tmp, named by a hash of the path it would have had.
 */
export function placesOf(surroundings: Surroundings): Places {
  const { environment, homeOption, currentFolder } = surroundings
  const chosen = homeOption || environment.PROCESSION_HOME
  const chosenHome = chosen ? path.resolve(currentFolder, chosen) : null
  const home = chosenHome ?? path.join(xdgFolder(surroundings, 'XDG_STATE_HOME', '.local/state'), 'procession')
  const configFolder = chosenHome ?? path.join(xdgFolder(surroundings, 'XDG_CONFIG_HOME', '.config'), 'procession')
  const socket = socketPath(path.join(chosenHome ?? runtimeFolder(surroundings, home), socketName), surroundings.userId)
  return {
    chosenHome,
    home,
    config: path.join(configFolder, 'config.yaml'),
    database: path.join(home, 'procession.db'),
    secrets: path.join(home, 'secrets.json'),
    log: path.join(home, 'daemon.log'),
    workspaces: path.join(home, 'workspaces'),
    socket,
    socketFolder: path.dirname(socket),
  }
}

/** The places of this process. `homeOption` is the value of `--home`, if it was given. */
export const currentPlaces = (homeOption?: string | undefined): Places =>
  placesOf({
    environment: process.env,
    homeOption,
    currentFolder: process.cwd(),
    userFolder: homedir(),
    userId: process.getuid?.() ?? 0,
    exists: existsSync,
  })

/** The value of `--home DIR` or `--home=DIR` in a command line; the last one counts. */
export function homeOptionIn(argv: readonly string[]): string | undefined {
  let home: string | undefined
  argv.forEach((element, index) => {
    if (element.startsWith('--home=')) home = element.slice('--home='.length)
    else if (element === '--home') home = argv[index + 1]
  })
  return home || undefined
}

/** Relative paths in these variables are invalid and ignored (XDG Base Directory Specification, "Basics"). */
function xdgFolder({ environment, userFolder }: Surroundings, variable: string, otherwise: string): string {
  const value = environment[variable]
  return value && path.isAbsolute(value) ? value : path.join(userFolder, otherwise)
}

function runtimeFolder({ environment, userId, exists }: Surroundings, home: string): string {
  const value = environment.XDG_RUNTIME_DIR
  if (value && path.isAbsolute(value)) return path.join(value, 'procession')
  // A shell without a login session must find the daemon that the desktop started.
  const loginFolder = `/run/user/${userId}`
  return exists(loginFolder) ? path.join(loginFolder, 'procession') : home
}

function socketPath(wanted: string, userId: number): string {
  if (Buffer.byteLength(wanted) <= maxSocketPathBytes) return wanted
  const hash = createHash('sha256').update(wanted).digest('hex').slice(0, 32)
  // Not TMPDIR: two shells with different ones must find the same socket.
  return `/tmp/procession-${userId}/${hash}.sock`
}
