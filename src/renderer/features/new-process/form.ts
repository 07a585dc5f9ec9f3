import type { InputOf } from '../../../shared/contract/contract.ts'
import { hostNamePattern, isLocalHostName } from '../../../shared/domain/host.ts'
import { defaultReadyTimeoutMs } from '../../../shared/domain/readiness.ts'
import { type RestartPolicy, restartPolicies } from '../../../shared/domain/restart.ts'
import type { Failure } from '../../../shared/domain/result.ts'
import type { ProcessRow, SessionRow } from '../../../shared/domain/rows.ts'
import { commandLine } from '../../../shared/text/command-line.ts'
import { isSecretKey, redactArgv, redacted } from '../../../shared/text/redact.ts'
import { splitWords } from '../../../shared/text/shell-words.ts'
import { readinessOf, readyOptions, readyProblem } from './form-ready.ts'

export const fields = [
  'command',
  'session',
  'newFolder',
  'host',
  'alias',
  'cwd',
  'restart',
  'terminal',
  'ready',
  'readyValue',
  'readyTimeout',
  'environment',
  'stopSignal',
  'grace',
] as const
export type Field = (typeof fields)[number]

/** What the user typed, as text. */
export type Form = Readonly<Record<Field, string>>

/** Value of `session` for one that is yet to be made in `newFolder`. */
export const newSession = 'new'

export const stopSignals = ['TERM', 'INT', 'HUP', 'QUIT', 'USR1', 'USR2', 'KILL'] as const
/** What ends most programs; shells and others in a terminal only listen to what says that the terminal goes. */
const usualSignal = (terminal: string) => (terminal === '' ? 'TERM' : 'HUP')
/** A command that is tried out must not come back again and again once it has done its work. */
const usualRestart: RestartPolicy = 'on-failure'
const usualReadyTimeout = String(defaultReadyTimeoutMs / 1000)

/** The chosen policy. */
export const restartOf = ({ restart }: Form): RestartPolicy =>
  restartPolicies.find((policy) => policy === restart) ?? usualRestart

/** Whether the program gets a terminal. */
export const hasTerminal = ({ terminal }: Form): boolean => terminal !== ''

/** The other machine that it is to run on; null for this one. */
export const otherHostOf = ({ host }: Form): string | null =>
  host.trim() === '' || isLocalHostName(host.trim()) ? null : host.trim()

export type FieldErrors = Partial<Record<Field | 'form', string>>

type Known = {
  readonly sessions: readonly SessionRow[]
  readonly rows: readonly Pick<ProcessRow, 'sessionId' | 'alias' | 'name'>[]
}

export const emptyForm = (session: string): Form => ({
  command: '',
  session,
  newFolder: '',
  host: '',
  alias: '',
  cwd: '',
  restart: usualRestart,
  terminal: '',
  ready: 'none',
  readyValue: '',
  readyTimeout: usualReadyTimeout,
  environment: '',
  stopSignal: usualSignal(''),
  grace: '',
})

/** The form after somebody has changed one field. */
export function changedForm(form: Form, field: Field, value: string): Form {
  const isUsual = form.stopSignal === usualSignal(form.terminal)
  const stopSignal = field === 'terminal' && isUsual ? usualSignal(value) : form.stopSignal
  return { ...form, stopSignal, [field]: value }
}

// spec: an alias is also a file name, and a colon would separate a state.
const aliasPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const longestGraceS = 86_400

type Environment = { readonly values: Readonly<Record<string, string>>; readonly problem: string | null }

/** One `NAME=value` per line. */
function parseEnvironment(text: string): Environment {
  const values: Record<string, string> = {}
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const at = line.indexOf('=')
    const name = line.slice(0, Math.max(0, at)).trim()
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return { values, problem: `"${line.trim()}" is not NAME=value.` }
    values[name] = line.slice(at + 1)
  }
  return { values, problem: null }
}

const sessionName = (form: Form, { sessions }: Known): string =>
  sessions.find(({ id }) => id === form.session)?.name ?? 'the new session'

/** The sentence under the alias while nothing is wrong with it. */
export function aliasHint(form: Form, known: Known): string {
  return form.alias === ''
    ? 'A name is made up when this is empty.'
    : `Free in ${sessionName(form, known)}. Others refer to it by this name.`
}

function aliasProblem(form: Form, known: Known): string | undefined {
  if (form.alias === '') return undefined
  if (!aliasPattern.test(form.alias)) {
    return 'Use letters, digits, dots, dashes and underscores, at most 64, with a letter or digit first.'
  }
  const isTaken = known.rows.some(
    (row) => row.sessionId === form.session && (row.alias === form.alias || row.name === form.alias),
  )
  return isTaken ? `${form.alias} is taken in ${sessionName(form, known)}.` : undefined
}

function commandProblem(command: string): string | undefined {
  const split = splitWords(command)
  if (!split.ok) return split.message
  return split.words.length === 0 ? 'Type the command to run.' : undefined
}

const pathProblem = (path: string): string | undefined =>
  path === '' || path.startsWith('/') ? undefined : 'Give the whole path, from / on.'

function folderProblem(form: Form): string | undefined {
  if (otherHostOf(form) === null) return pathProblem(form.cwd)
  return /^$|^\/|^~$|^~\//.test(form.cwd) ? undefined : 'Give the whole path, from / or ~/ on.'
}

