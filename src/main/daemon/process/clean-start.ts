import { closeSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { variablesOfProcesses } from '../../carrier/process-variables.ts'

/** Tells the replaced program that it is the replacement, so that it happens at most once. */
const replacedFlag = '--clean-start'

/**
 * Replaces this program once by itself, keeping its pid, where its start cannot be made good from inside:
 * - A daemon started from inside a supervised process carries that process's mark and would die with its tree. The
 *   kernel shows the environment that a program was *started* with (/proc/PID/environ), so deleting variables is not
 *   enough.
 * - Node marks the descriptors that it inherits from number 3 on as close-on-exec but keeps them open, among its own and
 *   looking like them. They go when another program takes its place.
 */
export function replaceUncleanStart(): void {
  if (process.argv.includes(replacedFlag)) return
  const isMarked = variablesOfProcesses.some((name) => process.env[name] !== undefined)
  if (!isMarked && !hasInheritedThird()) return
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !variablesOfProcesses.includes(name)),
  ) as NodeJS.ProcessEnv
  process.execve?.(
    process.execPath,
    [process.execPath, ...process.execArgv, ...process.argv.slice(1), replacedFlag],
    environment,
  )
}

/** Number 3 is the first that Node opens, for its event loop, unless it was taken already. */
function hasInheritedThird(): boolean {
  try {
    return readlinkSync('/proc/self/fd/3') !== 'anon_inode:[eventpoll]'
  } catch {
    return false
  }
}

/** O_CLOEXEC as /proc/PID/fdinfo prints it, octal (open(2)). */
const closeOnExec = 0o2000000
const lastStandardDescriptor = 2

/**
 * Closes what the starter left open in us beyond a gap in the numbers, which Node does not even mark: everything above
 * stderr that is not close-on-exec, as all of Node's own are. Otherwise every program that we start would inherit it, and keep a terminal or a lock of somebody
 * else alive for weeks.
 */
export function closeInheritedDescriptors(): void {
  for (const name of readdirSync('/proc/self/fd')) {
    const descriptor = Number(name)
    if (descriptor > lastStandardDescriptor && isInherited(descriptor)) closeSync(descriptor)
  }
}

function isInherited(descriptor: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1'))?.[1]
    return flags !== undefined && (Number.parseInt(flags, 8) & closeOnExec) === 0
  } catch {
    // Gone already: the descriptor that listed the folder.
    return false
  }
}
