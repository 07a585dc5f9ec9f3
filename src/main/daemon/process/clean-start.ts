import { closeSync, readdirSync, readFileSync } from 'node:fs'
import { variablesOfProcesses } from '../../carrier/process-variables.ts'

/**
 * A daemon started from inside a supervised process would carry that process's mark and die with its tree. The kernel
 * shows the environment that a program was *started* with (/proc/PID/environ), so deleting the variables is not enough:
 * the daemon replaces itself once by the same program with a clean environment, keeping its pid.
 */
export function replaceMarkedProcess(): void {
  if (!variablesOfProcesses.some((name) => process.env[name] !== undefined)) return
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !variablesOfProcesses.includes(name)),
  ) as NodeJS.ProcessEnv
  process.execve?.(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1)], environment)
}

/** O_CLOEXEC as /proc/PID/fdinfo prints it, octal (open(2)). */
const closeOnExec = 0o2000000
const lastStandardDescriptor = 2

/**
 * Closes what the starter left open in us: everything above stderr that was not opened close-on-exec, as Node's own
 * descriptors are. Otherwise every program that we start would inherit it, and keep a terminal or a lock of somebody
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
