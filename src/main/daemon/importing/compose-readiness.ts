import type { Readiness, ReadinessCheck } from '../../../shared/domain/readiness.ts'
import { defaultReadyIntervalMs } from '../../../shared/domain/readiness.ts'
import { asReadyTime, longestMs } from './durations.ts'
import type { Note } from './notes.ts'
import { type Expand, type Fields, fieldsOf } from './yaml-fields.ts'
import type { YamlMap } from './yaml-tree.ts'

/** Defaults of process-compose's probes, seconds and tries. */
const defaultPeriod = 10
const defaultFailures = 3

type Context = {
  /** `web.` for the process web. */
  readonly where: string
  readonly note: Note
  readonly expand: Expand
  readonly shellArgv: (command: string, line: number, what: string) => readonly string[]
}

/**
 * `readiness_probe` or `ready_log_line` of a process. A probe that failed as often as its threshold allows ends the run
 * there, so threshold times period (and the delay before) is the start time-out here.
 */
export function readReadiness(process: Fields, context: Context): Readiness | null {
  const probe = process.map('readiness_probe')
  const logLine = process.text('ready_log_line')
  if (probe) {
    if (logLine !== null) {
      context.note(
        process.line('ready_log_line'),
        `${context.where}ready_log_line`,
        'the readiness probe decides alone',
      )
    }
    return readProbe(probe, context)
  }
  if (logLine === null || logLine === '') return null
  // There is no time-out for it there, so the longest that there is here.
  const check: ReadinessCheck = { kind: 'log', pattern: logLine.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&') }
  return { check, intervalMs: defaultReadyIntervalMs, timeoutMs: longestMs }
}

function readProbe(probe: YamlMap, context: Context): Readiness | null {
  const where = `${context.where}readiness_probe.`
  const fields = fieldsOf(probe, where, context.note, context.expand)
  const check = readCheck(fields, { ...context, where })
  const period = fields.number('period_seconds') ?? defaultPeriod
  const failures = fields.number('failure_threshold') ?? defaultFailures
  const delay = fields.number('initial_delay_seconds') ?? 0
  // Not respected there either.
  fields.value('success_threshold')
  if (fields.number('timeout_seconds') !== null) {
    context.note(fields.line('timeout_seconds'), `${where}timeout_seconds`, 'one try has no time limit of its own here')
  }
  for (const { key, line } of fields.rest()) context.note(line, `${where}${key}`, 'unknown setting')
  if (!fields.value('exec') && !fields.value('http_get')) {
    context.note(probe.line, where.slice(0, -1), 'neither a command nor a URL to try')
  }
  return (
    check && {
      check,
      intervalMs: asReadyTime(period * 1000),
      timeoutMs: asReadyTime((delay + period * failures) * 1000),
    }
  )
}

function readCheck(fields: Fields, context: Context): ReadinessCheck | null {
  const exec = fields.map('exec')
  const http = fields.map('http_get')
  if (exec) return readCommand(exec, { ...context, where: `${context.where}exec.` })
  return http && readUrl(http, { ...context, where: `${context.where}http_get.` })
}

function readCommand(exec: YamlMap, { where, note, expand, shellArgv }: Context): ReadinessCheck | null {
  const fields = fieldsOf(exec, where, note, expand)
  // The shell fills in its variables, as in the command of the process.
  const command = fieldsOf(exec, where, note).text('command')
  fields.value('command')
  if (fields.value('working_dir')) {
    note(fields.line('working_dir'), `${where}working_dir`, 'the check runs in the folder of its process')
  }
  for (const { key, line } of fields.rest()) note(line, `${where}${key}`, 'unknown setting')
  if (command !== null && command.trim() !== '') {
    return { kind: 'command', argv: shellArgv(command.trim(), fields.line('command'), `${where}command`) }
  }
  note(exec.line, where.slice(0, -1), 'no command to try')
  return null
}

function readUrl(http: YamlMap, { where, note, expand }: Context): ReadinessCheck | null {
  const fields = fieldsOf(http, where, note, expand)
  const scheme = (fields.text('scheme') ?? 'http').toLowerCase()
  const host = fields.text('host') ?? '127.0.0.1'
  const port = fields.number('port') ?? fields.number('num_port')
  fields.value('num_port')
  const path = fields.text('path') ?? '/'
  const headers = fields.value('headers')
  if (headers) note(headers.line, `${where}headers`, 'the check sends no headers of its own here')
  const status = fields.number('status_code')
  if (status !== null && status !== 200) {
    note(fields.line('status_code'), `${where}status_code`, 'any status from 200 to 399 counts as ready here')
  }
  for (const { key, line } of fields.rest()) note(line, `${where}${key}`, 'unknown setting')
  const authority = `${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}${port === null ? '' : `:${port}`}`
  const url = `${scheme}://${authority}${path.startsWith('/') ? '' : '/'}${path}`
  if (['http', 'https'].includes(scheme) && URL.canParse(url)) return { kind: 'http', url }
  note(http.line, where.slice(0, -1), 'not the URL of a web server')
  return null
}
