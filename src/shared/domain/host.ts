/** A host is a machine that programs run on: this one, or one that the system's ssh reaches. */

/** The name of this machine in `exec://` and in every list. */
export const localHostName = 'local'

/** What ssh takes as a machine, and never takes for an option: a name, an address, `user@name`. */
export const hostNamePattern = /^[A-Za-z0-9_.@:%][A-Za-z0-9_.@:%-]{0,254}$/

/** True for the names of this machine, which no entry of config.yaml may take. */
export const isLocalHostName = (name: string): boolean => name === localHostName || name === 'localhost'

/** A key of a host that known_hosts does not list yet, as a person compares it. */
export type HostKey = {
  /** As OpenSSH names it, e.g. `ED25519`. */
  readonly type: string
  /** As `ssh-keygen -l` writes it: `SHA256:...`. */
  readonly fingerprint: string
}

/** Why a host is not tried again before a person has done something. */
export const refusals = ['authentication', 'unknown-key', 'changed-key', 'unusable'] as const
export type RefusalCause = (typeof refusals)[number]

/** Whether a machine can be reached. Times are milliseconds since 1970 UTC. */
export type HostState =
  | { readonly kind: 'local' }
  /** Never needed so far, so never contacted. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'connecting'; readonly since: number }
  | { readonly kind: 'connected'; readonly since: number }
  /** The link was lost a moment ago and is being tried again; `since` is the loss. */
  | { readonly kind: 'reconnecting'; readonly since: number; readonly attempt: number; readonly retryAt: number }
  /** It has not answered for a while (`since` is the loss or the first try); it is tried again ever more rarely. */
  | { readonly kind: 'unreachable'; readonly since: number; readonly retryAt: number }
  /** It answered and said no. Trying again unasked could lock an account, so a person must act first. */
  | {
      readonly kind: 'refused'
      readonly since: number
      readonly because: RefusalCause
      /** Set for `unknown-key`, when the key could be read. */
      readonly key: HostKey | null
    }

export type HostStateKind = HostState['kind']

/** One GPU as nvidia-smi tells it; null where it does not. */
export type GpuRow = {
  readonly index: number
  readonly name: string
  readonly utilisationPct: number | null
  readonly memoryUsedBytes: number | null
  readonly memoryTotalBytes: number | null
  readonly temperatureC: number | null
}

/** One machine as the Hosts screen and the status bar show it. What was never measured is null. */
export type HostRow = {
  readonly name: string
  readonly kind: 'local' | 'ssh'
  /** Where its name comes from: this machine, config.yaml, a process that names it, or only ~/.ssh/config. */
  readonly from: 'local' | 'config' | 'session' | 'ssh-config'
  readonly state: HostState
  /** `user@hostname:port` as ssh resolves the name. */
  readonly address: string | null
  /** Milliseconds of a round trip over the open channel. */
  readonly latencyMs: number | null
  readonly cores: number | null
  readonly load1: number | null
  readonly memory: { readonly totalBytes: number; readonly usedBytes: number } | null
  readonly gpus: readonly GpuRow[]
  /** Processes of ours that live there. */
  readonly processes: { readonly total: number; readonly running: number }
  /** What went wrong last, in words; kept after it was cured, with its time. */
  readonly lastError: { readonly at: number; readonly message: string; readonly hint: string } | null
}

/** Whether what a host says about processes is true now. */
export const isReachable = (state: HostState): boolean => state.kind === 'local' || state.kind === 'connected'
