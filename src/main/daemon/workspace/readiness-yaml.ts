import type { Readiness } from '../../../shared/domain/readiness.ts'
import { assertNever } from '../../../shared/domain/result.ts'

/** A readiness check as people write it: one of `port`, `http`, `log`, `command`, `expr`, with times in seconds. */
export function readinessYaml({ check, intervalMs, timeoutMs }: Readiness): Record<string, unknown> {
  const times = { interval: intervalMs / 1000, timeout: timeoutMs / 1000 }
  switch (check.kind) {
    case 'port':
      return { port: check.port, ...times }
    case 'http':
      return { http: check.url, ...times }
    case 'log':
      return { log: check.pattern, ...times }
    case 'command':
      return { command: check.argv, ...times }
    case 'expr':
      return { expr: check.expr, ...times }
    default:
      return assertNever(check)
  }
}
