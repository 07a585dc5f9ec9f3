import { readdirSync, readFileSync } from 'node:fs'

type Relatives = { readonly state: string; readonly parent: number; readonly group: number }

/** Pids of the living members of a process group. */
export const membersOf = (group: number): number[] => pidsWhere((relatives) => relatives.group === group)

/** Pids of the living children of a process. */
const childrenOf = (pid: number): number[] => pidsWhere((relatives) => relatives.parent === pid)

/** Pids of the living children of a process, their children, and so on. */
export function descendantsOf(pid: number): number[] {
  const children = childrenOf(pid)
  return [...children, ...children.flatMap(descendantsOf)]
}

/** 0 when there is no such process. */
export const parentOf = (pid: number): number => relativesOf(pid)?.parent ?? 0

/** False for a zombie, which has ended. */
export const isAlive = (pid: number): boolean => {
  const relatives = relativesOf(pid)
  return relatives !== undefined && relatives.state !== 'Z'
}

function pidsWhere(counts: (relatives: Relatives) => boolean): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const relatives = relativesOf(pid)
      return relatives !== undefined && relatives.state !== 'Z' && counts(relatives)
    })
}

/** From proc_pid_stat(5); undefined when there is no such process. */
function relativesOf(pid: number): Relatives | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const [state = '', parent, group] = text.slice(text.lastIndexOf(') ') + 2).split(' ')
    return { state, parent: Number(parent), group: Number(group) }
  } catch {
    return undefined
  }
}
