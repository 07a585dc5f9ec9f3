import { lstatSync, readFileSync } from 'node:fs'

/**
 * The text of a file that we write; empty for one that is not there. Null for what is no regular file or cannot be read:
 * a link could lead anywhere, and reading a pipe would never end.
 */
export function readOwnFile(path: string): string | null {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (!stat) return ''
  if (!stat.isFile()) return null
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
