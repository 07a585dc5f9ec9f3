import { stringify } from 'yaml'
import { isSecretKey, redactArgv, redacted } from '../../shared/text/redact.ts'
import type { Config } from './schema.ts'

/** Keys that hold secrets here although the word alone is none: the tokens of the interface, the user keys of sources. */
const secretKeysHere: readonly string[] = ['tokens', 'key']
/** The whole address is the secret: who knows it may post. */
const secretAddresses: readonly string[] = ['webhook']

/** The settings as they may be shown: dots in the place of each secret. References (`env:NAME`, `file:PATH`) are none. */
export const redactConfig = (config: Config): unknown => redactPart(config, [])

/** The settings as YAML, redacted; empty where none is set. */
export function configText(config: Config): string {
  const { handlers, ...rest } = config
  const shown = Object.keys(handlers).length > 0 ? config : rest
  return Object.keys(shown).length === 0 ? '' : stringify(redactPart(shown, []))
}

function redactPart(value: unknown, path: readonly string[]): unknown {
  if (Array.isArray(value)) return redactList(value, path)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, redactPart(part, [...path, key])]))
  }
  if (value === null || typeof value === 'boolean' || isReference(value)) return value
  if (path.some((key) => isSecretKey(key) || secretKeysHere.includes(key))) return redacted
  if (typeof value !== 'string') return value
  return path.some((key) => secretAddresses.includes(key)) ? hidePath(value) : (redactArgv([value])[0] ?? '')
}

/** A list of texts may be a command line, in which a flag makes the text after it a secret. */
function redactList(list: readonly unknown[], path: readonly string[]): readonly unknown[] {
  const isLine =
    list.every((element) => typeof element === 'string') && !path.some((key) => secretKeysHere.includes(key))
  return isLine
    ? redactArgv(list).map((element) => redactPart(element, path))
    : list.map((part) => redactPart(part, path))
}

const isReference = (value: unknown): boolean => typeof value === 'string' && /^(env:\w+|file:\/\S+)$/.test(value)

/** `https://hooks.example.org/T0/B0/secret` becomes `https://hooks.example.org/•••`. */
function hidePath(address: string): string {
  const origin = /^[a-z]+:\/\/[^/?#@\s]+(?=\/)/i.exec(address)?.[0]
  return origin === undefined ? redacted : `${origin}/${redacted}`
}
