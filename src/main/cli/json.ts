import type { DaemonStatus } from '../../shared/contract/contract.ts'
import type { Life } from '../../shared/domain/life.ts'
import type { Failure } from '../../shared/domain/result.ts'
import type { ProcessDetail, ProcessRow, SessionRow } from '../../shared/domain/rows.ts'
import type { RunEnd } from '../../shared/domain/run-end.ts'

// What `--json` prints. Scripts rely on these keys: they may grow, never change. Times are ISO 8601 UTC.

const isoTime = (epochMs: number): string => new Date(epochMs).toISOString()

const wholeSeconds = (ms: number): number => Math.max(0, Math.floor(ms / 1000))

/** Pid of the program that may be running now. */
export function pidOf(life: Life): number | null {
  if (life.kind === 'up') return life.program.identity.pid
  if (life.kind === 'stopping') return life.program?.identity.pid ?? null
  return null
}

/** Since when the current run is up, in milliseconds since 1970; null when none is. */
export function upSince(row: ProcessRow): number | null {
  return row.life.kind === 'up' || row.life.kind === 'stopping' ? (row.startedAt ?? row.life.since) : null
}

const endJson = (end: RunEnd) => ({ code: end.code, signal: end.signal, at: isoTime(end.at), reason: end.reason })

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
    waiting_for: [] as string[],
    exit: row.lastEnd === null ? null : endJson(row.lastEnd),
    cpu_pct: row.usage?.cpuPct ?? null,
    rss_bytes: row.usage?.rssBytes ?? null,
    listen: row.usage?.listen ?? [],
  }
}

/** `session show NAME`. */
export function processDetailJson(detail: ProcessDetail, session: string, now: number) {
  return {
    ...processJson(detail.row, session, now),
    fp: null,
    states: [] as string[],
    parents: [] as string[],
    children: [] as string[],
    cmdline: detail.row.argv,
    cwd: detail.cwd,
    env_names: detail.envNames,
    paths: detail.paths,
  }
}

/** One element of `session list`. */
export function sessionJson(session: SessionRow, processes: readonly ProcessRow[]) {
  const own = processes.filter((row) => row.sessionId === session.id)
  return {
    id: session.id,
    name: session.name,
    path: session.path,
    active: session.active,
    read_only: session.readOnly === null ? null : { kind: session.readOnly.kind, message: session.readOnly.message },
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
