import * as z from 'zod'
import { isPlaceholder, placeholders, reservedSchemes, schemePattern } from '../../shared/domain/scheme-handlers.ts'

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
  hosts: list.optional(),
  sources: list.optional(),
  notifications: map.optional(),
  ui: map.optional(),
  metrics: map.optional(),
  logs: map.optional(),
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
