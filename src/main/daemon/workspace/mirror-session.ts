import { isMap, parseDocument } from 'yaml'
import { writeFileAtomically } from '../../files/atomic-file.ts'
import type { WorkspacePaths } from './layout.ts'
import { readOwnFile } from './own-file.ts'

/**
 * Writes `dependences: {child: [parent:state]}` into `etc/session.yaml`; everything else in it stays. A file that is no
 * map in YAML, or no regular file, is left alone: it is a person's. Throws the system's error.
 */
export function mirrorDependences(paths: WorkspacePaths, dependences: Readonly<Record<string, readonly string[]>>) {
  const path = paths.etc('session')
  const text = readOwnFile(path)
  if (text === null) return
  const document = parseDocument(text)
  if (document.errors.length > 0 || !(document.contents === null || isMap(document.contents))) return
  if (JSON.stringify(document.toJS()?.dependences) === JSON.stringify(dependences)) return
  document.set('dependences', document.createNode(dependences))
  const next = document.toString({ lineWidth: 0 })
  if (next !== text) writeFileAtomically(path, next, 0o600)
}
