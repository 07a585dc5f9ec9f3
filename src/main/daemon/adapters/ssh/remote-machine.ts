import { failure } from '../../../../shared/domain/result.ts'
import { shimName, shimText } from '../../host/shim-text.ts'
import { HostUnfit } from './host-unfit.ts'
import type { Answer } from './port.ts'
import { quote } from './quote.ts'
import type { Frame, NameStyle } from './remote-text.ts'

/** What scripts need to know of a machine and of the account that we have there. */
export type RemoteMachine = {
  readonly bootId: string
  readonly uid: number
  readonly home: string
  /** The folder of our files there, without symbolic links. */
  readonly state: string
  readonly frame: Frame
  /** What a login gives to the programs that it starts. */
  readonly umask: string
  /** Absolute paths where the shell tells them. */
  readonly setsid: string
  readonly shell: string
  /** USER_HZ, the unit of times in /proc/PID/stat. */
  readonly ticksPerSecond: number
  readonly pageBytes: number
  /** The lowest port that its kernel gives away by itself. */
  readonly ephemeralFrom: number
  readonly names: NameStyle
  /** Its `tail -f` tells of new bytes at once, as GNU's does and busybox's does not. */
  readonly followsAtOnce: boolean
  /** Its `fallocate` can make holes, as util-linux' can and busybox's cannot. */
  readonly punches: boolean
  readonly kernel: string
  readonly cores: number | null
}

/** Exit statuses of the script, above those that shells use themselves. */
const status = { noFolder: 71, noProc: 72 } as const

/** A separator that nobody has used for a day was left by a daemon that is gone. */
const oldSeparators = `find . -maxdepth 1 -name '.separator-*' -mtime +1 -exec rm -f {} \\;`

/**
 * Makes the folder of our files with the shim and the separator in it, and tells what the machine is like, as
 * `name=value` entries that NUL ends.
 */
export const introductionScript = (frame: Frame): string => `say() { printf '%s=%s\\0' "$1" "$2"; }
mask=$(umask)
umask 077
LC_ALL=C; export LC_ALL
read -r boot </proc/sys/kernel/random/boot_id && read -r up idle </proc/uptime || exit ${status.noProc}
case \${XDG_STATE_HOME-} in /*) state=$XDG_STATE_HOME/procession ;; *) state=$HOME/.local/state/procession ;; esac
{ mkdir -p "$state" && cd -P -- "$state" && chmod 700 . &&
{ [ -f ${shimName} ] || { printf %s ${quote(shimText)} >.shim.$$ && mv -f .shim.$$ ${shimName}; }; } &&
printf '\\n%s\\n' ${frame.separator} >${frame.file}; } 2>&1 || { say folder "$state"; exit ${status.noFolder}; }
exec 2>/dev/null
${oldSeparators}
say boot "$boot"
say up "$up"
say uid "$(id -u)"
say home "$HOME"
say state "$PWD"
say mask "$mask"
say setsid "$(command -v setsid)"
say shell "$(command -v sh)"
say ticks "$(getconf CLK_TCK)"
say auxv "$(od -v -An -tx1 /proc/self/auxv)"

say ports "$(cat /proc/sys/net/ipv4/ip_local_port_range)"
ls -b / >/dev/null && say names escaped
case $(tail --version) in *GNU*) say follows yes ;; esac
case $(fallocate --help 2>&1) in *punch-hole*) say punches yes ;; esac
read -r kernel </proc/sys/kernel/osrelease
say kernel "$kernel"
say cores "$(grep -c '^cpu[0-9]' /proc/stat)"
exit 0
`

