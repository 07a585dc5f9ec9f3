import { type HostRow, isLocalHostName } from '../../../shared/domain/host.ts'

/** A machine that is listed, and where its name comes from. */
export type ListedName = { readonly name: string; readonly from: HostRow['from'] }

export type NameSources = {
  /** Of config.yaml, in the order of the file. */
  readonly config: readonly string[]
  /** Of processes. */
  readonly used: Iterable<string>
  /** Of ~/.ssh/config. */
  readonly ssh: readonly string[]
}

/** Every machine but this one, each once: those that a person listed first, those that only ssh knows last. */
export function listedNames({ config, used, ssh }: NameSources): ListedName[] {
  const listed = new Map<string, HostRow['from']>()
  const add = (names: Iterable<string>, from: HostRow['from']) => {
    for (const name of names) if (!isLocalHostName(name) && !listed.has(name)) listed.set(name, from)
  }
  add(config, 'config')
  add([...used].sort(), 'session')
  add(ssh, 'ssh-config')
  return [...listed].map(([name, from]) => ({ name, from }))
}
