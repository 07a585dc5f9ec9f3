import { createContext, Script } from 'node:vm'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { type LinePattern, searchedText } from '../../../shared/text/line-pattern.ts'

/** Where in a text a pattern fits: from a character to the one behind it. */
export type Span = readonly [start: number, end: number]

/** As long as the daemon gives a search that makes no headway. */
const timeLimitMs = 10_000
/** No line can show more of them apart. */
const maxSpans = 1000

/** Finds a pattern in lines. The answer has one element for each: null without a match. Failure: `timeout`. */
export type Matcher = (lines: readonly string[]) => Result<readonly (readonly Span[] | null)[]>

/**
 * The program that searches. An expression can take time without end on a line that is made for it, and only a script of
 * its own can be stopped then (vm, `timeout`).
 */
const program = new Script(`
  lines.map((line) => {
    const spans = []
    pattern.lastIndex = 0
    for (let match = pattern.exec(line); match !== null && spans.length < ${maxSpans}; match = pattern.exec(line)) {
      spans.push([match.index, pattern.lastIndex])
      if (pattern.lastIndex === match.index) pattern.lastIndex += 1
    }
    return spans.length > 0 ? spans : null
  })
`)

/** A matcher for a pattern that was read before; `limitMs` for each call. */
export function createMatcher({ source, flags }: LinePattern, limitMs = timeLimitMs): Matcher {
  const context = createContext({ pattern: new RegExp(source, `${flags}g`), lines: [] })
  return (lines) => {
    context.lines = lines.map(searchedText)
    try {
      const found: readonly (readonly Span[] | null)[] = program.runInContext(context, { timeout: limitMs })
      return success(Array.from(found, ownSpans))
    } catch (error) {
      if (!isTimeout(error)) throw error
      return failure(
        'timeout',
        `The expression took longer than ${limitMs / 1000} s on a part of the log`,
        'Write it without repetitions inside repetitions, such as (a+)+.',
      )
    }
  }
}

/** Arrays of another context are no arrays of ours to everyone who looks closely. */
const ownSpans = (spans: readonly Span[] | null): readonly Span[] | null =>
  spans === null ? null : Array.from(spans, ([start, end]): Span => [start, end])

/** The error is one of the other context, so no `Error` of ours. */
const isTimeout = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
