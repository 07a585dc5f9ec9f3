import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:fs'
import { access, type FileHandle, open, stat } from 'node:fs/promises'
import { formatMark, markVariable } from '../../../../shared/domain/identity.ts'
import { type Failure, failure, type Result, success } from '../../../../shared/domain/result.ts'
import { explainCwd, explainFile, explainShim, explainSpawn } from './launch-errors.ts'
import type { RunFiles, RunSpec } from './port.ts'
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
  const files = await openFiles(spec.files)
  if (!files.ok) return files
  await using opened = files.value
  await launcher.turn()
  return spawnShim(spec, launcher.shell, shim.value, opened)
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

/** Asked before, because spawn(2) says the same ENOENT for a missing folder and a missing shell. */
async function findCwdProblem(cwd: string): Promise<Failure | undefined> {
  try {
    if (!(await stat(cwd)).isDirectory()) return explainCwd(cwd, 'ENOTDIR')
    await access(cwd, constants.X_OK)
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

class OpenFiles {
  private readonly handles: FileHandle[] = []

  async open(path: string, flags: 'a' | 'r+'): Promise<FileHandle> {
    // Logs may hold secrets that a program prints.
    const handle = await open(path, flags, 0o600)
    this.handles.push(handle)
    return handle
  }

  /** In the order of descriptors 1 to 4 of the shim. */
  get descriptors(): readonly number[] {
    return this.handles.map((handle) => handle.fd)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.handles.map((handle) => handle.close()))
  }
}

/**
 * Descriptor 1 the program's output, 2 the record, 3 a spare, 4 the program's errors. The spare is a real file, since a
 * number left free would be taken by the first file that the shell opens.
 */
async function openFiles(files: RunFiles): Promise<Result<OpenFiles>> {
  const opened = new OpenFiles()
  let path = files.out
  try {
    await opened.open(path, 'a')
    path = files.record
    const record = await opened.open(path, 'a')
    if ((await record.stat()).size > 0) {
      await opened[Symbol.asyncDispose]()
      return failure('conflict', `${path} already belongs to a run.`, 'Start the process again: that makes a new run.')
    }
    path = '/dev/null'
    await opened.open(path, 'r+')
    path = files.err
    await opened.open(path, 'a')
    return success(opened)
  } catch (error) {
    await opened[Symbol.asyncDispose]()
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
    const child = spawn(shell, [shim, spec.files.record, ...spec.argv], {
      cwd: spec.cwd,
      env: { ...spec.env, [markVariable]: formatMark(spec.mark) },
      stdio: ['ignore', ...files.descriptors],
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
