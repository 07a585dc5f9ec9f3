import { readFileSync } from 'node:fs'
import { parseDocument } from 'yaml'
import { writeFileAtomically } from '../../files/atomic-file.ts'
import type { WorkspacePaths } from './layout.ts'

/**
 * Writes `dependences: {child: [parent:state]}` into `etc/session.yaml`; everything else in it stays. A file that is not
 * YAML is left alone: it is a person's. Throws the system's error.
 */
export function mirrorDependences(paths: WorkspacePaths, dependences: Readonly<Record<string, readonly string[]>>) {
  const path = paths.etc('session')
  const text = readText(path)
  const document = parseDocument(text)
  if (document.errors.length > 0) return
  document.set('dependences', document.createNode(dependences))
  const next = document.toString()
  if (next !== text) writeFileAtomically(path, next, 0o600)
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