function hostProblem(form: Form): string | undefined {
  const host = otherHostOf(form)
  if (host === null) return undefined
  if (!hostNamePattern.test(host)) return 'Use letters, digits and _ . @ : % -, not beginning with a dash.'
  return hasTerminal(form)
    ? 'A process on another machine cannot have a terminal. Untick it, or choose this machine.'
    : undefined
}

function graceProblem(grace: string): string | undefined {
  if (grace === '') return undefined
  const seconds = Number(grace)
  return Number.isFinite(seconds) && seconds >= 0 && seconds <= longestGraceS
    ? undefined
    : `Give seconds, from 0 to ${longestGraceS}.`
}

/** What is wrong with each field; empty when the process can be started. */
export function problemsOf(form: Form, known: Known): FieldErrors {
  const found: Record<Field, string | undefined> = {
    command: commandProblem(form.command),
    session: undefined,
    newFolder:
      form.session !== newSession
        ? undefined
        : form.newFolder === ''
          ? 'Give the folder of the new session.'
          : pathProblem(form.newFolder),
    host: hostProblem(form),
    alias: aliasProblem(form, known),
    cwd: folderProblem(form),
    restart: undefined,
    terminal: undefined,
    ready: undefined,
    readyValue: readyProblem(form),
    readyTimeout: undefined,
    environment: parseEnvironment(form.environment).problem ?? undefined,
    stopSignal: undefined,
    grace: graceProblem(form.grace),
  }
  return Object.fromEntries(Object.entries(found).filter(([, problem]) => problem !== undefined))
}

/** The folder of the chosen session. */
export const workspaceOf = (form: Form, sessions: readonly SessionRow[]): string =>
  form.session === newSession ? form.newFolder : (sessions.find(({ id }) => id === form.session)?.path ?? '')

/** What the daemon is asked; only for a form without problems. */
export function startInput(form: Form, workspace: string): InputOf<'process.start'> {
  const split = splitWords(form.command)
  const ready = readinessOf(form)
  const host = otherHostOf(form)
  return {
    workspace,
    argv: split.ok ? [...split.words] : [],
    restart: restartOf(form),
    env: { ...parseEnvironment(form.environment).values },
    ...(ready === null ? {} : { ready }),
    ...(hasTerminal(form) ? { pty: true } : {}),
    ...(host === null ? {} : { host }),
    ...(form.alias === '' ? {} : { alias: form.alias }),
    ...(form.cwd === '' ? {} : { cwd: form.cwd }),
    ...(form.stopSignal === usualSignal(form.terminal) ? {} : { stopSignal: form.stopSignal }),
    ...(form.grace === '' ? {} : { graceMs: Math.round(Number(form.grace) * 1000) }),
  }
}

/** How the command line writes the policies. */
const restartOption: Readonly<Record<RestartPolicy, string>> = { never: '0', always: '1', 'on-failure': 'on-failure' }

/** The command line that does the same. Secrets are hidden in what is shown and kept in what is copied. */
export function equalLine(form: Form, workspace: string, secrets: 'hide' | 'keep'): string {
  const split = splitWords(form.command)
  const argv = split.ok ? split.words : []
  const shownArgv = secrets === 'hide' ? redactArgv(argv) : argv
  const environment = Object.entries(parseEnvironment(form.environment).values).flatMap(([name, value]) => [
    '--env',
    `${name}=${secrets === 'hide' && isSecretKey(name) ? redacted : value}`,
  ])
  const option = (flag: string, value: string) => (value === '' ? [] : [flag, value])
  const words = [
    'procession',
    'session',
    'start',
    ...option('-C', workspace),
    ...option('--host', otherHostOf(form) ?? ''),
    ...option('--alias', form.alias),
    ...option('--cwd', form.cwd),
    '--restart',
    restartOption[restartOf(form)],
    ...readyOptions(form, usualReadyTimeout),
    ...(hasTerminal(form) ? ['--pty'] : []),
    ...environment,
    ...(form.stopSignal === usualSignal(form.terminal) ? [] : ['--stop-signal', form.stopSignal]),
    ...option('--grace', form.grace),
    '--',
    ...shownArgv,
  ]
  return commandLine(words)
}

/** Which field a refusal of the daemon is about, by its words; `form` when none is named. */
export function fieldOfFailure({ code, message }: Pick<Failure, 'code' | 'message'>): Field | 'form' {
  const says = (pattern: RegExp) => pattern.test(message)
  if (says(/\balias\b|\bname\b.*\b(taken|used)\b/i)) return 'alias'
  if (says(/\bready\b|\breadiness\b|\bcondition\b/i)) return 'readyValue'
  if (code === 'unreachable' || says(/\bhost\b|\blogin\b|known_hosts/i)) return 'host'
  if (says(/\bsignal\b/i)) return 'stopSignal'
  if (says(/\benvironment\b|\bvariable\b/i)) return 'environment'
  if (says(/^the (working )?(folder|directory)\b|\bcwd\b/i)) return 'cwd'
  if (says(/\bworkspace\b|\bsession\b/i)) return 'session'
  if (says(/\b(program|command|not found|executable|executed)\b/i) || code === 'not_found') return 'command'
  return 'form'
}

/** What failed and what to do, as sentences. A hint that names a flag of the command line helps nobody in a form. */
export function failureSentence({ message, hint }: Pick<Failure, 'message' | 'hint'>): string {
  if (hint === '' || / --[a-z]/.test(hint)) return message
  return `${message} ${/\w$/.test(hint) ? `${hint}.` : hint}`
}
