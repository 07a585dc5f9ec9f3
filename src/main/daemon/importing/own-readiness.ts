import { parseRequired } from '../../../shared/domain/dependence.ts'
import type { Fingerprint } from '../../../shared/domain/fingerprint.ts'
import type { PlannedState } from '../../../shared/domain/import-plan.ts'
import {
  defaultReadyIntervalMs,
  defaultReadyTimeoutMs,
  type Readiness,
  type ReadinessCheck,
} from '../../../shared/domain/readiness.ts'
import { asReadyTime } from './durations.ts'
import type { Note } from './notes.ts'
import { type Fields, fieldsOf } from './yaml-fields.ts'
import type { YamlMap, YamlValue } from './yaml-tree.ts'

/** One of `port`, `http`, `log`, `command`, `expr`, with `interval` and `timeout` in seconds. */
export function readOwnReadiness(map: YamlMap | null, where: string, note: Note): Readiness | null {
  if (!map) return null
  const fields = fieldsOf(map, where, note)
  const checks = [
    check(fields.number('port'), (port) => ({ kind: 'port', port })),
    check(fields.text('http'), (url) => ({ kind: 'http', url })),
    check(fields.text('log'), (pattern) => ({ kind: 'log', pattern })),
    check(fields.texts('command'), (argv) => ({ kind: 'command', argv })),
    check(fields.text('expr'), (expr) => ({ kind: 'expr', expr })),
  ].filter((found) => found !== null)
  const interval = fields.number('interval')
  const timeout = fields.number('timeout')
  for (const { key, line } of fields.rest()) note(line, `${where}${key}`, 'unknown setting')
  const [only, another] = checks
  const problem = another ? 'more than one check' : only ? checkProblem(only) : 'no check'
  if (only === undefined || problem !== null) {
    note(map.line, where.slice(0, -1), problem ?? 'no check')
    return null
  }
  return {
    check: only,
    intervalMs: interval === null ? defaultReadyIntervalMs : asReadyTime(interval * 1000),
    timeoutMs: timeout === null ? defaultReadyTimeoutMs : asReadyTime(timeout * 1000),
  }
}

const check = <T>(value: T | null, make: (value: T) => ReadinessCheck): ReadinessCheck | null =>
  value === null ? null : make(value)

/** As long as the daemon takes them. */
const longestText = 2000
const highestPort = 65_535

function checkProblem(found: ReadinessCheck): string | null {
  switch (found.kind) {
    case 'port':
      return Number.isInteger(found.port) && found.port >= 1 && found.port <= highestPort ? null : 'this is not a port'
    case 'command':
      return found.argv.length > 0 ? null : 'the command is empty'
    case 'http':
      return textProblem(found.url)
    case 'log':
      return textProblem(found.pattern)
    case 'expr':
      return textProblem(found.expr)
  }
}

const textProblem = (text: string): string | null =>
  text !== '' && text.length <= longestText ? null : `not of 1 to ${longestText} characters`

/** A list of `label` with `fingerprint` or `when`, `ignore`, `require`. */
export function readOwnStates(value: YamlValue | null, where: string, note: Note): PlannedState[] {
  if (value === null) return []
  if (value.kind !== 'list') {
    note(value.line, where.slice(0, -1), 'this is not a list')
    return []
  }
  const labels = new Set<string>()
  return value.items.flatMap((item) => {
    const state = item.kind === 'map' ? readState(item, where, note) : null
    const problem = state ? labelProblem(state.label, labels) : item.kind === 'map' ? 'no label' : 'this is not a map'
    if (problem !== null) note(item.line, where.slice(0, -1), problem)
    return state && problem === null ? [state] : []
  })
}

function labelProblem(label: string, labels: Set<string>): string | null {
  if (labels.has(label)) return 'a state with this label is there already'
  labels.add(label)
  return label !== '' && parseRequired(label).kind === 'state' ? null : 'this label has a meaning of its own'
}

function readState(map: YamlMap, where: string, note: Note): PlannedState | null {
  const fields = fieldsOf(map, where, note)
  const label = fields.text('label')
  const fingerprint = fields.map('fingerprint')
  const state = {
    label: label ?? '',
    fingerprint: fingerprint && readFingerprint(fieldsOf(fingerprint, `${where}fingerprint.`, note), where, note),
    when: fields.text('when'),
    ignore: fields.texts('ignore') ?? [],
    require: fields.texts('require') ?? [],
  }
  for (const { key, line } of fields.rest()) note(line, `${where}${key}`, 'unknown setting')
  return label === null ? null : state
}

function readFingerprint(fields: Fields, where: string, note: Note): Fingerprint {
  const fingerprint = {
    cmdline: fields.texts('cmdline') ?? [],
    listen: fields.texts('listen'),
    established: fields.texts('established'),
    udp: fields.texts('udp'),
    files: fields.texts('files'),
  }
  for (const { key, line } of fields.rest()) note(line, `${where}fingerprint.${key}`, 'unknown list')
  return fingerprint
}
