import { lstatSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { failure, type Result, success } from '../../shared/domain/result.ts'
import { writeFileAtomically } from '../files/atomic-file.ts'
import { makeFolder } from '../files/make-folder.ts'
import { insertEntry, removeEntry } from './edit-text.ts'
import { parseConfig } from './parse-config.ts'
import { checkConfig, configFailure, maxConfigBytes } from './read-config.ts'
import { type Config, defaultConfig, type HostEntry } from './schema.ts'

/** A new file is for its owner: it may hold tokens. */
const newFileMode = 0o600
const byteOrderMark = '\uFEFF'

/** Writes a machine into config.yaml; every other byte of the file stays. A name that is there already is a conflict. */
export function addHost(path: string, entry: HostEntry): Result<null> {
  return edit(path, (text, config) => {
    const hosts = config.hosts ?? []
    if (hosts.some(({ name }) => name === entry.name)) {
      return failure(
        'conflict',
        `${basename(path)} lists the host ${entry.name} already.`,
        'Change it there, or remove it first',
      )
    }
    return success(ifAsMeant(insertEntry(text, 'hosts', entry), { ...config, hosts: [...hosts, entry] }))
  })
}

/** Takes a machine out of config.yaml, with the comments inside its entry; everything else stays. */
export function removeHost(path: string, name: string): Result<null> {
  return edit(path, (text, config) => {
    const hosts = config.hosts ?? []
    const index = hosts.findIndex((host) => host.name === name)
    if (index < 0) {
      return failure('not_found', `${basename(path)} lists no host ${name}.`, 'Look with: procession host list')
    }
    const left = hosts.filter((_, at) => at !== index)
    return success(ifAsMeant(removeEntry(text, 'hosts', index), { ...config, hosts: left }))
  })
}

/** The first of the proposed texts that says exactly what is meant; null where none does. */
function ifAsMeant(proposals: Iterable<string>, meant: Config): string | null {
  for (const text of proposals) {
    const parsed = parseConfig(text)
    if (parsed.ok && isDeepStrictEqual(withoutEmpty(parsed.config), withoutEmpty(meant))) return text
  }
  return null
}

/** No list of hosts and an empty one mean the same. */
const withoutEmpty = ({ hosts, ...rest }: Config): unknown => (hosts?.length ? { ...rest, hosts } : rest)

/**
 * Changes the text of the file and replaces it as a whole. A file with problems is left alone: who repairs it should find
 * it as it was. A link stays a link, and the file that it leads to keeps its mode.
 */
function edit(path: string, change: (text: string, config: Config) => Result<string | null>): Result<null> {
  const reading = checkConfig(path)
  if (!reading.ok) {
    const { message, hint } = configFailure(path, reading.problems)
    return failure('bad_input', `${path} was not changed, because it has problems:\n${message}`, hint)
  }
  try {
    const target = reading.exists ? realpathSync(path) : newTarget(path)
    if (target === null) {
      return failure(
        'conflict',
        `${path} is a link to a file that does not exist.`,
        'Make that file, or remove the link',
      )
    }
    const before = reading.exists ? readFileSync(target, 'utf8') : ''
    const mark = before.startsWith(byteOrderMark) ? byteOrderMark : ''
    const changed = change(before.slice(mark.length), reading.exists ? reading.config : defaultConfig)
    if (!changed.ok) return changed
    if (changed.value === null) return notByMachine(path)
    return replace(target, before, mark + changed.value)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    return failure(
      error.code === 'EACCES' || error.code === 'EPERM' ? 'not_permitted' : 'failed',
      `${path} could not be written: ${error.message}.`,
      'Check who owns the file and its folder',
    )
  }
}

/** Where a file that is not there is to be made; null where a link that leads nowhere stands in its place. */
function newTarget(path: string): string | null {
  if (lstatSync(path, { throwIfNoEntry: false })) return null
  makeFolder(dirname(path), 0o700)
  return path
}

const notByMachine = (path: string) =>
  failure('conflict', `${path} is written in a way that only a person can change.`, 'Edit its hosts by hand')

function replace(target: string, before: string, after: string): Result<null> {
  if (Buffer.byteLength(after) > maxConfigBytes) {
    return failure('bad_input', `${target} would be larger than ${maxConfigBytes / 1_048_576} MiB.`)
  }
  const { mode } = statSync(target, { throwIfNoEntry: false }) ?? { mode: newFileMode }
  const now = statSync(target, { throwIfNoEntry: false }) ? readFileSync(target, 'utf8') : ''
  if (now !== before) return failure('conflict', `${target} was changed by somebody else just now.`, 'Try again')
  writeFileAtomically(target, after, mode & 0o7777)
  return success(null)
}
