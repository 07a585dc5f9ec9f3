import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import activateScript from '../../../../resources/workspace/bin/activate.sh?raw'
import completerScript from '../../../../resources/workspace/bin/install_bash_completer.rc?raw'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { makeFolder } from '../../files/make-folder.ts'
import { fileFailure } from './file-failure.ts'

/** The folders of a workspace, as gutools Session lays it out. */
const folders = ['bin', 'db', 'err', 'etc', 'fp', 'out', 'pid'] as const

const sessionYaml = `# What is copied and rendered into a new workspace, and which process waits for which.
copy:
  bin: bin/*.*
  out: ''
  pid: ''
  fp: ''
  err: ''
templates:
  scripts: bin/*.sh
dependences: {}
`

/** Every path in one workspace. */
export const workspacePaths = (root: string) => ({
  root,
  database: join(root, 'db', 'session.db'),
  lock: join(root, 'db', 'session.lock'),
  records: join(root, 'pid'),
  record: (name: string, run: number) => join(root, 'pid', `${name}.${run}.rec`),
  pid: (name: string) => join(root, 'pid', `${name}.pid`),
  out: (name: string) => join(root, 'out', `${name}.out`),
  err: (name: string) => join(root, 'err', `${name}.out`),
  /** Beside the logs, hidden: when which byte was written. */
  outIndex: (name: string) => join(root, 'out', `.${name}.times`),
  errIndex: (name: string) => join(root, 'err', `.${name}.times`),
  etc: (name: string) => join(root, 'etc', `${name}.yaml`),
  fingerprint: (name: string, state: string) => join(root, 'fp', `${name}.${state}.yaml`),
  processDatabase: (name: string) => join(root, 'db', `${name}.db`),
})

export type WorkspacePaths = ReturnType<typeof workspacePaths>

/** `<name>.<run>.rec`; null for any other file of pid/. */
export function parseRecordName(fileName: string): { readonly name: string; readonly run: number } | null {
  const match = /^(.+)\.(\d{1,9})\.rec$/.exec(fileName)
  return match?.[1] && match[2] ? { name: match[1], run: Number(match[2]) } : null
}

export const isWorkspace = (folder: string): boolean => existsSync(join(folder, 'db', 'session.db'))

/** The workspace that `folder` is or lies in; null when there is none up to the root. */
export function findWorkspace(folder: string): string | null {
  let candidate = resolve(folder)
  for (;;) {
    if (isWorkspace(candidate)) return candidate
    const parent = dirname(candidate)
    if (parent === candidate) return null
    candidate = parent
  }
}

/**
 * Creates the layout in `root`; files that are there already are left as they are, so doing it twice is harmless.
 * Failures: inside another workspace (`conflict`), not writable (`not_permitted`), a file in the way (`bad_input`).
 */
export function createLayout(root: string): Result<null> {
  const outer = findWorkspace(dirname(root))
  if (outer !== null && !isWorkspace(root)) {
    return failure(
      'conflict',
      `${root} lies inside the session ${outer}.`,
      'Choose a folder outside of it, or use that session with -C',
    )
  }
  try {
    makeFolder(root)
    for (const folder of folders) {
      // Not group writable whatever the umask: a workspace is executable input.
      makeFolder(join(root, folder), 0o755)
    }
    for (const folder of ['out', 'err', 'pid', 'db']) chmodSync(join(root, folder), 0o700)
    writeOnce(join(root, 'etc', 'session.yaml'), sessionYaml)
    writeOnce(join(root, 'bin', 'activate.sh'), activateScript)
    writeOnce(join(root, 'bin', 'install_bash_completer.rc'), completerScript)
    return success(null)
  } catch (error) {
    return fileFailure(error, `Could not create a session in ${root}`)
  }
}

function writeOnce(path: string, text: string): void {
  if (!existsSync(path)) writeFileSync(path, text, { flag: 'wx', mode: 0o644 })
}
