import { constants } from 'node:fs'

/** File systems that answer from this machine. Every other one may hang for as long as a server does not answer. */
const localTypes = new Set([
  ...['ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'zfs', 'f2fs', 'bcachefs', 'jfs', 'reiserfs', 'nilfs2'],
  ...['tmpfs', 'ramfs', 'overlay', 'squashfs', 'erofs', 'iso9660', 'udf', 'vfat', 'exfat', 'ntfs3'],
  ...['proc', 'sysfs', 'devtmpfs', 'devpts', 'mqueue', 'hugetlbfs', 'cgroup', 'cgroup2', 'bpf', 'debugfs', 'tracefs'],
])

/** From the text of /proc/PID/mountinfo (proc_pid_mountinfo(5)): the ids of the mounts that may hang. */
export function parseRemoteMounts(text: string): ReadonlySet<string> {
  const lines = text.split('\n').filter((line) => line !== '')
  return new Set(
    lines
      .filter((line) => !localTypes.has(/ - (\S+) /.exec(line)?.[1] ?? ''))
      .map((line) => line.slice(0, line.indexOf(' '))),
  )
}

/** From the text of /proc/PID/fdinfo/FD (proc_pid_fdinfo(5)): on which mount it is, and that it is no folder. */
export function parseFdInfo(text: string): { readonly mountId: string; readonly isFile: boolean } {
  const flags = Number.parseInt(/^flags:\s*([0-7]+)$/m.exec(text)?.[1] ?? '0', 8)
  return {
    mountId: /^mnt_id:\s*(\d+)$/m.exec(text)?.[1] ?? '',
    isFile: (flags & constants.O_DIRECTORY) === 0,
  }
}
