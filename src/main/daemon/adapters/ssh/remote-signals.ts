import type { ProgramIdentity } from '../../../../shared/domain/identity.ts'
import type { Sight, TreeMember } from '../../host/port.ts'
import { hasEnded, type ProcStat } from '../../host/proc-text.ts'
import type { Delivery } from '../../host/stop.ts'
import { beginScript, readStats } from './remote-processes.ts'
import type { RemoteShell } from './remote-shell.ts'
import { BoundaryLost, newMark, readShown, splitParts } from './remote-text.ts'

/** See `ProcessHost.look`. */
export async function lookRemote(
  shell: RemoteShell,
  identities: readonly ProgramIdentity[],
): Promise<readonly Sight[]> {
  const { bootId } = await shell.machine()
  const here = identities.filter((identity) => identity.bootId === bootId)
  if (here.length === 0) return identities.map(() => 'gone')
  const pids = [...new Set(here.map(({ pid }) => pid))]
  const stats = await (pids.length > fewPids ? readManyStats : readFewStats)(shell, pids)
  return identities.map((identity) =>
    identity.bootId === bootId ? sightOf(identity, stats.get(identity.pid)) : 'gone',
  )
}

/** What of proc_pid_stat(5) says which program it is, and whether it lives. */
type Seen = Pick<ProcStat, 'state' | 'startTime'>

/** dash and busybox read byte by byte: for more files than this one `cat`, though it is a program, is quicker. */
const fewPids = 4

async function readManyStats(shell: RemoteShell, pids: readonly number[]): Promise<ReadonlyMap<number, Seen>> {
  const mark = newMark()
  return shell.ask(
    (machine) => `${beginScript(machine, mark)}\nshow ${pids.map((pid) => `/proc/${pid}/stat`).join(' ')}\nexit 0\n`,
    ({ output }, machine) => readStats(readShown(splitParts(output, mark).parts[0], machine.frame)),
  )
}

/** With builtins alone, in the shell itself: a round trip, and hardly more. */
function readFewStats(shell: RemoteShell, pids: readonly number[]): Promise<ReadonlyMap<number, Seen>> {
  // A shell that cannot even see itself, as one without descriptors, proves nothing about others.
  const looks = pids.map(
    (pid) =>
      `if look ${pid}; then echo "${pid} $procession_state $procession_start"; elif look $$; then echo ${pid}; fi\n`,
  )
  return shell.ask(
    () => `${lookFunction}${looks.join('')}`,
    ({ output }) => {
      const lines = output.toString('latin1').split('\n').slice(0, -1)
      if (lines.length !== pids.length) throw new BoundaryLost(`${lines.length} of ${pids.length} looks came.`)
      return new Map(
        lines.map((line) => {
          const [pid, state = '', startTime = ''] = line.split(' ')
          return [Number(pid), { state, startTime }]
        }),
      )
    },
    { inShell: true },
  )
}

function sightOf(identity: ProgramIdentity, stat: Seen | undefined): Sight {
  if (stat === undefined || stat.startTime !== identity.startTime || hasEnded(stat)) return 'gone'
  return stat.state === 'T' ? 'stopped' : 'alive'
}

/**
 * `look PID` sets the fields 3 and 22 of proc_pid_stat(5), counted behind the name. That ends at the last `)` and may hold
 * anything, wildcards or a newline: then one `read` does not get it all, and fields are missing. May run `inShell`.
 */
const lookFunction = `fields() { procession_state=$1 procession_start=\${20-}; }
look() {
procession_stat=
read -r procession_stat </proc/$1/stat
[ -n "$procession_stat" ] || return 1
set -f
fields \${procession_stat##*') '}
[ -n "$procession_start" ] || { procession_stat=$(cat /proc/$1/stat); fields \${procession_stat##*') '}; }
set +f
[ -n "$procession_start" ]
}
`

/**
 * `send PID START SIGNAL` signals that program and says what came of it: between its look and the signal lie two
 * builtins.
 */
const sendFunctions = `${lookFunction}send() {
look $1 && [ "$procession_start" = "$2" ] || { echo gone; return; }
case $procession_state in [ZXx]) echo gone; return ;; esac
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
  const freezes = signal === 'SIGSTOP'
  const words = await shell.ask(
    ({ setsid, shell: sh }) =>
      freezes
        ? `exec 2>/dev/null\n${sendFunctions}${calls(here, signal)}${letGoLater(here, setsid, sh)}\nexit 0\n`
        : `${sendFunctions}${calls(here, signal)}`,
    ({ output }) => output.toString('latin1').split('\n').slice(0, -1),
    { inShell: !freezes },
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
${sendFunctions}stands() { look $1 && [ "$procession_start" = "$2" ] && [ "$procession_state" = T ]; }
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
