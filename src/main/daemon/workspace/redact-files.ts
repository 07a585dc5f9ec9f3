import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Document, isScalar, isSeq, parseDocument, visit } from 'yaml'
import { isSecretKey, redactArgv, redacted, redactUri } from '../../../shared/text/redact.ts'
import { writeFileAtomically } from '../../files/atomic-file.ts'
import type { WorkspacePaths } from './layout.ts'
import { readOwnFile } from './own-file.ts'

/**
 * Takes the secrets out of the YAML files that gutools wrote into `etc/` and `fp/`: it wrote passwords in clear text, once
 * in the URI and once for each part of it. Everything else stays. Throws the system's error.
 */
export function redactFiles(paths: WorkspacePaths): void {
  for (const [folder, pattern] of [
    ['etc', /\.yaml$/],
    ['fp', /\.(?:fp|yaml)$/],
  ] as const) {
    const names = readdirSync(join(paths.root, folder), { withFileTypes: true })
    for (const entry of names) {
      if (entry.isFile() && pattern.test(entry.name)) redactFile(join(paths.root, folder, entry.name))
    }
  }
}

function redactFile(path: string): void {
  const text = readOwnFile(path)
  if (text === null) return
  const document = parseDocument(text)
  if (document.errors.length > 0) return
  if (redactDocument(document)) writeFileAtomically(path, document.toString({ lineWidth: 0 }), 0o600)
}

/** True when anything was secret. */
function redactDocument(document: Document): boolean {
  let isChanged = false
  const put = (node: { value: unknown }, value: string) => {
    if (node.value === value) return
    node.value = value
    isChanged = true
  }
  visit(document, {
    Pair(_, { key, value }) {
      if (!isScalar(key) || !isScalar(value) || value.value === null || value.value === '') return
      if (isSecretKey(String(key.value)) && key.value !== 'secret_ref') put(value, redacted)
      else if (typeof value.value === 'string') put(value, redactText(value.value))
    },
    Seq(_, list) {
      const words = list.items.map((item) => (isScalar(item) ? String(item.value) : ''))
      const shown = redactArgv(words)
      list.items.forEach((item, index) => {
        if (isScalar(item) && !isSeq(item) && shown[index] !== words[index]) put(item, shown[index] ?? '')
      })
    },
  })
  return isChanged
}

/** A URI, or the query of one alone. */
const redactText = (text: string): string => (text.includes('://') ? redactUri(text) : redactUri(`?${text}`).slice(1))
