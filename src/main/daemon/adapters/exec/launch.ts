import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, fstatSync, openSync } from 'node:fs'
import { access } from 'node:fs/promises'
import { formatMark, markVariable } from '../../../../shared/domain/identity.ts'
import { type Failure, failure, type Result, success } from '../../../../shared/domain/result.ts'
import type { RunSpec } from '../../host/port.ts'
import { explainCwd, explainFile, explainShim, explainSpawn } from './launch-errors.ts'
import { ensureShim } from './shim.ts'

export type Launcher = {
  readonly shimFolder: string
  readonly shell: string
  /** Resolves when one more process may be started in this turn of the event loop. */
  readonly turn: () => Promise<void>
}

/** See `ProcessHost.launch`. */
export async function launch(spec: RunSpec, launcher: Launcher): Promise<Result<{ readonly shimPid: number }>> {
  const problem = findProblem(spec) ?? (await findCwdProblem(spec.cwd))
  if (problem !== undefined) return problem
  const shim = placeShim(launcher.shimFolder)
  if (!shim.ok) return shim
  // Before the files are opened, so that a burst of starts holds no more descriptors than it can use.
  await launcher.turn()
  using opened = new OpenFiles()
  return openFiles(opened, spec) ?? (await spawnShim(spec, launcher.shell, shim.value, opened))
}

function findProblem(spec: RunSpec): Failure | undefined {
  if (spec.argv.length === 0) return failure('bad_input', 'There is no program to start.', 'Give a command.')
  const texts = [...spec.argv, spec.cwd, ...Object.entries(spec.env).flat()]
  if (texts.some((text) => text.includes('\0'))) {
    return failure(
      'bad_input',
      'The command, its folder or its environment holds a NUL character.',
      'Remove it: no program can be given one.',
    )
  }
  return undefined
}

/**
 * Asked before, because spawn(2) says the same ENOENT for a missing folder and a missing shell. The only step that leaves
 * the thread: any folder may be on a network share that hangs, while the other files lie where the daemon works anyway.
 */
async function findCwdProblem(cwd: string): Promise<Failure | undefined> {
  try {
    await access(`${cwd}/.`, constants.X_OK)
    return undefined
  } catch (error) {
    return explainCwd(cwd, error)
  }
}

function placeShim(folder: string): Result<string> {
  try {
    return success(ensureShim(folder))
  } catch (error) {
    return explainShim(folder, error)
  }
}

/** Logs may hold secrets that a program prints. */
const fileMode = 0o600

/** A FIFO in the place of a log fails at once, where nobody reads it, instead of holding up the whole daemon (fifo(7)). */
const appendFlags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK

class OpenFiles implements Disposable {
  /** In the order of descriptors 1 to 4 of the shim. */
  readonly descriptors: number[] = []

  private readonly ours: number[] = []

  open(path: string, flags: 'a' | 'r+'): number {
    const descriptor = openSync(path, flags === 'a' ? appendFlags : flags, fileMode)
    this.ours.push(descriptor)
    this.descriptors.push(descriptor)
    return descriptor
  }

  /** Is closed by whoever opened it. */
  lend(descriptor: number): void {
    this.descriptors.push(descriptor)
  }

  [Symbol.dispose](): void {
    for (const descriptor of this.ours) closeSync(descriptor)
  }
}

/**
 * Opens descriptor 1 the program's output, 2 the record, 3 a spare, 4 the program's errors; output and errors are the
 * terminal where there is one. The spare is a real file, since a number left free would be taken by the first file that
 * the shell opens.
 */
function openFiles(opened: OpenFiles, { place: { files }, terminal }: RunSpec): Failure | undefined {
  const openLog = (log: string) => {
    path = log
    if (terminal === undefined) opened.open(log, 'a')
    else opened.lend(terminal)
  }
  let path = files.out
  try {
    openLog(files.out)
    path = files.record
    const record = opened.open(path, 'a')
    if (fstatSync(record).size > 0) {
      return failure('conflict', `${path} already belongs to a run.`, 'Start the process again: that makes a new run.')
    }
    path = '/dev/null'
    opened.open(path, 'r+')
    openLog(files.err)
    return undefined
  } catch (error) {
    return explainFile(path, error)
  }
}

async function spawnShim(
  spec: RunSpec,
  shell: string,
  shim: string,
  files: OpenFiles,
): Promise<Result<{ readonly shimPid: number }>> {
  try {
    const child = spawn(shell, [shim, spec.place.files.record, ...spec.argv], {
      cwd: spec.cwd,
      env: { ...spec.env, [markVariable]: formatMark(spec.place) },
      stdio: [spec.terminal ?? 'ignore', ...files.descriptors],
      // A session and group of its own: it outlives the daemon and no terminal's signals reach it.
      detached: true,
    })
    return success({ shimPid: await spawned(child) })
  } catch (error) {
    return explainSpawn(shell, error)
  }
}

/** Rejects with the reason when there is no process. The end is learned from the record, so the child is let go. */
async function spawned(child: ChildProcess): Promise<number> {
  await once(child, 'spawn')
  child.unref()
  if (child.pid === undefined) throw new Error('The shim was spawned without a pid.')
  return child.pid
}
