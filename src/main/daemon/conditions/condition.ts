import type { ParseResult } from '@marcbachmann/cel-js'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import { costOf } from './cost.ts'
import { contextOf, environment, NotRunning, Unreadable } from './environment.ts'
import { faultFailure } from './fault.ts'
import { faultOf, runtimeErrorText } from './library-errors.ts'
import { mentions } from './mentions.ts'
import { unknownIn } from './rules.ts'
import type { ConditionSample } from './sample.ts'
import { ordinarySize, sizesOf } from './sizes.ts'

/** Whether a condition holds for a sample. Where `error` (in words) is not null, it could not be told: `held` is false. */
export type Evaluation = { readonly held: boolean; readonly error: string | null }

/** An expression about a process that has been checked: evaluating it never throws and takes bounded time. */
export type Condition = {
  readonly text: string
  /** Asks what the life of the process is: the one question that makes sense of a process that does not run. */
  readonly asksForLife: boolean
  evaluate(sample: ConditionSample): Evaluation
}

/** Longer ones are programs, not conditions. UTF-16 units. */
const maximalCharacters = 2000

/**
 * What one evaluation may take, in steps of about 20 ns: some 20 ms. A condition is evaluated several times a second
 * on the thread that supervises everything.
 */
export const maximalSteps = 1_000_000

const example = "as in len(fp['listen']) > 0, or state == 'operative'"

/**
 * Reads a condition in CEL (docs/decisions/cel.md) and checks all that can be checked without a process. What is wrong
 * is `bad_input` with its column: syntax, a name, key of `fp` or function that conditions do not have, types that do not
 * go together, a value that is not true or false, and what would take too long with lists of 100 elements.
 */
export function compileCondition(text: string): Result<Condition> {
  if (text.length > maximalCharacters) {
    return failure('bad_input', `the condition has ${text.length} characters; at most ${maximalCharacters} are taken`)
  }
  if (text.trim() === '') return failure('bad_input', 'the condition is empty', example)
  const parsed = parse(text)
  if (!parsed.ok) return parsed
  const { ast } = parsed.value
  const unknown = unknownIn(ast)
  if (unknown) return faultFailure(text, unknown)
  const typed = parsed.value.check()
  if (!typed.valid) return faultFailure(text, faultOf(text, typed.error))
  if (typed.type !== 'bool') return faultFailure(text, notTrueOrFalse(typed.type))
  if (isTooCostly(costOf(ast, ordinarySize))) {
    return faultFailure(text, { position: 0, message: 'this takes too long', hint: 'put fewer lists inside lists' })
  }
  return success({
    text,
    asksForLife: mentions(ast, 'life'),
    evaluate: (sample) => evaluate(text, parsed.value, sample),
  })
}

function parse(text: string): Result<ParseResult> {
  try {
    return success(environment.parse(text))
  } catch (error) {
    return faultFailure(text, faultOf(text, error))
  }
}

const notTrueOrFalse = (type: string | undefined) => ({
  position: 0,
  message: `a condition is true or false, this is of type ${type}`,
  hint: example,
})

/** Written so that what is not a number is too costly. */
const isTooCostly = (steps: number) => !(steps <= maximalSteps)

function evaluate(text: string, expression: ParseResult, sample: ConditionSample): Evaluation {
  if (isTooCostly(costOf(expression.ast, sizesOf(sample))))
    return untold('this takes too long with lists as long as this process has')
  try {
    return { held: expression(contextOf(sample)) === true, error: null }
  } catch (error) {
    if (error instanceof NotRunning) return { held: false, error: null }
    return untold(error instanceof Unreadable ? error.message : runtimeErrorText(text, error))
  }
}

const untold = (error: string): Evaluation => ({ held: false, error })