/** Throws `HostUnfit`. */
export function readIntroduction(
  answer: Answer,
  name: string,
  frame: Frame,
): { readonly machine: RemoteMachine; readonly uptimeSeconds: number } {
  const text = answer.output.toString('utf8')
  const entries = new Map(text.split('\0').map((entry) => splitEntry(entry)))
  if (answer.status === status.noProc) {
    throw unfit(`${name} has no /proc as Linux has it.`, 'Processes can be supervised on Linux only.')
  }
  const bootId = entries.get('boot') ?? ''
  const state = entries.get('state') ?? ''
  if (answer.status !== 0 || bootId === '' || !state.startsWith('/')) {
    throw explainFolder(text, name)
  }
  const setsid = entries.get('setsid') ?? ''
  if (setsid === '') {
    throw unfit(`${name} has no setsid.`, 'Install util-linux or busybox there: programs are started with it.')
  }
  const shell = entries.get('shell') ?? ''
  const auxiliary = parseAuxiliary(entries.get('auxv') ?? '')
  const machine: RemoteMachine = {
    ...{ bootId, state, frame, setsid },
    uid: Number(entries.get('uid')),
    home: entries.get('home') ?? '/',
    umask: /^[0-7]{1,4}$/.exec(entries.get('mask') ?? '')?.[0] ?? '022',
    shell: shell.startsWith('/') ? shell : '/bin/sh',
    ticksPerSecond: Number(entries.get('ticks')) || (auxiliary.get(auxiliaryTypes.ticks) ?? usualTicks),
    pageBytes: auxiliary.get(auxiliaryTypes.page) ?? usualPage,
    ephemeralFrom: Number.parseInt(entries.get('ports') ?? '', 10) || usualEphemeralFrom,
    names: entries.get('names') === 'escaped' ? 'escaped' : 'masked',
    followsAtOnce: entries.get('follows') === 'yes',
    punches: entries.get('punches') === 'yes',
    kernel: entries.get('kernel') ?? '',
    cores: Number(entries.get('cores')) || null,
  }
  return { machine, uptimeSeconds: Number(entries.get('up')) }
}

/** What the shell says of a folder comes before the entries, which have no newline before them. */
function splitEntry(entry: string): readonly [string, string] {
  const at = entry.indexOf('=')
  return [entry.slice(0, at), entry.slice(at + 1)]
}

const unfit = (message: string, hint: string) => new HostUnfit(failure('unsupported', message, hint))

function explainFolder(text: string, name: string): HostUnfit {
  const why = text.split('\n').find((line) => line.trim() !== '') ?? 'it cannot be written'
  return new HostUnfit(
    failure(
      'not_permitted',
      `The folder for logs and records on ${name} cannot be used: ${why.split('\0')[0]?.trim()}.`,
      `Make ~/.local/state writable there, or set XDG_STATE_HOME for logins there to a folder that is.`,
    ),
  )
}

const usualTicks = 100
const usualPage = 4096
/** Linux's own default (ip(7)). */
const usualEphemeralFrom = 32_768

/** AT_PAGESZ and AT_CLKTCK, getauxval(3). */
const auxiliaryTypes = { page: 6, ticks: 17 } as const

/**
 * /proc/PID/auxv as `od -tx1` prints it: pairs of type and value. The machine's word size and byte order are those that
 * give a page size which there is.
 */
export function parseAuxiliary(text: string): ReadonlyMap<number, number> {
  const bytes = Buffer.from(text.replace(/\s+/g, ''), 'hex')
  for (const size of [8, 4]) {
    for (const isLittle of [true, false]) {
      const entries = auxiliaryOf(bytes, size, isLittle)
      const page = entries.get(auxiliaryTypes.page) ?? 0
      if (page >= 4096 && page <= 65_536 && Number.isInteger(Math.log2(page))) return entries
    }
  }
  return new Map()
}

function auxiliaryOf(bytes: Buffer, size: number, isLittle: boolean): ReadonlyMap<number, number> {
  const read = (at: number): number => {
    if (size === 4) return isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)
    return Number(isLittle ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at))
  }
  const entries = new Map<number, number>()
  for (let at = 0; at + 2 * size <= bytes.length; at += 2 * size) entries.set(read(at), read(at + size))
  return entries
}
