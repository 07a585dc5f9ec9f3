import { readFileSync, statSync } from 'node:fs'
import * as z from 'zod'
import { writeFileAtomically } from '../../files/atomic-file.ts'

const fileSchema = z.strictObject({ version: z.literal(1), secrets: z.record(z.string(), z.string()) })

/** What is kept of one process beside its redacted definition: the real URI, command line and environment values. */
export const processSecretSchema = z.strictObject({
  uri: z.string(),
  argv: z.array(z.string()),
  env: z.record(z.string(), z.string()),
})
export type ProcessSecret = z.output<typeof processSecretSchema>

/**
 * The one file that holds secrets, readable by the daemon's user only (docs/decisions/secrets-file.md). Values are text
 * under a reference. Throws when the file is damaged or belongs to somebody else: going on could lose what is in it.
 */
export class SecretsFile {
  readonly #path: string
  readonly #secrets: Map<string, string>

  constructor(path: string) {
    this.#path = path
    this.#secrets = new Map(Object.entries(readSecrets(path)))
  }

  /** Null when there is no such secret, or it does not have the shape of a process's. */
  process(reference: string): ProcessSecret | null {
    const text = this.#secrets.get(reference)
    if (text === undefined) return null
    const parsed = processSecretSchema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  }

  setProcess(reference: string, secret: ProcessSecret): void {
    const text = JSON.stringify(secret)
    if (this.#secrets.get(reference) === text) return
    this.#secrets.set(reference, text)
    this.#save()
  }

  remove(reference: string): void {
    if (this.#secrets.delete(reference)) this.#save()
  }

  #save(): void {
    const content = { version: 1, secrets: Object.fromEntries(this.#secrets) }
    writeFileAtomically(this.#path, `${JSON.stringify(content, null, 2)}\n`, 0o600)
  }
}

function readSecrets(path: string): Record<string, string> {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) return {}
  if (stat.uid !== process.getuid?.() || (stat.mode & 0o077) !== 0) {
    throw new Error(
      `The secrets file ${path} must belong to you and be closed to others (mode 0600). Run: chmod 600 '${path}'`,
    )
  }
  const parsed = fileSchema.safeParse(parseJson(readFileSync(path, 'utf8')))
  if (!parsed.success) {
    throw new Error(`The secrets file ${path} is damaged. Restore it from a backup, or move it away to begin a new one`)
  }
  return parsed.data.secrets
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
