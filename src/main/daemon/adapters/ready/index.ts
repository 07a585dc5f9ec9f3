import { execFile } from 'node:child_process'
import { connect } from 'node:net'
import { assertNever } from '../../../../shared/domain/result.ts'
import type { OutsideCheck, ProbedRun, ReadyProbe, ReadyProbes } from '../../host/ready-port.ts'
import { createLogProbe } from './log-probe.ts'

/** One try takes no longer than this, so that a hung server or command cannot hold up the next. */
const probeTimeoutMs = 5000

/** The checks that `ready:` may ask for, made on this machine. */
export const createReadyProbes = (): ReadyProbes => ({ create })

function create(check: OutsideCheck, run: ProbedRun): ReadyProbe {
  switch (check.kind) {
    case 'port':
      return { ask: (signal) => anyPortOpen(check.port, signal) }
    case 'http':
      return { ask: (signal) => httpAnswers(check.url, signal) }
    case 'log':
      return createLogProbe(check.pattern, run.logs)
    case 'command':
      return { ask: (signal) => commandSucceeds(check.argv, run, signal) }
    default:
      return assertNever(check)
  }
}

/** Programs listen on the one address family, the other, or both. */
async function anyPortOpen(port: number, signal: AbortSignal): Promise<boolean> {
  const answers = await Promise.all(['127.0.0.1', '::1'].map((host) => portOpen(host, port, signal)))
  return answers.includes(true)
}

function portOpen(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal })
    const finish = (isOpen: boolean) => {
      socket.destroy()
      resolve(isOpen)
    }
    socket.setTimeout(probeTimeoutMs, () => finish(false))
    socket.once('connect', () => finish(true))
    socket.once('error', () => finish(false))
  })
}

async function httpAnswers(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(probeTimeoutMs)])
    const response = await fetch(url, { redirect: 'manual', signal: limit })
    await response.body?.cancel()
    return response.status >= 200 && response.status < 400
  } catch {
    return false
  }
}

function commandSucceeds(argv: readonly string[], run: ProbedRun, signal: AbortSignal): Promise<boolean> {
  const [program = '', ...rest] = argv
  return new Promise((resolve) => {
    const options = {
      cwd: run.cwd,
      env: { ...run.env },
      timeout: probeTimeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: Number.POSITIVE_INFINITY,
      signal,
    } as const
    execFile(program, rest, options, (error) => resolve(error === null))
  })
}
