import type { DaemonStatus } from '../../shared/contract/contract.ts'
import { requiredText } from '../../shared/domain/dependence.ts'
import type { SavedState } from '../../shared/domain/fingerprint.ts'
import { type Life, programOf } from '../../shared/domain/life.ts'
import type { Readiness, ReadinessCheck } from '../../shared/domain/readiness.ts'
import { assertNever, type Failure } from '../../shared/domain/result.ts'
import type { DependenceRow, ProcessDetail, ProcessRow, SessionRow, WaitingFor } from '../../shared/domain/rows.ts'
import type { RunEnd } from '../../shared/domain/run-end.ts'
import { restartLimitText } from '../../shared/machine/restart-policy.ts'
import { type ProcessNames, parentName } from './process-names.ts'

// What `--json` prints. Scripts rely on these keys: they may grow, never change. Times are ISO 8601 UTC.

const isoTime = (epochMs: number): string => new Date(epochMs).toISOString()

const wholeSeconds = (ms: number): number => Math.max(0, Math.floor(ms / 1000))

/** Pid of the program that may be running now. */
export const pidOf = (life: Life): number | null => programOf(life)?.identity.pid ?? null

/** Since when the current run is up, in milliseconds since 1970; null when none is. */
export function upSince(row: ProcessRow): number | null {
  const { life } = row
  const isUp = life.kind === 'up' || life.kind === 'paused' || life.kind === 'stopping'
  return isUp ? (row.startedAt ?? life.since) : null
}

const endJson = (end: RunEnd) => ({ code: end.code, signal: end.signal, at: isoTime(end.at), reason: end.reason })

/** `master.tws:operative`, `secret:API_KEY`, `host:gpu-01`. */
function waitingJson(waiting: WaitingFor): string[] {
  switch (waiting.kind) {
    case 'parent':
      return [`${waiting.name}:${requiredText(waiting.required)}`]
    case 'secrets':
      return waiting.names.map((name) => `secret:${name}`)
    case 'host':
      return [`host:${waiting.name}`]
    default:
      return assertNever(waiting)
  }
}

/** One element of `session show`. `now` is in milliseconds since 1970. */
export function processJson(row: ProcessRow, session: string, now: number) {
  const since = upSince(row)
  return {
    id: row.id,
    session,
    kind: row.kind,
    alias: row.alias,
    name: row.name,
    host: row.host,
    pty: row.pty,
    uri: row.uri,
    life: row.life.kind,
    state: row.state,
    score: row.score,
    pid: pidOf(row.life),
    started_at: row.startedAt === null ? null : isoTime(row.startedAt),
    uptime_s: since === null ? null : wholeSeconds(now - since),
    run: row.run,
    restarts: row.restarts,
    restart: row.restart,
    shutdown: row.shutdown,
    waiting_for: row.waitingFor.flatMap(waitingJson),
    exit: row.lastEnd === null ? null : endJson(row.lastEnd),
    cpu_pct: row.usage?.cpuPct ?? null,
    rss_bytes: row.usage?.rssBytes ?? null,
    listen: row.usage?.listen ?? [],
  }
}

export type ProcessJson = ReturnType<typeof processJson>

/** As it is written under `ready:` of `etc/NAME.yaml`. */
const readyJson = ({ check, intervalMs, timeoutMs }: Readiness) => ({
  ...readyCheckJson(check),
  interval_s: intervalMs / 1000,
  timeout_s: timeoutMs / 1000,
})

function readyCheckJson(check: ReadinessCheck) {
  switch (check.kind) {
    case 'port':
      return { port: check.port }
    case 'http':
      return { http: check.url }
    case 'log':
      return { log: check.pattern }
    case 'command':
      return { command: check.argv }
    case 'expr':
      return { expr: check.expr }
    default:
      return assertNever(check)
  }
}

/** `session show NAME`. `fp` has the names that conditions use. */
export function processDetailJson(detail: ProcessDetail, session: string, names: ProcessNames, now: number) {
  const { row, ready } = detail
  return {
    ...processJson(row, session, now),
    fp: detail.fingerprint,
    states: detail.states.map((state) => state.label),
    parents: detail.parents.map((edge) => `${parentName(edge, names)}:${requiredText(edge.required)}`),
    children: detail.children.map((edge) => names(edge.childId)),
    cmdline: row.argv,
    cwd: detail.cwd,
    env_names: detail.envNames,
    restart_limit: restartLimitText(row.restartLimit),
    ready: ready === null ? null : readyJson(ready),
    notices: row.notices,
    paths: detail.paths,
  }
}

/** One element of `session state list`. */
export const stateJson = (state: SavedState) => ({
  label: state.label,
  when: state.when,
  fp: state.fingerprint,
  ignore: state.ignore,
  require: state.require,
  saved_at: isoTime(state.savedAt),
})

/** One element of `session dependence list`. */
export const dependenceJson = (edge: DependenceRow, names: ProcessNames) => ({
  parent: parentName(edge, names),
  exists: edge.parent.kind === 'process',
  state: requiredText(edge.required),
  child: names(edge.childId),
  holds: edge.holds,
  on_loss: edge.onLoss,
})

/** One element of `session list`. */
export function sessionJson(session: SessionRow, processes: readonly ProcessRow[]) {
  const own = processes.filter((row) => row.sessionId === session.id)
  return {
    id: session.id,
    name: session.name,
    path: session.path,
    active: session.active,
    read_only: session.readOnly === null ? null : { kind: session.readOnly.kind, message: session.readOnly.message },
    problems: session.problems,
    processes: own.length,
    running: own.filter((row) => row.life.kind === 'up').length,
  }
}

/** `daemon status`. `processes` counts those that run. */
export function daemonStatusJson(status: DaemonStatus, now: number) {
  return {
    pid: status.pid,
    version: status.version,
    home: status.home,
    socket: status.socket,
    http: status.http,
    uptime_s: wholeSeconds(now - status.startedAt),
    processes: status.processes.running,
  }
}

/** What a failure prints on standard error. */
export const errorJson = (failure: Failure) => ({
  error: { code: failure.code, message: failure.message, hint: failure.hint },
})
