import { formatMark, markVariable } from '../../../../shared/domain/identity.ts'
import { type Failure, failure, type Result, success } from '../../../../shared/domain/result.ts'
import { HostUnreachable, type RunSpec } from '../../host/port.ts'
import { parseRecord } from '../../host/record.ts'
import { shimName } from '../../host/shim-text.ts'
import type { Answer } from './port.ts'
import { quote } from './quote.ts'
import { explainLaunch, launchStatus } from './remote-launch-errors.ts'
import type { RemoteMachine } from './remote-machine.ts'
import type { RemoteFiles } from './remote-places.ts'
import type { RemoteShell } from './remote-shell.ts'
import { newMark, splitParts } from './remote-text.ts'

/** Where a run is to write, and how much of its logs is already copied here. */
export type LaunchPlace = {
  readonly remote: RemoteFiles
  /** Bytes of our copies: what is new must come behind them. */
  readonly copied: { readonly out: number; readonly err: number }
}

/** What a launch left: the text of the record so far. */
export type Launched = { readonly shimPid: number; readonly record: Buffer }

/** For so long the launch itself may wait for its turn and its answer. */
const launchTimeoutMs = 15_000

/**
 * A launch that comes later than this must not happen: whoever asked for it has given it up, and may have looked already
 * whether it happened. In whole seconds of the machine's own clock, and before our own patience ends.
 */
const launchWithinSeconds = launchTimeoutMs / 1000 - 2

/** How old a look at the machine's clock may be to reckon with it: clocks drift far less than a second in this time. */
const freshClockMs = 60_000

/**
 * Starts a run on the other machine (`ProcessHost.launch`). A link that breaks meanwhile throws `HostUnreachable`: the
 * program may run or not, and its record tells when the machine is there again.
 */
export async function launchRemote(spec: RunSpec, place: LaunchPlace, shell: RemoteShell): Promise<Result<Launched>> {
  const problem = findProblem(spec)
  if (problem !== undefined) return problem
  const uptime = await uptimeOf(shell)
  const mark = newMark()
  const answer = await shell.ask(
    (machine) => launchScript({ spec, place, machine, mark, before: Math.floor(uptime) + launchWithinSeconds }),
    (given) => given,
    { timeoutMs: launchTimeoutMs, maxBytes: 1024 * 1024 },
  )
  return readLaunched(answer, mark, { spec, shell, remote: place.remote })
}

/** Names that a shell can export (POSIX.1, 8.1). */
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/

function findProblem({ argv, cwd, env, terminal }: RunSpec): Failure | undefined {
  if (terminal !== undefined) {
    return failure('unsupported', 'A terminal is only possible on this machine.', 'Start it without --pty.')
  }
  if (argv.length === 0) return failure('bad_input', 'There is no program to start.', 'Give a command.')
  if ([...argv, cwd, ...Object.entries(env).flat()].some((text) => text.includes('\0'))) {
    return failure(
      'bad_input',
      'The command, its folder or its environment holds a NUL character.',
      'Remove it: no program can be given one.',
    )
  }
  const odd = Object.keys(env).find((name) => !variableName.test(name))
  return odd === undefined
    ? undefined
    : failure(
        'bad_input',
        `The name of the environment variable ${JSON.stringify(odd)} cannot be passed to another machine.`,
        'Use letters, digits and underscores.',
      )
}

async function uptimeOf(shell: RemoteShell): Promise<number> {
  const { clock } = shell
  const age = clock === null ? Number.POSITIVE_INFINITY : Date.now() - clock.at
  if (clock !== null && age >= 0 && age < freshClockMs) return clock.uptimeSeconds + age / 1000
  const askedAt = Date.now()
  const uptimeSeconds = await shell.ask(
    () => 'read -r procession_up procession_idle </proc/uptime; echo "$procession_up"',
    ({ output }) => Number.parseFloat(output.toString('latin1')),
    { inShell: true },
  )
  shell.noteClock(askedAt, uptimeSeconds)
  return uptimeSeconds
}

type ScriptParts = {
  readonly spec: RunSpec
  readonly place: LaunchPlace
  readonly machine: RemoteMachine
  readonly mark: string
  /** Seconds since boot. */
  readonly before: number
}

/** Makes sure that a log has at least `size` bytes: what is written from now on lies behind what was copied before. */
const growFunction = `grow() {
[ -e "$1" ] || : >>"$1" || exit ${launchStatus.log}
[ "$2" -gt 0 ] || return 0
set -- "$1" "$2" $(LC_ALL=C ls -ln -- "$1")
[ "$7" -ge "$2" ] || dd if=/dev/null of="$1" bs=1 seek="$2" 2>/dev/null || exit ${launchStatus.log}
}
`

