import { defaultReadyIntervalMs, type Readiness, type ReadinessCheck } from '../../../shared/domain/readiness.ts'
import { assertNever } from '../../../shared/domain/result.ts'
import { splitWords } from '../../../shared/text/shell-words.ts'

/** How the form asks when a program counts as ready. `none`: as soon as it runs. */
export const readyKinds = ['none', 'port', 'http', 'log', 'command', 'expr'] as const
export type ReadyKind = (typeof readyKinds)[number]

export const readyWord: Readonly<Record<ReadyKind, string>> = {
  none: 'It runs',
  port: 'Port answers',
  http: 'URL answers',
  log: 'Line matches',
  command: 'Command succeeds',
  expr: 'Condition holds',
}

/** What stands in the empty field beside the choice. */
export const readyExample: Readonly<Record<ReadyKind, string>> = {
  none: '',
  port: '7496',
  http: 'http://localhost:8080/health',
  log: 'listening on',
  command: 'pg_isready -q',
  expr: 'len(fp.listen) > 0',
}

const highestPort = 65_535
const longestSeconds = 86_400

/** What the person typed about readiness, as text. */
export type ReadyForm = { readonly ready: string; readonly readyValue: string; readonly readyTimeout: string }

const kindOf = ({ ready }: ReadyForm): ReadyKind => readyKinds.find((kind) => kind === ready) ?? 'none'

/** What is wrong with it; undefined when nothing is. */
export function readyProblem(form: ReadyForm): string | undefined {
  const kind = kindOf(form)
  if (kind === 'none') return undefined
  return valueProblem(kind, form.readyValue.trim()) ?? timeoutProblem(form.readyTimeout)
}

function valueProblem(kind: Exclude<ReadyKind, 'none'>, value: string): string | undefined {
  switch (kind) {
    case 'port':
      return /^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= highestPort
        ? undefined
        : `Give a port, from 1 to ${highestPort}.`
    case 'http':
      return /^https?:\/\/\S+$/.test(value) ? undefined : 'Give an address that begins with http:// or https://.'
    case 'log':
      return patternProblem(value)
    case 'command': {
      const split = splitWords(value)
      if (!split.ok) return split.message
      return split.words.length === 0 ? 'Type the command that succeeds when it is ready.' : undefined
    }
    case 'expr':
      return value === '' ? 'Type the condition that holds when it is ready.' : undefined
    default:
      return assertNever(kind)
  }
}

function patternProblem(pattern: string): string | undefined {
  if (pattern === '') return 'Type the pattern of the line.'
  try {
    new RegExp(pattern)
    return undefined
  } catch {
    return 'This is not a regular expression.'
  }
}

function timeoutProblem(timeout: string): string | undefined {
  const seconds = Number(timeout)
  return timeout.trim() !== '' && Number.isFinite(seconds) && seconds > 0 && seconds <= longestSeconds
    ? undefined
    : `Give seconds, up to ${longestSeconds}.`
}

/** The readiness check of a form without problems; null for none. */
export function readinessOf(form: ReadyForm): Readiness | null {
  const kind = kindOf(form)
  if (kind === 'none') return null
  const check = checkOf(kind, form.readyValue.trim())
  return { check, intervalMs: defaultReadyIntervalMs, timeoutMs: Math.round(Number(form.readyTimeout) * 1000) }
}

function checkOf(kind: Exclude<ReadyKind, 'none'>, value: string): ReadinessCheck {
  switch (kind) {
    case 'port':
      return { kind, port: Number(value) }
    case 'http':
      return { kind, url: value }
    case 'log':
      return { kind, pattern: value }
    case 'command': {
      const split = splitWords(value)
      return { kind, argv: split.ok ? [...split.words] : [] }
    }
    case 'expr':
      return { kind, expr: value }
    default:
      return assertNever(kind)
  }
}

/** The same as options of the command line. */
export function readyOptions(form: ReadyForm, usualTimeout: string): readonly string[] {
  const kind = kindOf(form)
  if (kind === 'none') return []
  const timeout = form.readyTimeout === usualTimeout ? [] : ['--ready', `timeout=${form.readyTimeout}`]
  return ['--ready', `${kind}=${form.readyValue.trim()}`, ...timeout]
}
