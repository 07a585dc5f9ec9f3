import { type NameStyle, readName, writeName } from './remote-text.ts'

/** The columns of `ls -ln` between the permissions and the name, in the C locale: links, owner, group, size and a date. */
const columns = String.raw`\s+\d+\s+\d+\s+\d+\s+\d+\s+\S+\s+\S+\s+\S+ `
const descriptorLine = new RegExp(String.raw`^l([r-])([w-])\S*${columns}(\d+)(?: -> (.*))?$`)
const linkLine = new RegExp(String.raw`^l\S*${columns}/proc/(\d+)/(exe|cwd|ns/net) -> (.*)$`)
const headLine = /^\/proc\/(\d+)\/fd:$/

/** The options of `ls` that lists links, by how it writes names. */
export const lsLinks = (style: NameStyle): string => (style === 'escaped' ? 'ls -lnb' : 'ls -ln')

export type RemoteDescriptor = {
  readonly descriptor: string
  readonly isWritable: boolean
  /** What it leads to, as the kernel names it; undefined where that is not ours to look at. */
  readonly target: string | undefined
}

/** The descriptors in the text of `ls -ln /proc/PID/fd`. */
export const parseDescriptors = (text: string, style: NameStyle): RemoteDescriptor[] =>
  text.split('\n').flatMap((line) => parseDescriptor(line, style) ?? [])

function parseDescriptor(line: string, style: NameStyle): RemoteDescriptor | undefined {
  const [, , write, descriptor, target] = descriptorLine.exec(line) ?? []
  if (descriptor === undefined) return undefined
  return {
    descriptor,
    isWritable: write === 'w',
    target: target === undefined ? undefined : readName(target, style),
  }
}

/**
 * The same of many processes, `ls -ln /proc/1/fd /proc/2/fd ...`, by pid. Names hold no newline in either style, so no
 * program can write a line; a pid that is there twice all the same is nobody's.
 */
export function parseManyDescriptors(text: string, style: NameStyle): ReadonlyMap<number, readonly RemoteDescriptor[]> {
  const byPid = new Map<number, RemoteDescriptor[]>()
  const twice = new Set<number>()
  let current: RemoteDescriptor[] = []
  for (const line of text.split('\n')) {
    const pid = Number(headLine.exec(line)?.[1])
    if (pid > 0) {
      if (byPid.has(pid)) twice.add(pid)
      current = []
      byPid.set(pid, current)
    } else {
      const descriptor = parseDescriptor(line, style)
      if (descriptor !== undefined) current.push(descriptor)
    }
  }
  for (const pid of twice) byPid.delete(pid)
  return byPid
}

export type RemoteLinks = {
  readonly exe: string | undefined
  readonly cwd: string | undefined
  readonly network: string | undefined
}

/** Links of processes in the text of `ls -ln /proc/PID/exe /proc/PID/cwd /proc/PID/ns/net ...`, by pid. */
export function parseLinks(text: string, style: NameStyle): ReadonlyMap<number, RemoteLinks> {
  const byPid = new Map<number, { exe?: string; cwd?: string; network?: string }>()
  for (const line of text.split('\n')) {
    const [, pid, name, target] = linkLine.exec(line) ?? []
    if (pid === undefined || target === undefined) continue
    const links = byPid.get(Number(pid)) ?? {}
    byPid.set(Number(pid), links)
    const path = readName(target, style)
    if (name === 'exe') links.exe = path.replace(/ \(deleted\)$/, '')
    else if (name === 'cwd') links.cwd = path
    else links.network = path
  }
  return new Map([...byPid].map(([pid, { exe, cwd, network }]) => [pid, { exe, cwd, network }]))
}

/** A part of a line of `ls` that only a link to this file has, for `grep -F`. */
export const linkTo = (path: string, style: NameStyle): string => ` -> ${writeName(path, style)}`

/** Whether the names are the same, as far as `ls` tells. */
export const isNamed = (target: string, path: string, style: NameStyle): boolean =>
  style === 'escaped' ? target === path : target === writeName(path, style)