/**
 * The program reports itself within milliseconds; on a machine under heavy load it is given some seconds. A `sleep` that
 * knows no fractions fails, which is pause enough at first.
 */
const quickLooks = 100
const allLooks = 400

/** Logs that are there already are those of a forgotten process that had the same name. */
const isFirst = ({ place: { run } }: RunSpec, { copied }: LaunchPlace): boolean =>
  run === 1 && copied.out === 0 && copied.err === 0

/**
 * The record is made with O_EXCL (`set -C`), so one run cannot have two programs, and gets an empty line, which holds a
 * block of the disk for what the shim will write. Nothing after the exports runs a command by its name or uses a variable,
 * for the program's environment may change what both mean; none of it is ever on a command line. Our own variables have
 * long names, since one that a login there exports would reach the program changed.
 */
function launchScript({ spec, place, machine, mark, before }: ScriptParts): string {
  const { record, out, err } = place.remote
  const folders = [...new Set([record, out, err].map((path) => path.slice(0, path.lastIndexOf('/'))))]
  const variables = { ...spec.env, [markVariable]: formatMark(spec.place) }
  const exports = Object.entries(variables).map(
    ([name, value]) => `export ${name}=${quote(value)} || exit ${launchStatus.variable}`,
  )
  const { setsid, shell } = machine
  const command = [
    ...[setsid, setsid, shell],
    ...[`${machine.state}/${shimName}`, `${machine.state}/${record}`, ...spec.argv],
  ]
  return `umask 077
read -r procession_up procession_idle </proc/uptime
[ "\${procession_up%%.*}" -lt ${before} ] || exit ${launchStatus.late}
cd -- ${quote(machine.state)} || exit ${launchStatus.folder}
${folders.map((folder) => `[ -d ${folder} ]`).join(' && ')} || mkdir -p ${folders.join(' ')} 2>&1 || exit ${launchStatus.folder}
[ ! -e ${record} ] || exit ${launchStatus.conflict}
${isFirst(spec, place) ? `rm -f -- ${out} ${err}` : ':'}
${growFunction}grow ${out} ${place.copied.out} 2>&1
grow ${err} ${place.copied.err} 2>&1
(LC_ALL=C; export LC_ALL; cd -- ${wordOf(spec.cwd)} 2>&1) || {
[ -e ${wordOf(spec.cwd)} ] || exit ${launchStatus.noCwd}
[ -d ${wordOf(spec.cwd)} ] || exit ${launchStatus.cwdNoFolder}
exit ${launchStatus.cwd}
}
(set -C; : >${record}) 2>&1 || { [ ! -e ${record} ] || exit ${launchStatus.conflict}; exit ${launchStatus.record}; }
echo >>${record} || { rm -f ${record}; exit ${launchStatus.full}; }
(
umask ${machine.umask}
cd -- ${wordOf(spec.cwd)} || exit ${launchStatus.cwd}
unset OLDPWD
${exports.join('\n')}
exec ${command.map(quote).join(' ')}
) </dev/null >>${out} 2>>${record} 3<>/dev/null 4>>${err}
status=$?
if [ $status -ne 0 ]; then cat ${record}; rm -f ${record}; exit $status; fi
looks=0
while [ $looks -lt ${allLooks} ]; do
while read -r line; do case $line in 'S '*) break 2 ;; esac; done <${record}
looks=$((looks + 1))
[ $looks -lt ${quickLooks} ] && pause=0.001 || pause=0.01
sleep $pause 2>/dev/null || [ $looks -lt ${quickLooks} ] || { sleep 1; looks=$((looks + ${quickLooks})); }
done
printf '\\n%s\\n' ${mark}
cat ${record}
exit 0
`
}

/** One word of a shell; `~` and `~/...` are the home of the user there. */
export function wordOf(cwd: string): string {
  if (cwd === '~') return '"$HOME"'
  return cwd.startsWith('~/') ? `"$HOME"${quote(cwd.slice(1))}` : quote(cwd)
}

type Asked = { readonly spec: RunSpec; readonly shell: RemoteShell; readonly remote: RemoteFiles }

function readLaunched({ status, output }: Answer, mark: string, { spec, shell, remote }: Asked): Result<Launched> {
  const record = splitParts(output, mark).parts[0]
  if (status !== 0 || record === undefined) {
    return explainLaunch(status, output.toString('utf8'), { host: shell.name, spec, remote })
  }
  const { program } = parseRecord(record.toString('utf8'))
  // It was started, and may yet come: to call that a failure could end in a second copy.
  if (program === null) throw new HostUnreachable(`${shell.name} did not tell in time whether ${spec.place.name} runs.`)
  return success({ shimPid: program.shimPid, record })
}
