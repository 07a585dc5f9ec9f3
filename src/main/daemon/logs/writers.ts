import { readdir, readFile, readlink } from 'node:fs/promises'

/** open(2): the two lowest bits tell how a file is opened; 0 is for reading only. */
const accessModeMask = 0o3

/**
 * Whether a process of this machine has the file at a real path open for writing, as far as /proc shows its descriptors to us
 * (proc_pid_fd(5), proc_pid_fdinfo(5)). Takes tens of milliseconds.
 */
export async function isOpenForWriting(path: string): Promise<boolean> {
  for (const pid of await namesIn('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    for (const descriptor of await namesIn(`/proc/${pid}/fd`)) {
      if ((await linkOf(`/proc/${pid}/fd/${descriptor}`)) !== path) continue
      if (await isForWriting(`/proc/${pid}/fdinfo/${descriptor}`)) return true
    }
  }
  return false
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch {
    // It ended, or belongs to another user.
    return []
  }
}

async function linkOf(path: string): Promise<string> {
  try {
    return await readlink(path)
  } catch {
    return ''
  }
}

async function isForWriting(path: string): Promise<boolean> {
  try {
    const flags = /^flags:\s*([0-7]+)/m.exec(await readFile(path, 'utf8'))?.[1]
    return flags === undefined || (Number.parseInt(flags, 8) & accessModeMask) !== 0
  } catch {
    return false
  }
}
