/** Which host, and by which configuration. */
export type SshTarget = {
  /** Checked by `checkHostName`. */
  readonly name: string
  /** Absolute path for `ssh -F`; null for the user's own configuration. */
  readonly sshConfig: string | null
  /** The program, `ssh` unless told otherwise. */
  readonly program: string
}

/** A host that is up takes far less, also through jump hosts. */
const connectTimeoutSeconds = 10

/**
 * A link that is cut without a word is noticed after 15 s, one interval after the last question of ssh, and a router that
 * forgets idle links never gets to it.
 */
const aliveIntervalSeconds = 3
const aliveCountMax = 4

/**
 * For every call: nothing may ask, and what the user's configuration does to a session of a person is left out. Only
 * options that OpenSSH 7.6 knows, as IgnoreUnknown would take the place of the user's own.
 */
const common = ['BatchMode=yes', 'RemoteCommand=none', 'RequestTTY=no', 'EscapeChar=none', 'LogLevel=INFO']

/** Programs there outlive the connection, and a port that is forwarded already would be fatal to some configurations. */
const connection = [
  `ConnectTimeout=${connectTimeoutSeconds}`,
  'ConnectionAttempts=1',
  'ClearAllForwardings=yes',
  'ForwardAgent=no',
  'ForwardX11=no',
]

const options = (list: readonly string[]): string[] => list.flatMap((option) => ['-o', option])

const configOf = ({ sshConfig }: SshTarget): string[] => (sshConfig === null ? [] : ['-F', sshConfig])

/** ssh replaces %-words in the path of a control socket. */
const controlPathOf = (path: string): string => `ControlPath=${path.replaceAll('%', '%%')}`

/** The one connection of a host, which carries every session. */
export const masterCommand = (target: SshTarget, controlPath: string): string[] => [
  target.program,
  ...configOf(target),
  ...options([
    ...common,
    ...connection,
    'StrictHostKeyChecking=yes',
    `ServerAliveInterval=${aliveIntervalSeconds}`,
    `ServerAliveCountMax=${aliveCountMax}`,
    'ControlMaster=yes',
    'ControlPersist=no',
    controlPathOf(controlPath),
  ]),
  '-N',
  '--',
  target.name,
]

/**
 * A session over the connection that is there. Where it is not, ssh would make a connection of its own, one for each
 * action and without a word: the proxy that fails prevents that.
 */
export const sessionCommand = (target: SshTarget, controlPath: string): string[] => [
  target.program,
  ...configOf(target),
  ...options([...common, 'ControlMaster=no', controlPathOf(controlPath), 'ProxyCommand=false']),
  '--',
  target.name,
  // Means the same to sh, csh and fish.
  'exec /bin/sh',
]

/** Asks the process behind a control socket whether it is well (`check`), or to end (`exit`). */
export const controlCommand = (target: SshTarget, controlPath: string, word: 'check' | 'exit'): string[] => [
  target.program,
  ...configOf(target),
  ...options([controlPathOf(controlPath)]),
  '-O',
  word,
  '--',
  target.name,
]

/** Prints what the configuration makes of a name. */
export const resolveCommand = (target: SshTarget): string[] => [
  target.program,
  ...configOf(target),
  '-G',
  '--',
  target.name,
]

/**
 * Goes as far as the key of the host, through jump hosts too, and has ssh write it to `keyFile`. No way to log in is
 * tried, so that it is no failed log-in.
 */
export const keyCommand = (target: SshTarget, keyFile: string): string[] => [
  target.program,
  ...configOf(target),
  ...options([
    ...common,
    ...connection,
    'StrictHostKeyChecking=accept-new',
    `UserKnownHostsFile="${keyFile}"`,
    'GlobalKnownHostsFile=/dev/null',
    'UpdateHostKeys=no',
    'VerifyHostKeyDNS=no',
    'PreferredAuthentications=none',
    'ControlMaster=no',
    'ControlPath=none',
  ]),
  '-N',
  '--',
  target.name,
]
