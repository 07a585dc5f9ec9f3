import process from 'node:process'
import { installCommand } from '../../scripts/lib/apt.mjs'
import { missingPackages, type PartName } from '../../scripts/lib/system-packages.mjs'

/** The context of a test of Vitest, and `test.info()` of one of Playwright. */
export interface Skippable {
  skip(condition: boolean, reason: string): void
}

/**
 * Skips a test, saying why, where this machine lacks a real part that it needs; fails it instead where real parts are
 * required (`PROCESSION_REQUIRE_REAL=1`). Call it first in the test:
 * `requireParts(context, 'busybox')` in Vitest, `requireParts(test.info(), 'desktop')` in Playwright.
 */
export function requireParts(context: Skippable, ...parts: readonly PartName[]): void {
  const reason = missingParts(...parts)
  if (reason !== null) skipOrFail(context, reason)
}

/** Why these parts cannot be used, with the remedy; null where they can. */
function missingParts(...parts: readonly PartName[]): string | null {
  const missing = missingPackages(parts)
  if (missing.length === 0) return null
  return `needs ${missing.map(({ names }) => names[0]).join(', ')} (${installCommand(missing)})`
}

/** Skips a test for a reason of its own; fails it where real parts are required. */
export function skipOrFail(context: Skippable, reason: string): void {
  if (process.env.PROCESSION_REQUIRE_REAL === '1') throw new Error(`PROCESSION_REQUIRE_REAL=1, but ${reason}`)
  context.skip(true, reason)
}
