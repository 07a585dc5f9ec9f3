import type { HostTest } from '../../../shared/contract/schemas.ts'
import type { GpuRow, HostKey, HostRow } from '../../../shared/domain/host.ts'
import type { Result } from '../../../shared/domain/result.ts'
import type { SshConnection } from '../adapters/ssh/port.ts'

/** A machine as a person adds it. `sshConfig` is an OpenSSH configuration file to use instead of the user's. */
export type AddedHost = {
  readonly name: string
  readonly sshConfig: string | null
  readonly maxParallel: number | null
}

/** Every machine that there is, and what a person does with them. */
export interface HostBook {
  /** This machine, then those of config.yaml, of processes and of ~/.ssh/config. Contacts nobody. */
  list(): Promise<HostRow[]>
  /** The same as it is known at once: new names in ~/.ssh/config come a moment later. */
  rows(): HostRow[]
  add(added: AddedHost): Result<HostRow>
  /** A conflict while processes of ours may run there. */
  remove(name: string): Promise<Result<null>>
  /** Connects now, whatever was refused before. What does not work is a step that is not ok, no failure. */
  test(name: string, signal: AbortSignal): Promise<Result<HostTest>>
  /** Without a fingerprint: only shows the key. */
  trust(name: string, fingerprint: string | null): Promise<Result<{ readonly key: HostKey; readonly trusted: boolean }>>
}

/** What a machine has and does, as it was measured last; null where it was not. */
export type HostFacts = Pick<HostRow, 'cores' | 'load1' | 'memory'> & { readonly gpus: readonly GpuRow[] }

/** The machines that the system's ssh reaches. A name is one that ssh takes. */
export interface HostLinks {
  /** `user@hostname:port`, as `ssh -G` resolves the name. Contacts nobody. */
  resolve(name: string): Promise<Result<string>>
  /** The connection to this machine; null while nobody has needed it. */
  known(name: string): SshConnection | null
  /** The connection to this machine, made where there is none. Does not connect yet. */
  connection(name: string): SshConnection
  /** The key that the machine shows and known_hosts does not list. `conflict`: another one is listed, or this one is. */
  unknownKey(name: string): Promise<Result<HostKey>>
  /** Writes the key with this fingerprint into known_hosts, if the machine still shows it. */
  trustKey(name: string, fingerprint: string): Promise<Result<HostKey>>
  /** Closes the connection and forgets the machine. Programs there go on. */
  forget(name: string): Promise<void>
}
