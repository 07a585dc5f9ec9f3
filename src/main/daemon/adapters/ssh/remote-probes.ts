import { assertNever } from '../../../../shared/domain/result.ts'
import { decodeEndpoint, parseListening } from '../../../../shared/linux/socket-table.ts'
import type { OutsideCheck, ProbedRun, ReadyProbe } from '../../host/ready-port.ts'
import type { SshConnection } from './port.ts'
import { quote } from './quote.ts'

/** One try takes no longer than this, so that a hung server or command cannot hold up the next. */
const probeTimeoutMs = 5000

/** Checks that only the machine itself can make; what a log says is known here. */
export type RemoteCheck = Exclude<OutsideCheck, { kind: 'log' }>

/** One readiness check of a run on the machine behind `connection`, made there. */
export function createRemoteProbe(connection: SshConnection, check: RemoteCheck, run: ProbedRun): ReadyProbe {
  const script = scriptOf(check, run)
  return {
    async ask() {
      const answer = await connection.ask(script, { timeoutMs: probeTimeoutMs, lane: 'slow' })
      if (!answer.ok) return false
      if (check.kind !== 'port') return answer.value.status === 0
      const listening = parseListening(answer.value.output.toString('latin1'))
      return listening.some(({ local }) => decodeEndpoint(local).port === check.port)
    },
  }
}

function scriptOf(check: RemoteCheck, { cwd, env }: ProbedRun): string {
  switch (check.kind) {
    case 'port':
      return 'cat /proc/net/tcp /proc/net/tcp6 2>/dev/null; :'
    case 'http':
      return httpScript(check.url)
    case 'command': {
      const variables = Object.entries(env).map(([name, value]) => `export ${name}=${quote(value)}`)
      const folder = cwd.replace(/^~(?=\/|$)/, '')
      const move = folder === cwd ? `cd -- ${quote(cwd)}` : `cd -- "$HOME"${quote(folder)}`
      const command = check.argv.map(quote).join(' ')
      return [`${move} || exit 1`, ...variables, `exec ${command} >/dev/null 2>&1`].join('\n')
    }
    default:
      return assertNever(check)
  }
}

/** Machines have the one or the other, or neither: then nothing is ever ready by HTTP, and the time-out says so. */
function httpScript(url: string): string {
  const seconds = probeTimeoutMs / 1000
  return [
    'if command -v curl >/dev/null; then',
    `  exec curl -fsS -m ${seconds} -o /dev/null -- ${quote(url)} 2>/dev/null`,
    'fi',
    `exec wget -q -T ${seconds} -O /dev/null -- ${quote(url)} 2>/dev/null`,
  ].join('\n')
}
