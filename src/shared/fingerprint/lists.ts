import type { Fingerprint } from '../domain/fingerprint.ts'

type ListChange = (list: readonly string[]) => readonly string[]

/** A fingerprint with some of its lists changed; what could not be read stays unread. */
export function mapLists(
  fingerprint: Fingerprint,
  changes: Readonly<Partial<Record<keyof Fingerprint, ListChange>>>,
): Fingerprint {
  const changed = (key: 'listen' | 'established' | 'udp' | 'files') => {
    const list = fingerprint[key]
    return list === null ? null : (changes[key]?.(list) ?? list)
  }
  return {
    cmdline: changes.cmdline?.(fingerprint.cmdline) ?? fingerprint.cmdline,
    listen: changed('listen'),
    established: changed('established'),
    udp: changed('udp'),
    files: changed('files'),
  }
}

/** The elements of all lists that could be read. */
export const allElements = ({ cmdline, listen, established, udp, files }: Fingerprint): string[] =>
  [cmdline, listen, established, udp, files].flatMap((list) => list ?? [])
