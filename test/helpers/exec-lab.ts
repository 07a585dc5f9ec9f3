import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { findCommand } from '../../scripts/lib/system-packages.mjs'
import { createExecHost } from '../../src/main/daemon/adapters/exec/index.ts'
import { readStat } from '../../src/main/daemon/adapters/exec/proc.ts'
import type { ProcessHost, RunFiles, RunRecord, RunSpec, TreeTarget } from '../../src/main/daemon/host/port.ts'
import type { ProgramIdentity, RunMark } from '../../src/shared/domain/identity.ts'
import type { RunEnd } from '../../src/shared/domain/run-end.ts'
import { requireParts, skipOrFail } from './real-parts.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { until } from './until.ts'

/** The shells that the shim must work in; `bash --posix` is bash when it is called sh. */
export const shellNames = ['dash', 'bash', 'bash --posix', 'busybox'] as const
export type ShellName = (typeof shellNames)[number]

/** What a shell is called and by which name it must be run to behave as itself. */
const shells: Record<ShellName, { readonly command: string; readonly runAs: string }> = {
  dash: { command: 'dash', runAs: 'dash' },
  bash: { command: 'bash', runAs: 'bash' },
  'bash --posix': { command: 'bash', runAs: 'sh' },
  busybox: { command: 'busybox', runAs: 'ash' },
}

type Skippable = Parameters<typeof requireParts>[0]

/** Skips the test, or fails it where real parts are required, when this machine lacks the shell. */
export function requireShell(context: Skippable, shell: ShellName): void {
  if (shell === 'busybox') requireParts(context, 'busybox')
  else if (findCommand(shells[shell].command) === null) skipOrFail(context, `needs ${shells[shell].command}`)
}

/** One run that was asked for. */
export type LabRun = {
  readonly spec: RunSpec
  readonly mark: RunMark
  readonly files: RunFiles
  /** As the supervisor knows it before the `S` line. */
  readonly target: TreeTarget
}

/** What differs from the usual run. */
export type RunChanges = Partial<Omit<RunSpec, 'place'>> & { readonly mark?: RunMark; readonly files?: RunFiles }

/** No session has it: what runs here belongs to none. */
const sessionId = '00000000-0000-4000-8000-0000000005e5'

/** The environment of every program here: nothing of the test's own. */
const plainEnvironment = { PATH: process.env.PATH ?? '/usr/bin:/bin', LANG: 'C' }

/**
 * A host with a folder of its own. When it is disposed of, everything that its runs started and every bystander is
 * gone.
 */
export class ExecLab implements AsyncDisposable {
  readonly folder: string
  readonly host: ProcessHost
  private readonly removeFolder: () => PromiseLike<void>
  private readonly runs: LabRun[] = []
  private readonly bystanders: ChildProcess[] = []
  private readonly strays: ProgramIdentity[] = []

  private constructor(folder: string, removeFolder: () => PromiseLike<void>, host: ProcessHost) {
    this.folder = folder
    this.removeFolder = removeFolder
    this.host = host
  }

  static async create(shell?: ShellName): Promise<ExecLab> {
    return ExecLab.with(shell, (folder, path) => createExecHost({ shimFolder: join(folder, 'shims'), shell: path }))
  }

  /** With a host of another kind, which `open` makes of the lab's folder and the path of the shell. */
  static async with(
    shell: ShellName | undefined,
    open: (folder: string, shell: string) => ProcessHost | Promise<ProcessHost>,
  ): Promise<ExecLab> {
    const folder = await temporaryFolder()
    mkdirSync(join(folder.path, 'records'))
    const path = shell === undefined ? '/bin/sh' : linkShell(folder.path, shell)
    const host = await open(folder.path, path)
    return new ExecLab(folder.path, () => folder[Symbol.asyncDispose](), host)
  }

  /** Something to run, not started. `processId` is new unless given. */
  prepare(argv: readonly string[], { mark: given, files: places, ...changes }: RunChanges = {}): LabRun {
    const mark = given ?? { processId: randomUUID(), run: 1 }
    const files = places ?? {
      record: join(this.folder, 'records', `${mark.processId}.${mark.run}`),
      out: join(this.folder, `${mark.processId}.out`),
      err: join(this.folder, `${mark.processId}.err`),
    }
    const place = { sessionId, processId: mark.processId, name: `lab-${mark.processId}`, run: mark.run, files }
    return {
      spec: { argv, cwd: this.folder, env: plainEnvironment, ...changes, place },
      mark,
      files,
      target: { ...place, program: null, logFiles: [files.out, files.err] },
    }
  }

