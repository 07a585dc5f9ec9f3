import type { Target } from '../../../shared/contract/contract.ts'
import { mayBeRunning } from '../../../shared/domain/life.ts'
import { type Failure, failure, type Result, success } from '../../../shared/domain/result.ts'
import { nameOf, type Supervised } from '../supervisor/model.ts'
import type { Supervision } from '../supervisor/supervision.ts'
import { findTarget } from './find-target.ts'
import type { Handlers } from './handlers.ts'

type TerminalMethods = 'terminal.output' | 'terminal.input' | 'terminal.resize'

export function createTerminalHandlers(supervision: Supervision): Pick<Handlers, TerminalMethods> {
  const { terminals } = supervision.parts
  const find = async (target: Target, access: 'read' | 'write'): Promise<Result<string>> => {
    const found = await findTarget(supervision, target, access)
    if (!found.ok) return found
    return terminals.has(found.value.id) ? success(found.value.id) : whyNone(found.value)
  }
  return {
    'terminal.output': async ({ target, cols, rows }, { signal }) => {
      const id = await find(target, 'read')
      return id.ok ? terminals.output(id.value, { cols, rows }, signal) : id
    },
    'terminal.input': async ({ target, data }) => {
      const id = await find(target, 'write')
      return done(id.ok ? terminals.write(id.value, data) : id)
    },
    'terminal.resize': async ({ target, cols, rows }) => {
      const id = await find(target, 'write')
      return done(id.ok ? terminals.resize(id.value, { cols, rows }) : id)
    },
  }
}

const done = (result: Result<unknown>): Result<Record<string, never>> => (result.ok ? success({}) : result)

function whyNone(supervised: Supervised): Failure {
  const name = nameOf(supervised)
  if (!supervised.definition.pty) {
    return failure(
      'conflict',
      `${name} has no terminal.`,
      `Start it with --pty, or write pty: true into etc/${supervised.name}.yaml and restart it`,
    )
  }
  if (!mayBeRunning(supervised.state.life)) {
    return failure('conflict', `${name} does not run, so it has no terminal now.`, 'Start it')
  }
  if (supervised.state.life.kind === 'starting' && supervised.launching !== null) {
    return failure('conflict', `${name} is just starting.`, 'Try again in a moment')
  }
  return failure(
    'conflict',
    `${name} runs without a terminal: it lost that with an earlier daemon, or was started before it was to have one.`,
    'Restart it',
  )
}
