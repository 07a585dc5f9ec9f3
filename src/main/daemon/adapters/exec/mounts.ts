import { statSync } from 'node:fs'
import { parseFdInfo, parseRemoteMounts } from '../../host/mount-text.ts'
import { isExhaustion, readProcessLink, readText } from './proc.ts'

/** Tells regular files from others without ever waiting for a file server. Reads the mounts once per mount namespace. */
export class FileKinds {
  private readonly remoteMounts = new Map<string, ReadonlySet<string>>()

  /**
   * A test for descriptors of `pid` that lead to a path. On a remote mount whatever was not opened as a folder counts as
   * a regular file; of a process that is gone nothing does.
   */
  regularFileTest(pid: number): (descriptor: string) => boolean {
    const remote = this.remoteMountsOf(pid)
    if (remote === undefined) return () => false
    const isRegular = (descriptor: string) => isFile(`/proc/${pid}/fd/${descriptor}`)
    if (remote.size === 0) return isRegular
    return (descriptor) => {
      const info = parseFdInfo(readText(`/proc/${pid}/fdinfo/${descriptor}`) ?? '')
      return remote.has(info.mountId) ? info.isFile : isRegular(descriptor)
    }
  }

  private remoteMountsOf(pid: number): ReadonlySet<string> | undefined {
    const namespace = readProcessLink(pid, 'ns/mnt')
    if (namespace === undefined) return undefined
    const known = this.remoteMounts.get(namespace)
    if (known !== undefined) return known
    const text = readText(`/proc/${pid}/mountinfo`)
    if (text === undefined) return undefined
    const mounts = parseRemoteMounts(text)
    this.remoteMounts.set(namespace, mounts)
    return mounts
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch (error) {
    if (isExhaustion(error)) throw error
    return false
  }
}
