import { isSecretVariable, redactArgv, redacted, redactUri } from '../../../shared/text/redact.ts'
import type { Definition } from '../store/process-record.ts'
import type { ProcessSecret } from '../store/secrets-file.ts'

/** What a process is really started with. Dots stand where the value is not on this machine. */
export type RealValues = {
  readonly uri: string
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

export type HiddenValues = RealValues & {
  /** The real values, for the secrets file alone; null when nothing of them is secret. */
  readonly secret: ProcessSecret | null
  /** True when dots stand for a value that is nowhere: only a person can bring it. */
  readonly isLost: boolean
}

/** What is stored of a process with its secrets put back. */
export const realValuesOf = (
  definition: Pick<Definition, 'uri' | 'argv' | 'env'>,
  secret: ProcessSecret | null,
): RealValues => ({
  uri: secret?.uri ?? definition.uri,
  argv: secret?.argv ?? definition.argv,
  env: { ...definition.env, ...secret?.env },
})

/** Parts real values into what may be seen and what may not. `secretNames` are variables that are secret whatever they hold. */
export function hideValues(real: RealValues, secretNames: ReadonlySet<string> = new Set()): HiddenValues {
  const uri = redactUri(real.uri)
  const argv = redactArgv(real.argv)
  const isSecret = (name: string, value: string) =>
    value === redacted || secretNames.has(name) || isSecretVariable(name, value)
  const entries = Object.entries(real.env)
  const secretEnv = entries.filter(([name, value]) => value !== redacted && isSecret(name, value))
  const isHidden = uri !== real.uri || argv.some((element, index) => element !== real.argv[index])
  return {
    uri,
    argv,
    env: Object.fromEntries(entries.map(([name, value]) => [name, isSecret(name, value) ? redacted : value])),
    secret:
      isHidden || secretEnv.length > 0
        ? { uri: real.uri, argv: [...real.argv], env: Object.fromEntries(secretEnv) }
        : null,
    isLost:
      real.uri.includes(redacted) ||
      real.argv.some((element) => element.includes(redacted)) ||
      entries.some(([, value]) => value === redacted),
  }
}

/** A list as it is shown, and the real elements behind it. */
type Stored = { readonly shown: readonly string[]; readonly real: readonly string[] }

/**
 * A written command line with the stored secret wherever an element is what is shown for it, in any order. An element
 * with dots that stand for nothing stored stays as it is.
 */
export function revealArgv(written: readonly string[], { shown, real }: Stored): string[] {
  const behind = new Map<string, string[]>()
  shown.forEach((element, index) => {
    const value = real[index]
    if (value === undefined || value === element) return
    const key = keyAt(shown, index)
    behind.set(key, [...(behind.get(key) ?? []), value])
  })
  return written.map((element, index) => {
    if (!element.includes(redacted)) return element
    return behind.get(keyAt(written, index))?.shift() ?? element
  })
}

/** Bare dots mean nothing without the flag before them. */
const keyAt = (argv: readonly string[], index: number): string =>
  argv[index] === redacted ? `${argv[index - 1] ?? ''}\0${redacted}` : (argv[index] ?? '')

/** The same for a URI, pair by pair. */
export function revealUri(written: string, shown: string, real: string): string {
  const parts = (uri: string) => uri.split(/([?&#])/)
  return revealArgv(parts(written), { shown: parts(shown), real: parts(real) }).join('')
}

/** The same for an environment, variable by variable. */
export const revealEnv = (
  written: Readonly<Record<string, string>>,
  stored: Readonly<Record<string, string>>,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(written).map(([name, value]) => [name, value === redacted ? (stored[name] ?? value) : value]),
  )
