import type { LiveFingerprint } from '../../../shared/domain/fingerprint.ts'
import type { ConditionSample } from './sample.ts'

/** The names that conditions know, with their CEL types; `fp` has a type of its own. */
export const variableTypes = {
  fp: 'Fingerprint',
  state: 'string',
  life: 'string',
  pid: 'int',
  alias: 'string',
  name: 'string',
  uptime: 'double',
  restarts: 'int',
  ready: 'bool',
} as const satisfies Record<keyof ConditionSample, string>

/** The keys of `fp`, with their CEL types. */
export const fingerprintTypes = {
  cmdline: 'list<string>',
  listen: 'list<string>',
  established: 'list<string>',
  udp: 'list<string>',
  files: 'list<string>',
  partial: 'bool',
  exe: 'string',
  cwd: 'string',
  uid: 'int',
  threads: 'int',
  ppid: 'int',
  starttime: 'string',
  boot_id: 'string',
  rss: 'int',
  cgroup: 'string',
  env_names: 'list<string>',
} as const satisfies Record<keyof LiveFingerprint, string>

/** Functions written before their argument. */
export const functionNames = ['size', 'len', 'int', 'double', 'string'] as const

/** Functions written after a value and a dot. */
export const methodNames = [
  'size',
  'len',
  'startsWith',
  'endsWith',
  'contains',
  'indexOf',
  'lastIndexOf',
  'substring',
  'trim',
  'lowerAscii',
  'upperAscii',
] as const

/** Methods that give each element of a list a name and look at an expression about it. */
export const comprehensionNames = ['exists', 'all', 'exists_one', 'filter', 'map'] as const

export type FunctionName = (typeof functionNames)[number]
export type MethodName = (typeof methodNames)[number]
export type ComprehensionName = (typeof comprehensionNames)[number]

const isOneOf =
  <T extends string>(names: readonly T[]) =>
  (name: string): name is T =>
    names.some((known) => known === name)

export const isFunctionName = isOneOf(functionNames)
export const isMethodName = isOneOf(methodNames)
export const isComprehensionName = isOneOf(comprehensionNames)
export const isFingerprintKey = (name: string): name is keyof LiveFingerprint => Object.hasOwn(fingerprintTypes, name)
export const isVariableName = (name: string): name is keyof ConditionSample => Object.hasOwn(variableTypes, name)
