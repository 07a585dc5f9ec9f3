import { quote } from './quote.ts'
import type { RemoteMachine } from './remote-machine.ts'
import type { RemoteShell } from './remote-shell.ts'
import { newMark, splitParts } from './remote-text.ts'

/** What a machine uses now, as it comes along with a look at files. */
export type MachineLoad = {
  readonly load1: number | null
  /** Bytes; used is what is not available (proc_meminfo(5)). */
  readonly memory: { readonly totalBytes: number; readonly usedBytes: number } | null
}

export type Listing = {
  /** Sizes of regular files, by path; those that are missing are not there. */
  readonly sizes: ReadonlyMap<string, number>
  readonly load: MachineLoad
}

/** Bytes of one file of the machine, from a multiple of `blockBytes` on. */
export type Wanted = { readonly path: string; readonly from: number; readonly blocks: number }

/** What `dd` reads at once. It can only begin at a multiple, which also gives what to compare the copy with. */
export const blockBytes = 4096

/** Sizes of files in the folder of our files, with one `ls` for all. Paths are plain words. */
export async function listFiles(shell: RemoteShell, paths: readonly string[]): Promise<Listing> {
  const askedAt = Date.now()
  const listed = await shell.ask(
    (machine) => `cd -- ${quote(machine.state)} || exit 70
exec 2>/dev/null
${loadScript}
LC_ALL=C ls -lnd -- ${paths.join(' ')}
exit 0
`,
    ({ output }) => parseListing(output.toString('latin1')),
    { maxBytes: 16 * 1024 * 1024 },
  )
  if (listed.uptimeSeconds !== null) shell.noteClock(askedAt, listed.uptimeSeconds)
  return listed
}

/** Load and memory of the machine now. */
export async function readLoad(shell: RemoteShell): Promise<MachineLoad> {
  const askedAt = Date.now()
  const { load, uptimeSeconds } = await shell.ask(
    () => `exec 2>/dev/null\n${loadScript}\nexit 0\n`,
    ({ output }) => parseListing(output.toString('latin1')),
  )
  if (uptimeSeconds !== null) shell.noteClock(askedAt, uptimeSeconds)
  return load
}

/** One line: seconds since boot, load, and KiB of memory, all and available. Builtins only. */
const loadScript = `total=
available=
read -r up idle </proc/uptime
read -r load rest </proc/loadavg
while read -r key value unit; do
case $key in MemTotal:) total=$value ;; MemAvailable:) available=$value; break ;; esac
done </proc/meminfo
echo "$up $load $total $available"`

export function parseListing(text: string): Listing & { readonly uptimeSeconds: number | null } {
  const [head = '', ...lines] = text.split('\n')
  const [uptime = '', load = '', total = '', available = ''] = head.split(' ')
  const files = lines.flatMap((line) => {
    const [, size, path] = /^-\S*\s+\d+\s+\d+\s+\d+\s+(\d+)\s+\S+\s+\S+\s+\S+ (\S+)$/.exec(line) ?? []
    return size === undefined || path === undefined ? [] : [[path, Number(size)] as const]
  })
  const totalBytes = Number(total) * 1024
  return {
    sizes: new Map(files),
    uptimeSeconds: uptime === '' ? null : Number(uptime),
    load: {
      load1: load === '' ? null : Number(load),
      memory: available === '' ? null : { totalBytes, usedBytes: totalBytes - Number(available) * 1024 },
    },
  }
}

/**
 * The bytes of each, in the same order; what a file has grown by since is there up to the last block, and what it lacks
 * by now is missing.
 */
export function fetchBytes(shell: RemoteShell, wanted: readonly Wanted[], lane: 'quick' | 'slow'): Promise<Buffer[]> {
  const mark = newMark()
  const bytes = wanted.reduce((sum, { blocks }) => sum + blocks * blockBytes, 0)
  return shell.ask(
    (machine) => fetchScript(machine, mark, wanted),
    ({ output }) => {
      const { parts } = splitParts(output, mark)
      if (parts.length !== wanted.length + 1) throw new Error(`${shell.name}: what was read of its logs was cut off.`)
      return parts.slice(0, -1)
    },
    { lane, timeoutMs: fetchTimeoutMs, maxBytes: bytes + 1024 * 1024 },
  )
}

/** Of a full round on a link of 1 Mbit/s. */
const fetchTimeoutMs = 90_000

const fetchScript = (
  machine: RemoteMachine,
  mark: string,
  wanted: readonly Wanted[],
): string => `cd -- ${quote(machine.state)} || exit 70
exec 2>/dev/null
part() { printf '\\n%s\\n' ${mark}; }
${wanted.map(({ path, from, blocks }) => `part\ndd if=${path} bs=${blockBytes} skip=${from / blockBytes} count=${blocks}`).join('\n')}
part
exit 0
`
