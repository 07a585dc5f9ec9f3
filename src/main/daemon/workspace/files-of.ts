import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { WorkspacePaths } from './layout.ts'

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

/** Every file of one process; names that contain a dot are told by their whole beginning. */
export const filesOf = (paths: WorkspacePaths, name: string): string[] =>
  namedFolders.flatMap((folder) =>
    listQuietly(join(paths.root, folder))
      .filter((file) => file.startsWith(`${name}.`) || file.startsWith(`.${name}.`))
      .map((file) => join(paths.root, folder, file)),
  )

function listQuietly(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
