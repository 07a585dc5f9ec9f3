import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** Paths of all files in `folder` and below that hold `text` anywhere and that `counts` admits; links are not followed. */
export function filesWith(folder: string, text: string, counts: (file: string) => boolean = () => true): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => counts(file) && readFileSync(file).includes(text))
}
