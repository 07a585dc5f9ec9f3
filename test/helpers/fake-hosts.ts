import type { RowsSnapshot } from '../../src/shared/contract/schemas.ts'
import type { HostKey, HostRow, HostState } from '../../src/shared/domain/host.ts'
import { failure, success } from '../../src/shared/domain/result.ts'
import type { ProcessRow } from '../../src/shared/domain/rows.ts'
import type { FakeAnswer, FakeDaemon, FakeDaemonOptions } from './fake-daemon.ts'
import { gpuRow, localRow, sshRow } from './host-rows.ts'
import { sessionRow } from './rows.ts'

const minute = 60_000

/** The key that `new-box` shows. */
export const shownKey: HostKey = {
  type: 'ED25519',
  fingerprint: 'SHA256:Kq3mJ0wPVbW9S7cVnqzGm3yHcTrm0Y4hXH8rE2a1bZ0',
}

/** A machine in every state that there is, by its name. */
export function hostsOfEveryState(now: number): readonly HostRow[] {
  const gibibyte = 2 ** 30
  const trouble = (message: string, hint: string) => ({ at: now - 2 * minute, message, hint })
  const refused = (
    because: 'authentication' | 'unknown-key' | 'changed-key' | 'unusable',
    key: HostKey | null = null,
  ) => ({ kind: 'refused', since: now - 3 * minute, because, key }) satisfies HostState
  return [
    localRow({ gpus: [gpuRow(0, 6, 5, 'NVIDIA RTX 4090')], processes: { total: 12, running: 9 } }),
    sshRow(
      'gpu-01',
      { kind: 'connected', since: now - 90 * minute },
      {
        latencyMs: 12.4,
        cores: 64,
        load1: 51.2,
        memory: { totalBytes: 256 * gibibyte, usedBytes: 221 * gibibyte },
        gpus: [gpuRow(0, 94, 77), gpuRow(1, 0, 1), gpuRow(2, 98, 91), gpuRow(3, 62, 40)],
        processes: { total: 4, running: 3 },
      },
    ),
    sshRow(
      'lab-ws-2',
      { kind: 'unreachable', since: now - 2 * minute, retryAt: now + 40_000 },
      {
        processes: { total: 2, running: 0 },
        lastError: trouble('No route to host.', 'Check that it is switched on, and the network'),
      },
    ),
    sshRow(
      'train-7',
      { kind: 'reconnecting', since: now - 8000, attempt: 2, retryAt: now + 4000 },
      {
        lastError: trouble('The connection was closed by the other side.', ''),
      },
    ),
    sshRow('fresh', { kind: 'connecting', since: now - 1000 }),
    sshRow('bastion', refused('authentication'), {
      lastError: trouble('Permission denied (publickey).', 'Check that ssh bastion works by itself'),
    }),
    sshRow('new-box', refused('unknown-key', shownKey), {
      lastError: trouble('The host key is not known.', 'Compare it, then trust it'),
    }),
    sshRow('moved', refused('changed-key'), {
      lastError: trouble('The host key is not the one in known_hosts.', 'ssh-keygen -R moved'),
    }),
    sshRow('mac-mini', refused('unusable'), { lastError: trouble('There is no /proc.', 'It needs Linux') }),
    sshRow('spare', { kind: 'idle' }),
    ...['hpc-login', 'storage', 'win-box'].map((name) =>
      sshRow(name, { kind: 'idle' }, { from: 'ssh-config', address: null }),
    ),
  ]
}

const steps = [
  ['Name', 'me@gpu-01.example.org:22'],
  ['Host key', 'Listed in known_hosts'],
  ['Connection', 'Logged in'],
  ['Shell', '/usr/bin/dash'],
  ['/proc', '6f6d6f0e-5c3c-4b6f-9b0e-8a8f6ad1b2c3'],
  ['State folder', '/home/me/.local/state/procession'],
  ['Latency', '12.1 ms'],
  ['GPU', '4 GPUs: 4 × NVIDIA A100 40GB'],
] as const

/** A daemon with hosts that can be added, removed, tested and trusted. Tests of `hangs` never end. */
export class FakeHosts {
  readonly rows: Map<string, HostRow>
  hangs = ''
  #daemon: FakeDaemon | null = null

  constructor(rows: readonly HostRow[]) {
    this.rows = new Map(rows.map((row) => [row.name, row]))
  }

  /** What the daemon begins with. */
  snapshot(processes: readonly ProcessRow[] = []): RowsSnapshot {
    return { sessions: [sessionRow()], processes: [...processes], dependences: [], hosts: [...this.rows.values()] }
  }

  /** Tells this daemon about changes from now on. */
  publishTo(daemon: FakeDaemon): void {
    this.#daemon = daemon
  }

  set(row: HostRow): void {
    this.rows.set(row.name, row)
    this.#daemon?.tell({ kind: 'host', host: row })
  }

  readonly calls: NonNullable<FakeDaemonOptions['calls']> = {
    'hosts.list': () => success([...this.rows.values()]),
    'hosts.add': (input) => this.#add((input as { name: string }).name),
    'hosts.remove': (input) => this.#remove((input as { name: string }).name),
    'hosts.test': (input) => this.#test((input as { name: string }).name),
    'hosts.trust': (input) => this.#trust(input as { name: string; fingerprint: string | null }),
  }

  #add(name: string): FakeAnswer {
    if (name === 'refused-by-daemon') return failure('bad_input', 'config.yaml has problems.', 'Correct it')
    const row = sshRow(name, { kind: 'idle' })
    this.set(row)
    return success(row)
  }

  #remove(name: string): FakeAnswer {
    const running = this.rows.get(name)?.processes.running ?? 0
    if (running > 0) return failure('conflict', `${running} processes may run on ${name}.`, 'Stop or detach them first')
    this.rows.delete(name)
    this.#daemon?.tell({ kind: 'host-removed', name })
    return success({})
  }

  #test(name: string): FakeAnswer | Promise<FakeAnswer> {
    if (name === this.hangs) return new Promise(() => {})
    const host = this.rows.get(name)
    const isWell = host?.state.kind === 'connected'
    const answered = steps.map(([what, detail]) => ({ what, ok: true, detail }))
    const wrong = { what: 'Connection', ok: false, detail: host?.lastError?.message ?? 'No answer within 10 s.' }
    return success({ host, ok: isWell, steps: isWell ? answered : [...answered.slice(0, 1), wrong] })
  }

  #trust({ name, fingerprint }: { readonly name: string; readonly fingerprint: string | null }): FakeAnswer {
    if (fingerprint === null) return success({ key: shownKey, trusted: false })
    this.set(sshRow(name, { kind: 'connected', since: Date.now() }, { latencyMs: 3.2 }))
    return success({ key: shownKey, trusted: true })
  }
}
