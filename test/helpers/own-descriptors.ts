import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'

/** Whether this process watches a file, from /proc/self/fdinfo (proc_pid_fdinfo(5)). */
export function isWatched(file: string): boolean {
  const inode = `ino:${statSync(file).ino.toString(16)} `
  return readdirSync('/proc/self/fd').some((descriptor) => watchesOf(descriptor).includes(inode))
}

/** Paths below a folder that this process has open. */
export function openFilesIn(folder: string): string[] {
  return readdirSync('/proc/self/fd')
    .map(targetOf)
    .filter((target) => target.startsWith(`${folder}/`))
}

function watchesOf(descriptor: string): string {
  try {
    if (targetOf(descriptor) !== 'anon_inode:inotify') return ''
    return readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8')
  } catch {
    // Closed since the folder was read.
    return ''
  }
}

function targetOf(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`)
  } catch {
    // Closed since the folder was read.
    return ''
  }
}
