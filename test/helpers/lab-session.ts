import path from 'node:path'
import process from 'node:process'
import type { InputOf, OutputOf } from '../../src/shared/contract/contract.ts'
import type { LifeKind } from '../../src/shared/domain/life.ts'
import type { ProcessRow, RunRow } from '../../src/shared/domain/rows.ts'
import type { DaemonLab } from './daemon-lab.ts'
import { until } from './until.ts'

/** A session of its own in the daemon of a lab: tests that share a daemon do not see each other's processes. */
export class LabSession {
  readonly lab: DaemonLab
  readonly workspace: string

  private constructor(lab: DaemonLab, workspace: string) {
    this.lab = lab
    this.workspace = workspace
  }

  static async create(lab: DaemonLab, name: string): Promise<LabSession> {
    const workspace = path.join(lab.folder, name)
    await lab.ask('sessions.init', { path: workspace })
    return new LabSession(lab, workspace)
  }

  target(ref: string): { workspace: string; ref: string } {
    return { workspace: this.workspace, ref }
  }

  /** Starts a shell script; its policy is `always` and its shutdown 1 unless `more` says otherwise. */
  async start(alias: string, script: string, more: Partial<InputOf<'process.start'>> = {}): Promise<ProcessRow> {
    const asked = { restart: 'always', shutdown: true, ...more } as const
    return this.lab.startScript(alias, script, { workspace: this.workspace, ...asked })
  }

  /** The second of each pair depends on the first, as `parent` or `parent:state`. */
  async depend(...pairs: readonly (readonly [parent: string, child: string])[]): Promise<void> {
    for (const [parent, child] of pairs) {
      await this.lab.ask('dependences.add', { workspace: this.workspace, parents: [parent], children: [child] })
    }
  }

  async row(ref: string): Promise<ProcessRow> {
    return (await this.lab.ask('process.show', this.target(ref))).row
  }

  /** Newest first. */
  async runs(ref: string): Promise<readonly RunRow[]> {
    return (await this.lab.ask('process.show', this.target(ref))).runs
  }

  untilRow(ref: string, what: string, condition: (row: ProcessRow) => boolean): Promise<ProcessRow> {
    return until(
      async () => {
        const row = await this.row(ref)
        return condition(row) ? row : null
      },
      { what: `${ref} ${what}` },
    )
  }

  untilLife(ref: string, kind: LifeKind): Promise<ProcessRow> {
    return this.untilRow(ref, `is ${kind}`, ({ life }) => life.kind === kind)
  }

  /** Resolves when the sweep has looked at the session three times: each pause of a program and each end of one takes one. */
  async threeSweeps(ref: string): Promise<void> {
    const { life } = await this.row(ref)
    if (life.kind !== 'up') throw new Error(`${ref} is ${life.kind}`)
    for (const [signal, seen] of [
      ['SIGSTOP', 'paused'],
      ['SIGCONT', 'up'],
      ['SIGSTOP', 'paused'],
      ['SIGCONT', 'up'],
    ] as const) {
      process.kill(life.program.identity.pid, signal)
      await this.untilLife(ref, seen)
    }
  }

  activate(yes = false): Promise<OutputOf<'sessions.activate'>> {
    return this.lab.ask('sessions.activate', { workspace: this.workspace, yes })
  }

  deactivate(): Promise<OutputOf<'sessions.deactivate'>> {
    return this.lab.ask('sessions.deactivate', { workspace: this.workspace })
  }

  /** Ends these by hand and does not wait for a word of theirs. */
  async stop(...refs: readonly string[]): Promise<OutputOf<'process.stop'>> {
    return this.lab.ask('process.stop', { targets: refs.map((ref) => this.target(ref)), now: true, wait: true })
  }
}
