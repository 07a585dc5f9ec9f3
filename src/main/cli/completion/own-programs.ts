import { readdirSync, readFileSync, statSync } from 'node:fs'
import { redactArgv } from '../../../shared/text/redact.ts'
import { printable } from '../printable.ts'
import type { Program } from './candidates.ts'

/** Reading all of a machine with tens of thousands of processes would take longer than a person waits for the Tab key. */
const maxPrograms = 5000
/** A longer beginning of a command line says nothing more. */
const maxLineLength = 200

/**
 * Programs of this user, newest first, from /proc (proc(5)); none on a system without it. A line ends before the first
 * argument with a secret: it is shown, and it is compared as a beginning. Kernel threads, zombies and we ourselves, who
 * are gone in a moment, are left out.
 */
export function ownPrograms(): readonly Program[] {
  const user = process.getuid?.()
  return pids()
    .filter((pid) => pid !== process.pid)
    .slice(0, maxPrograms)
    .flatMap((pid) => programOf(pid, user) ?? [])
}

function pids(): readonly number[] {
  try {
    const names = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
    return names.map(Number).sort((one, other) => other - one)
  } catch {
    return []
  }
}

function programOf(pid: number, user: number | undefined): Program | null {
  try {
    if (statSync(`/proc/${pid}`).uid !== user) return null
    const line = shownLine(readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1))
    return line === '' ? null : { pid, line }
  } catch {
    // It ended while we looked.
    return null
  }
}

/** The arguments up to the first that hides something, as one line. */
export function shownLine(argv: readonly string[]): string {
  const shown = redactArgv(argv)
  const secret = argv.findIndex((element, index) => shown[index] !== element)
  const open = secret < 0 ? argv : argv.slice(0, secret)
  return printable(open.join(' ')).slice(0, maxLineLength).trim()
}
