import { constants } from 'node:os'
import type { RunEnd } from '../../../shared/domain/run-end.ts'
import type { RunRecord } from './port.ts'
import { parseStat } from './proc-text.ts'

type Parts = { -readonly [Name in keyof RunRecord]: RunRecord[Name] }

/**
 * Reads the text of a record file (shim.sh says what is in it). Of each kind of line the first counts, so that what a
 * shorter text says stays true when the text grows. A last line without its newline does not count.
 */
export function parseRecord(text: string): RunRecord {
  const record: Parts = { program: null, execFailure: null, end: null, words: [] }
  const words: string[] = []
  for (const line of text.split('\n').slice(0, -1)) {
    if (line.startsWith('S ') && record.program === null) {
      record.program = parseProgram(line)
      // What the shell says before it forks (an unknown locale, a failed preload) is not about the program's end.
      words.length = 0
    } else if (line.startsWith('X ') && record.execFailure === null) {
      record.execFailure = parseExecFailure(line)
    } else if (line.startsWith('E ') && record.end === null) {
      record.end = parseEnd(line)
    } else if (!/^[SXE] /.test(line)) {
      words.push(line)
    }
  }
  return { ...record, words }
}

function parseProgram(line: string): RunRecord['program'] {
  const [, bootId, statText] = /^S ([0-9a-f-]{36}) (.+)$/.exec(line) ?? []
  const stat = statText === undefined ? undefined : parseStat(statText)
  if (bootId === undefined || stat === undefined) return null
  // The group, not the parent: a shim that was killed in this moment has already left its child to another.
  return { identity: { bootId, pid: stat.pid, startTime: stat.startTime }, shimPid: stat.pgrp }
}

function parseExecFailure(line: string): number | null {
  const code = /^X (\d{1,3})$/.exec(line)?.[1]
  return code === undefined ? null : Number(code)
}

function parseEnd(line: string): RunRecord['end'] {
  const [, code, uptime] = /^E (\d{1,3}) (\d+(?:\.\d+)?)$/.exec(line) ?? []
  return code === undefined || uptime === undefined ? null : { code: Number(code), uptimeSeconds: Number(uptime) }
}

/** What is needed to turn seconds since boot into a date. */
export type EndClock = {
  /** Milliseconds since 1970 UTC. */
  readonly now: number
  /** Of the same moment. */
  readonly uptimeSeconds: number
  readonly bootId: string
  /** When the record file was last written, milliseconds since 1970 UTC; the only date of an end before the last boot. */
  readonly writtenAt?: number
}

/** A shell reports a death by signal n as 128 + n. */
const signalBase = 128

/**
 * How the run ended, for a program that is known to be gone. The shell writes words only for a death by signal, in
 * whatever language, which tells SIGKILL from `exit 137`; for SIGINT and SIGPIPE it writes none, so these two codes
 * stay ambiguous.
 */
export function interpretEnd(record: RunRecord, clock: EndClock): RunEnd {
  // A shell killed before its exec may run the trap with 128 + n; that is a death, not a failed exec.
  if (record.execFailure !== null && record.execFailure < signalBase) {
    return {
      code: record.execFailure,
      signal: null,
      at: endedAt(record, clock),
      reason: whyNotStarted(record.execFailure),
    }
  }
  if (record.end === null) return { code: null, signal: null, at: Math.round(clock.now), reason: 'recorder lost' }
  const { code } = record.end
  const at = endedAt(record, clock)
  const signal = signalName(code - signalBase)
  if (signal !== undefined && record.words.some((line) => line.trim() !== '')) {
    return { code: null, signal, at, reason: null }
  }
  return { code, signal: null, at, reason: ambiguity(code) }
}

function whyNotStarted(code: number): string {
  switch (code) {
    case 127:
      return 'could not start: not found'
    case 126:
      return 'could not start: not executable'
    default:
      return `could not start: the shell said ${code}`
  }
}

function ambiguity(code: number): string | null {
  switch (code) {
    case signalBase + constants.signals.SIGINT:
      return `interrupt or exit code ${code}`
    case signalBase + constants.signals.SIGPIPE:
      return `broken pipe or exit code ${code}`
    default:
      return null
  }
}

/** Names in Node's table that share a number with the usual name (signal(7)). */
const aliases = new Set(['SIGIOT', 'SIGPOLL', 'SIGUNUSED'])

const namesByNumber = new Map(
  Object.entries(constants.signals)
    .filter(([name]) => !aliases.has(name))
    .map(([name, number]): [number, string] => [number, name]),
)

/** SIGRTMIN and the highest number as glibc and musl see them (signal(7)); the shells only say the number. */
const firstRealTimeSignal = 34
const lastRealTimeSignal = 64

function signalName(number: number): string | undefined {
  if (number >= firstRealTimeSignal && number <= lastRealTimeSignal) {
    return number === firstRealTimeSignal ? 'SIGRTMIN' : `SIGRTMIN+${number - firstRealTimeSignal}`
  }
  return namesByNumber.get(number)
}

/** Exact to the 10 ms of /proc/uptime, however late the record is read. */
function endedAt(record: RunRecord, clock: EndClock): number {
  const sameBoot = record.program === null || record.program.identity.bootId === clock.bootId
  if (record.end !== null && sameBoot && record.end.uptimeSeconds <= clock.uptimeSeconds) {
    return Math.round(clock.now - (clock.uptimeSeconds - record.end.uptimeSeconds) * 1000)
  }
  return Math.round(clock.writtenAt ?? clock.now)
}
