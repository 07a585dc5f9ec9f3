import * as z from 'zod'
import { hostNamePattern, isLocalHostName } from '../../shared/domain/host.ts'
import { isPlaceholder, placeholders, reservedSchemes, schemePattern } from '../../shared/domain/scheme-handlers.ts'
import { parseSize } from '../../shared/text/parse-size.ts'

// The limits are far above what a person writes, and small enough that no file can exhaust who reads it.

/** The kernel takes 128 KiB for one argument with its NUL (execve(2), MAX_ARG_STRLEN). */
const maxElementLength = 131_071
const maxElements = 1000
const maxHandlers = 1000

/** `{word}` alone: what stands so is meant as a placeholder. `{}` is not, for `find -exec`. */
const placeholderShape = /^\{[A-Za-z_]+\}$/

/** Why an element of a handler's command line cannot be meant as it stands; null for one that can. */
function elementProblem(element: string): string | null {
  if (element.includes('\0')) return 'contains a NUL character'
  if (placeholderShape.test(element) && !isPlaceholder(element)) {
    return `"${element}" is not a placeholder. There are ${placeholders.join(' ')}`
  }
  const inside = isPlaceholder(element) ? undefined : placeholders.find((placeholder) => element.includes(placeholder))
  return inside === undefined
    ? null
    : `"${element}" has ${inside} inside: a placeholder is a whole element, "${inside}" alone`
}

const element = z
  .string({ error: 'must be text: write it in quotes' })
  .max(maxElementLength, { error: 'is longer than an argument may be' })
  .superRefine((text, context) => {
    const problem = elementProblem(text)
    if (problem !== null) context.addIssue({ code: 'custom', message: problem })
  })

const program = z
  .string({
    error: ({ input }) =>
      input === undefined
        ? 'is missing: the absolute path of a program'
        : 'must be text: the absolute path of a program',
  })
  .regex(/^\/[^\0]*$/, { error: ({ input }) => `"${input}" is not the absolute path of a program` })

const commandLine = z
  .tuple([program], element, { error: 'must be a list: the absolute path of a program, then its arguments' })
  .refine((line) => line.length <= maxElements, { error: `has more than ${maxElements} elements` })

const scheme = z.string().superRefine((name, context) => {
  if (reservedSchemes.includes(name)) {
    context.addIssue({ code: 'custom', message: `"${name}" has a meaning of its own; choose another scheme` })
  } else if (!schemePattern.test(name)) {
    context.addIssue({
      code: 'custom',
      message: `"${name}" is not a scheme: lower-case letters, digits, + . and -, beginning with a letter`,
    })
  }
})

const handlers = z
  .record(scheme, commandLine, { error: 'must be a map: a scheme, then its command line' })
  .refine((map) => Object.keys(map).length <= maxHandlers, { error: `has more than ${maxHandlers} schemes` })

const maxHosts = 1000
/** More sessions than this at once over one connection is a mistake in writing. */
const maxParallel = 1000

const hostName = z
  .string({ error: ({ input }) => (input === undefined ? 'is missing' : 'must be text') })
  .superRefine((name, context) => {
    const message = isLocalHostName(name)
      ? `"${name}" is this machine, which needs no entry`
      : hostNamePattern.test(name)
        ? null
        : `"${name}" is not a host: letters, digits and _ . @ : % -, as ssh takes it`
    if (message !== null) context.addIssue({ code: 'custom', message })
  })

const host = z.strictObject(
  {
    name: hostName,
    ssh_config: z
      .string({ error: 'must be text: the absolute path of an OpenSSH configuration file' })
      .regex(/^\/[^\0]*$/, { error: ({ input }) => `"${input}" is not an absolute path` })
      .optional(),
    max_parallel: z
      .int({ error: 'must be a whole number' })
      .min(1, { error: 'must be at least 1' })
      .max(maxParallel, { error: `must be at most ${maxParallel}` })
      .optional(),
  },
  { error: ({ code }) => (code === 'invalid_type' ? 'must be a map: name, ssh_config, max_parallel' : undefined) },
)

const hosts = z
  .array(host, { error: 'must be a list of hosts' })
  .max(maxHosts, { error: `has more than ${maxHosts} hosts` })
  .superRefine((entries, context) => {
    const seen = new Set<string>()
    for (const [index, { name }] of entries.entries()) {
      if (seen.has(name)) {
        context.addIssue({ code: 'custom', path: [index, 'name'], message: `"${name}" is there twice` })
      }
      seen.add(name)
    }
  })

/** One machine of `hosts`, as the file names its fields. */
export type HostEntry = z.output<typeof host>
export const hostKeys: readonly string[] = Object.keys(host.shape)

/** Logs are dropped in steps of 4 MiB, and something has to be left. */
const minLogBytes = 16_777_216
const unlimited = 'none'
const sizeProblem = 'must be a size, such as 256MiB or 10GiB (units B, KiB, MiB, GiB, TiB), or none'

const logSize = z
  .union([z.string(), z.number()], { error: sizeProblem })
  .describe('256MiB, 10GiB and the like, or none')
  .superRefine((size, context) => {
    const bytes = bytesOf(size)
    const message = Number.isNaN(bytes)
      ? sizeProblem
      : bytes !== null && bytes < minLogBytes
        ? 'must be at least 16MiB'
        : null
    if (message !== null) context.addIssue({ code: 'custom', message })
  })

/** Null: no limit. Not a number: no size. */
const bytesOf = (size: string | number): number | null =>
  size === unlimited ? null : (parseSize(String(size)) ?? Number.NaN)

const logs = z.strictObject(
  { max_per_process: logSize.optional(), max_total: logSize.optional() },
  { error: ({ code }) => (code === 'invalid_type' ? 'must be a map: max_per_process, max_total' : undefined) },
)

export const logKeys: readonly string[] = Object.keys(logs.shape)

/** What the logs of one process, and of all together, may take on disk. In bytes; null: no limit. */
export function logLimitsOf(config: Config): {
  readonly perProcessBytes: number | null
  readonly totalBytes: number | null
} {
  return {
    perProcessBytes: bytesOf(config.logs?.max_per_process ?? '256MiB'),
    totalBytes: bytesOf(config.logs?.max_total ?? '10GiB'),
  }
}

const text = z.string({ error: 'must be text' })
const map = z.record(z.string(), z.unknown(), { error: 'must be a map of names and values' })
const list = z.array(z.unknown(), { error: 'must be a list' })

/**
 * The whole of config.yaml. What this version acts on is checked whole; of the rest, that it is a map, a list or text,
 * so that a file for a later version is taken as it is.
 */
export const configSchema = z.strictObject({
  database: text.optional(),
  telegram_token: text.optional(),
  telegram: map.optional(),
  http: map.optional(),
  tokens: list.optional(),
  queues: list.optional(),
  engines: list.optional(),
  clusters: list.optional(),
  hosts: hosts.optional(),
  sources: list.optional(),
  notifications: map.optional(),
  ui: map.optional(),
  metrics: map.optional(),
  logs: logs.optional(),
  mounts_allowed: list.optional(),
  handlers: handlers.default({}),
})

/** The settings, those that the file does not name at their defaults. */
export type Config = z.output<typeof configSchema>

/** What holds without a file. */
export const defaultConfig: Config = configSchema.parse({})

/** JSON schema of the file (docs/schema/config.json), for editors. */
export const configJsonSchema = (): unknown => ({
  ...z.toJSONSchema(configSchema, { io: 'input' }),
  title: 'config.yaml of Procession',
})
