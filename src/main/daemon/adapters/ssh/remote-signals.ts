import type { ProgramIdentity } from '../../../../shared/domain/identity.ts'
import type { Sight, TreeMember } from '../../host/port.ts'
import { hasEnded, parseStat } from '../../host/proc-text.ts'
import type { Delivery } from '../../host/stop.ts'
import { beginScript } from './remote-processes.ts'
import type { RemoteShell } from './remote-shell.ts'
import { newMark, readShown, splitParts } from './remote-text.ts'

/** See `ProcessHost.look`. */
export async function lookRemote(
  shell: RemoteShell,
  identities: readonly ProgramIdentity[],
): Promise<readonly Sight[]> {
  const { bootId } = await shell.machine()
  const here = identities.filter((identity) => identity.bootId === bootId)
  if (here.length === 0) return identities.map(() => 'gone')
  const mark = newMark()
  const paths = [...new Set(here.map(({ pid }) => `/proc/${pid}/stat`))]
  const shown = await shell.ask(
    (machine) => `${beginScript(machine, mark)}\nshow ${paths.join(' ')}\nexit 0\n`,
    ({ output }, machine) => readShown(splitParts(output, mark).parts[0], machine.frame),
  )
  return identities.map((identity) =>
    identity.bootId === bootId ? sightOf(identity, shown.get(`/proc/${identity.pid}/stat`)) : 'gone',
  )
}

function sightOf(identity: ProgramIdentity, bytes: Buffer | undefined): Sight {
  const stat = parseStat(bytes?.toString('latin1') ?? '')
  if (stat === undefined || stat.startTime !== identity.startTime || hasEnded(stat)) return 'gone'
  return stat.state === 'T' ? 'stopped' : 'alive'
}

/**
 * `look PID` sets `state` and `start`, fields 3 and 22 of proc_pid_stat(5), counted behind the name. That ends at the last
 * `)` and may hold anything, even a newline: then one `read` does not get it all. `send PID START SIGNAL` signals that
 * program and says what came of it: between its look and the signal lie two builtins.
 */
const sendFunctions = `look() {
stat=
read -r stat </proc/$1/stat
case $stat in '') return 1 ;; *') '*) ;; *) stat=$(cat /proc/$1/stat) || return 1 ;; esac
set -- \${stat##*') '}
state=$1
start=\${20}
}
send() {
look $1 || { echo gone; return; }
[ "$start" = "$2" ] || { echo gone; return; }
case $state in [ZXx]) echo gone; return ;; esac
if kill -s "$3" "$1"; then echo sent; elif [ -d /proc/$1 ]; then echo refused; else echo gone; fi
}
`

/**
 * Should the link be lost while a tree stands still, it must not stand for ever: after so long somebody there lets it go
 * on. Some rounds of looks and signals on a slow machine take no longer.
 */
const longestFreezeSeconds = 10

/** See `Deliver`; all of it in one ask. */
export async function deliverRemote(
  shell: RemoteShell,
  members: readonly TreeMember[],
  signal: NodeJS.Signals,
): Promise<readonly Delivery[]> {
  if (members.length === 0) return []
  const { bootId } = await shell.machine()
  const here = members.filter(({ identity }) => identity.bootId === bootId)
  const words = await shell.ask(
    ({ setsid, shell: sh }) => `exec 2>/dev/null\n${sendFunctions}${calls(here, signal)}
${signal === 'SIGSTOP' ? letGoLater(here, setsid, sh) : ''}
exit 0
`,
    ({ output }) => output.toString('latin1').split('\n').slice(0, -1),
  )
  if (words.length !== here.length) throw new Error(`${shell.name} answered ${words.length} of ${here.length} signals.`)
  const deliveries = new Map(here.map((member, index) => [member, toDelivery(words[index] ?? '')]))
  return members.map((member) => deliveries.get(member) ?? { kind: 'gone' })
}

const calls = (members: readonly TreeMember[], signal: NodeJS.Signals): string =>
  members.map(({ identity }) => `send ${identity.pid} ${identity.startTime} ${signal.replace(/^SIG/, '')}\n`).join('')

/** In a session of its own, since the shell of a lost link may be ended with all that it started. */
function letGoLater(members: readonly TreeMember[], setsid: string, sh: string): string {
  const standing = members.map(({ identity }) => `stands ${identity.pid} ${identity.startTime}`).join(' || ')
  const script = `exec >/dev/null 2>&1
${sendFunctions}stands() { look $1 && [ "$start" = "$2" ] && [ "$state" = T ]; }
left=${longestFreezeSeconds}
while [ $left -gt 0 ]; do
sleep 1
${standing} || exit 0
left=$((left - 1))
done
${calls(members, 'SIGCONT')}`
  return `${setsid} ${setsid} ${sh} <<'PROCESSION_SCRIPT' >/dev/null 2>&1\n${script}\nPROCESSION_SCRIPT`
}

function toDelivery(word: string): Delivery {
  if (word === 'sent') return { kind: 'sent' }
  return word === 'refused' ? { kind: 'refused', why: 'it belongs to another user' } : { kind: 'gone' }
}
