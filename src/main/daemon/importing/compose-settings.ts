import type { Required } from '../../../shared/domain/dependence.ts'
import type { RestartPolicy } from '../../../shared/domain/restart.ts'
import { millisecondsOf } from './durations.ts'
import type { Note } from './notes.ts'
import { parseStopSignal, stopSignalNames } from './signals.ts'
import { type Expand, type Fields, fieldsOf } from './yaml-fields.ts'
import type { YamlValue } from './yaml-tree.ts'

export type ComposeDependence = { readonly parent: string; readonly required: Required; readonly line: number }

/** `availability` of a process: when it is started again. */
export function readAvailability(process: Fields, processWhere: string, note: Note, expand: Expand): RestartPolicy {
  const map = process.map('availability')
  if (!map) return 'never'
  const where = `${processWhere}availability.`
  const fields = fieldsOf(map, where, note, expand)
  const restart = fields.text('restart') ?? 'no'
  if (restart === 'exit_on_failure') {
    note(fields.line('restart'), `${where}restart`, 'a failure does not end the other processes here')
  }
  if (fields.value('backoff_seconds')) {
    note(fields.line('backoff_seconds'), `${where}backoff_seconds`, 'delays grow from 0 to 60 s here')
  }
  if ((fields.number('max_restarts') ?? 0) > 0) {
    note(fields.line('max_restarts'), `${where}max_restarts`, 'restarts are limited by time: --restart-limit N/SECONDS')
  }
  for (const key of ['exit_on_end', 'exit_on_skipped']) {
    if (fields.flag(key)) note(fields.line(key), `${where}${key}`, 'an end does not end the other processes here')
  }
  for (const { key, line } of fields.rest()) note(line, `${where}${key}`, 'unknown setting')
  return restartPolicy(restart, fields.line('restart'), `${where}restart`, note)
}

function restartPolicy(word: string, line: number, what: string, note: Note): RestartPolicy {
  switch (word) {
    case 'always':
      return 'always'
    case 'on_failure':
      return 'on-failure'
    case 'no':
    case 'false':
    case 'exit_on_failure':
      return 'never'
    default:
      note(line, what, 'unknown word, taken as no')
      return 'never'
  }
}

/** `shutdown` of a process, as far as it is a signal and a time. */
export function readShutdown(process: Fields, processWhere: string, note: Note, expand: Expand) {
  const map = process.map('shutdown')
  if (!map) return {}
  const where = `${processWhere}shutdown.`
  const fields = fieldsOf(map, where, note, expand)
  const signal = fields.text('signal')
  const stopSignal = signal === null || signal === '0' ? null : parseStopSignal(signal)
  if (signal !== null && signal !== '0' && stopSignal === null) {
    note(fields.line('signal'), `${where}signal`, `stop signals here are ${stopSignalNames}`)
  }
  const timeout = fields.number('timeout_seconds')
  const graceMs = millisecondsOf(timeout)
  if (timeout !== null && graceMs === null)
    note(fields.line('timeout_seconds'), `${where}timeout_seconds`, 'over a day')
  if (fields.value('command')) {
    note(fields.line('command'), `${where}command`, 'a process is stopped by a signal here')
  }
  if (fields.flag('parent_only')) {
    note(fields.line('parent_only'), `${where}parent_only`, 'what a program started is stopped with it')
  }
  for (const { key, line } of fields.rest()) note(line, `${where}${key}`, 'unknown setting')
  return { stopSignal, graceMs }
}

/** `depends_on` of a process: what each parent must be. */
export function readDependsOn(value: YamlValue | null, where: string, note: Note): ComposeDependence[] {
  if (value === null) return []
  if (value.kind !== 'map') {
    note(value.line, `${where}depends_on`, 'this is not a map of processes and conditions')
    return []
  }
  return value.entries.map(({ key, line, value: setting }) => {
    const what = `${where}depends_on.${key}`
    // The documentation also writes the condition itself in place of the map.
    const short = setting.kind === 'scalar' && setting.text !== '' ? setting.text : null
    const fields = setting.kind === 'map' ? fieldsOf(setting, `${what}.`, note) : null
    const condition = fields?.text('condition') ?? short ?? 'process_started'
    for (const unknown of fields?.rest() ?? []) note(unknown.line, `${what}.${unknown.key}`, 'unknown setting')
    return { parent: key, required: requiredOf(condition, line, what, note), line }
  })
}

function requiredOf(condition: string, line: number, what: string, note: Note): Required {
  switch (condition) {
    case 'process_started':
      return { kind: 'up' }
    case 'process_healthy':
    case 'process_log_ready':
      return { kind: 'ready' }
    case 'process_completed':
      return { kind: 'exited', code: null }
    case 'process_completed_successfully':
      return { kind: 'exited', code: 0 }
    default:
      note(line, what, 'unknown condition, taken as process_started')
      return { kind: 'up' }
  }
}
