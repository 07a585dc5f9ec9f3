import { Environment } from '@marcbachmann/cel-js'
import type { LiveFingerprint } from '../../../shared/domain/fingerprint.ts'
import { fingerprintTypes, isFingerprintKey, variableTypes } from './names.ts'
import type { ConditionSample } from './sample.ts'

/** Far more than a condition that a person writes needs, and few enough for the library's recursion to fit the stack. */
const limits = { maxDepth: 32, maxAstNodes: 500, maxListElements: 200, maxMapEntries: 1, maxCallArguments: 4 }

/** A look at the fingerprint of a process that does not run: neither true nor false, unless the rest decides. */
export class NotRunning extends Error {}

/** A look at a part of the fingerprint that the system does not show us. */
export class Unreadable extends Error {}

/** `fp` as the library sees it: it asks `get` of a map, which tells a list that cannot be read from an empty one. */
class FingerprintView extends Map<string, unknown> {
  readonly #fingerprint: LiveFingerprint | null

  constructor(fingerprint: LiveFingerprint | null) {
    super()
    this.#fingerprint = fingerprint
  }

  override get(key: string): unknown {
    if (!isFingerprintKey(key)) return undefined
    if (this.#fingerprint === null) throw new NotRunning()
    const value = this.#fingerprint[key]
    if (value === null) throw new Unreadable(unreadableText(key, this.#fingerprint.partial))
    return typeof value === 'number' ? celInteger(value) : value
  }
}

const unreadableText = (key: string, isPartial: boolean) =>
  `fp.${key} cannot be read: ${isPartial ? 'the process belongs to another user' : 'the system does not show it'}`

const celInteger = (value: number) => BigInt(Math.trunc(value))

const listLength = (list: readonly unknown[]) => BigInt(list.length)

/** CEL counts the characters of a text, not its UTF-16 units. */
function textLength(text: string): bigint {
  let count = 0n
  for (const _character of text) count += 1n
  return count
}

function makeEnvironment(): Environment {
  const environment = new Environment({ limits }).registerType('Fingerprint', {
    ctor: FingerprintView,
    fields: fingerprintTypes,
  })
  for (const [name, type] of Object.entries(variableTypes)) environment.registerVariable(name, type)
  return environment
    .registerFunction('len(list): int', listLength, { async: false })
    .registerFunction('len(string): int', textLength, { async: false })
    .registerFunction('list.len(): int', listLength, { async: false })
    .registerFunction('string.len(): int', textLength, { async: false })
}

/** CEL with the names of conditions and `len`, the synonym of `size` that conditions of the original use. */
export const environment = makeEnvironment()

/** The values of the names, in the types of CEL: its integers are BigInt. */
export const contextOf = (sample: ConditionSample): Record<keyof ConditionSample, unknown> => ({
  fp: new FingerprintView(sample.fp),
  state: sample.state,
  life: sample.life,
  pid: celInteger(sample.pid ?? 0),
  alias: sample.alias,
  name: sample.name,
  uptime: sample.uptime,
  restarts: celInteger(sample.restarts),
  ready: sample.ready,
})