  /** Starts it; the program may not be running yet. */
  async start(argv: readonly string[], changes: RunChanges = {}): Promise<LabRun> {
    const run = this.prepare(argv, changes)
    this.runs.push(run)
    const result = await this.host.launch(run.spec)
    if (!result.ok) throw new Error(`${result.message} ${result.hint}`)
    return run
  }

  /** Starts a shell script and waits for its identity. */
  async startScript(script: string, changes: RunChanges = {}): Promise<LabRun> {
    const run = await this.start(['/bin/sh', '-c', script], changes)
    return { ...run, target: { ...run.target, program: await this.program(run) } }
  }

  /** The identity that the record gives. */
  program(run: LabRun): Promise<NonNullable<RunRecord['program']>> {
    return until(() => this.host.readRecord(run.files.record).program, { what: 'the identity in the record' })
  }

  /** The end that the record gives. */
  async end(run: LabRun): Promise<RunEnd> {
    const { record } = run.files
    await until(() => this.host.readRecord(record).end, { what: 'the end in the record' })
    return this.host.endOf(this.host.readRecord(record), record)
  }

  /** Runs a program to its end. */
  async run(argv: readonly string[], changes: RunChanges = {}): Promise<{ run: LabRun; end: RunEnd }> {
    const run = await this.start(argv, changes)
    return { run, end: await this.end(run) }
  }

  /** A path that scripts may write their pid to with `echo $$ >NAME` (they run in the lab's folder). */
  async pidWrittenTo(name: string): Promise<ProgramIdentity> {
    const path = join(this.folder, name)
    const text = await until(
      () => existsSync(path) && readFileSync(path, 'utf8').endsWith('\n') && readFileSync(path, 'utf8'),
      {
        what: `a pid in ${name}`,
      },
    )
    const identity = this.identityOf(Number(text))
    this.strays.push(identity)
    return identity
  }

  /** False once it has ended. */
  async isAlive(identity: ProgramIdentity): Promise<boolean> {
    return (await this.host.look([identity]))[0] !== 'gone'
  }

  identityOf(pid: number): ProgramIdentity {
    const stat = readStat(pid)
    if (stat === undefined) throw new Error(`process ${pid} is gone`)
    return { bootId: this.host.bootId, pid, startTime: stat.startTime }
  }

  /** A process that is none of ours, in a session of its own. */
  async bystander(argv: readonly [string, ...string[]], env: Record<string, string> = {}): Promise<ProgramIdentity> {
    const [command, ...rest] = argv
    const child = spawn(command, rest, {
      cwd: this.folder,
      env: { ...plainEnvironment, ...env },
      stdio: 'ignore',
      detached: true,
    })
    this.bystanders.push(child)
    await once(child, 'spawn')
    return this.identityOf(Number(child.pid))
  }

  /** A script that is written into the lab's folder. */
  script(name: string, text: string, mode = 0o700): string {
    const path = join(this.folder, name)
    writeFileSync(path, text, { mode })
    return path
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.endAll()
    await this.removeFolder()
  }

  /** Ends everything that was started here. */
  async endAll(): Promise<void> {
    for (const run of this.runs.splice(0)) await this.endRun(run)
    for (const identity of this.strays.splice(0)) {
      if (await this.isAlive(identity)) process.kill(identity.pid, 'SIGKILL')
    }
    for (const child of this.bystanders.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      const gone = once(child, 'exit')
      // It leads a group of its own, in which are the children of a shell.
      process.kill(-Number(child.pid), 'SIGKILL')
      await gone
    }
  }

  private async endRun(run: LabRun): Promise<void> {
    const { program } = this.host.readRecord(run.files.record)
    const target = { ...run.target, program }
    await this.host.killTree(target)
    await until(async () => (await this.host.treeMembers(target)).length === 0, { what: 'the end of a test process' })
  }
}

function linkShell(folder: string, shell: ShellName): string {
  const { command, runAs } = shells[shell]
  const path = join(folder, 'shells', runAs)
  mkdirSync(join(folder, 'shells'))
  symlinkSync(findCommand(command) ?? command, path)
  return path
}
