import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ImportNote } from '../../../shared/domain/import-plan.ts'
import { type Note, noteIn } from './notes.ts'
import { foreignSizeLimit, readText } from './read-text.ts'
import { parseYaml, type YamlMap } from './yaml-tree.ts'

/** adjective-noun, as gutools calls its files; anything else it never looked at. */
export const namePattern = '\\w+-\\w+(?:-\\d+)?'

/** Files of one folder; more are no session. */
const mostFiles = 20_000
/** All files together: reading more would keep the daemon from its work. */
const totalLimit = 8 * foreignSizeLimit

/** A gutools session on disk. Nothing outside of it is read: symbolic links are left alone. */
export type GutoolsFolder = {
  readonly root: string
  /** Names of the regular files in a subfolder, sorted; empty where there is none. */
  readonly files: (folder: string) => readonly string[]
  /** The map in a YAML file; null, with a note, for what cannot be read. */
  readonly yaml: (folder: string, file: string) => { readonly map: YamlMap; readonly note: Note } | null
  /** Size of a regular file in bytes; null where there is none. */
  readonly size: (folder: string, file: string) => number | null
  readonly noteIn: (file: string) => Note
}

export function openGutoolsFolder(root: string, notes: ImportNote[]): GutoolsFolder {
  let left = totalLimit
  const isReal = (folder: string) => lstatSync(join(root, folder), { throwIfNoEntry: false })?.isDirectory() ?? false
  const size = (folder: string, file: string) => {
    const stat = isReal(folder) ? lstatSync(join(root, folder, file), { throwIfNoEntry: false }) : undefined
    return stat?.isFile() ? stat.size : null
  }
  return {
    root,
    size,
    noteIn: (file) => noteIn(notes, file),
    files(folder) {
      const note = noteIn(notes, folder)
      const stat = lstatSync(join(root, folder), { throwIfNoEntry: false })
      if (stat?.isSymbolicLink()) note(null, folder, 'a symbolic link, which is not followed')
      if (!stat?.isDirectory()) return []
      const entries = readdirSync(join(root, folder), { withFileTypes: true }).filter((entry) => entry.isFile())
      if (entries.length > mostFiles) note(null, folder, `only the first ${mostFiles} files are read`)
      return entries
        .map(({ name }) => name)
        .sort()
        .slice(0, mostFiles)
    },
    yaml(folder, file) {
      const note = noteIn(notes, `${folder}/${file}`)
      left -= size(folder, file) ?? 0
      if (left < 0) {
        note(null, 'file', `not read: the folder holds more than ${totalLimit / 2 ** 20} MiB`)
        return null
      }
      const text = readText(join(root, folder, file), foreignSizeLimit, 'nofollow')
      if (!text.ok) {
        note(null, 'file', text.message)
        return null
      }
      const tree = parseYaml(text.value)
      if (!tree.ok) note(tree.line, 'file', tree.problem)
      else if (tree.value.kind !== 'map') note(tree.value.line, 'file', 'this is not a map of names and values')
      else return { map: tree.value, note }
      return null
    },
  }
}
