import { setTimeout as delay } from 'node:timers/promises'
import type { Readiness } from '../../../shared/domain/readiness.ts'
import { assertNever } from '../../../shared/domain/result.ts'
import { formatLength } from '../../../shared/text/durations.ts'
import { compileCondition } from '../conditions/condition.ts'
import type { ReadyProbe, ReadyProbes } from '../host/ready-port.ts'
import { type Engine, type EngineParts, hostOf } from './engine.ts'
import { isForgotten, type Supervised } from './model.ts'
import { environmentOf } from './process-environment.ts'
import { sampleOf } from './sample.ts'

/** Asks a program that has begun whether it can be used, until it can, its time is over or it ends. */
export async function watchReady(
  engine: Engine,
  parts: EngineParts,
  probes: ReadyProbes,
  supervised: Supervised,
): Promise<void> {
  const { ready } = supervised.definition
  const { run } = supervised.state
  if (ready === null) {
    engine.dispatch(supervised, { kind: 'ready', at: parts.now(), run })
    return
  }
  const probe = probeOf(parts, probes, supervised, ready)
  const over = new AbortController()
  const isOver = () =>
    isForgotten(supervised) || supervised.state.run !== run || supervised.state.life.kind !== 'starting'
  const waiter = () => {
    if (isOver()) over.abort()
  }
  supervised.waiters.add(waiter)
  try {
    await ask(engine, parts, supervised, { probe, ready, run, isOver, signal: over.signal })
  } finally {
    supervised.waiters.delete(waiter)
  }
}

type Asking = {
  readonly probe: ReadyProbe
  readonly ready: Readiness
  readonly run: number
  readonly isOver: () => boolean
  readonly signal: AbortSignal
}

async function ask(engine: Engine, parts: EngineParts, supervised: Supervised, asking: Asking): Promise<void> {
  const { probe, ready, run, isOver, signal } = asking
  while (!isOver()) {
    if (await probe.ask(signal)) {
      engine.dispatch(supervised, { kind: 'ready', at: parts.now(), run })
      return
    }
    if (isOver()) return
    const { life } = supervised.state
    const left = life.kind === 'starting' && life.readyBy !== null ? life.readyBy - parts.now() : 0
    if (left <= 0) {
      const reason = `Start time-out: ${checkText(ready)} within ${formatLength(ready.timeoutMs)}`
      const { graceMs } = supervised.definition
      engine.dispatch(supervised, { kind: 'not-ready', at: parts.now(), run, reason, graceMs })
      return
    }
    await delay(Math.min(ready.intervalMs, left), undefined, { signal }).catch(() => {})
  }
}

function probeOf(parts: EngineParts, probes: ReadyProbes, supervised: Supervised, ready: Readiness): ReadyProbe {
  const { check } = ready
  const { session, definition, name } = supervised
  if (check.kind === 'expr') {
    const condition = compileCondition(check.expr)
    return {
      ask: async () =>
        condition.ok &&
        condition.value.evaluate(await sampleOf(parts, supervised, hostOf(parts, supervised).fingerprints())).held,
    }
  }
  const [latest] = session.store?.runs(supervised.id) ?? []
  return probes.create(check, {
    cwd: definition.cwd,
    env: environmentOf(parts, supervised),
    logs: [
      { path: session.paths.out(name), from: latest?.outOffset ?? 0 },
      { path: session.paths.err(name), from: latest?.errOffset ?? 0 },
    ],
  })
}

/** What did not happen: `port 7496 did not open`. */
function checkText({ check }: Readiness): string {
  switch (check.kind) {
    case 'port':
      return `port ${check.port} did not open`
    case 'http':
      return `${check.url} did not answer`
    case 'log':
      return `no line of its output matched ${check.pattern}`
    case 'command':
      return `${check.argv[0] ?? 'its command'} did not succeed`
    case 'expr':
      return `${check.expr} did not hold`
    default:
      return assertNever(check)
  }
}
