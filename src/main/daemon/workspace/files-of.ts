import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseRecordName, type WorkspacePaths } from './layout.ts'

/** Folders of a workspace in which files are named after their process. */
const namedFolders = ['etc', 'fp', 'pid', 'out', 'err', 'db'] as const

export type NamedFolder = (typeof namedFolders)[number]

/** A file of a workspace, and the process whose name it begins with. */
export type NamedFile = {
  readonly folder: NamedFolder
  readonly file: string
  readonly path: string
  readonly name: string
}

/** `<name>.…`, or `.<name>.times` of a time index. */
const nameIn = (file: string): string | null => /^\.?([^.].*?)\.[^/]*$/.exec(file)?.[1] ?? null

/** Files of the workspace that are named after a process. A folder that cannot be read has none. */
export function namedFiles(paths: WorkspacePaths): NamedFile[] {
  return namedFolders.flatMap((folder) =>
    listQuietly(join(paths.root, folder)).flatMap((file) => {
      const name = nameIn(file)
      return name === null ? [] : [{ folder, file, path: join(paths.root, folder, file), name }]
    }),
  )
}

/** Every file of one process. `others` are the names and aliases of the others: one may begin with this name and a dot. */
export function filesOf(paths: WorkspacePaths, name: string, others: readonly string[]): string[] {
  const isOf = (file: string, owner: string) => file.startsWith(`${owner}.`) || file.startsWith(`.${owner}.`)
  const longer = others.filter((other) => other.startsWith(`${name}.`))
  return namedFolders.flatMap((folder) =>
    listQuietly(join(paths.root, folder))
      .filter((file) => isOf(file, name) && !longer.some((other) => isOf(file, other)))
      .map((file) => join(paths.root, folder, file)),
  )
}

/**
 * The highest number of a run of this name that has a record, 0 where none has: a process that was detached may have had
 * the name, and the shim of its last run may still write to its record.
 */
export function lastRecordedRun(paths: WorkspacePaths, name: string): number {
  const runs = listQuietly(paths.records).flatMap((file) => {
    const record = parseRecordName(file)
    return record?.name === name ? [record.run] : []
  })
  return Math.max(0, ...runs)
}

function listQuietly(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
