import { lstatSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { Document, isMap, isNode, parseDocument } from 'yaml'
import { parseProcessUri } from '../../../shared/domain/process-uri.ts'
import { restartLimitText } from '../../../shared/machine/restart-policy.ts'
import { redacted } from '../../../shared/text/redact.ts'
import { writeFileAtomically } from '../../files/atomic-file.ts'
import type { ProcessRecord } from '../store/process-record.ts'
import type { WorkspacePaths } from './layout.ts'
import { readOwnFile } from './own-file.ts'
import { readinessYaml } from './readiness-yaml.ts'

const fileMode = 0o600

/**
 * Writes `etc/<name>.yaml` (redacted) and the alias link beside it. Keys and comments of the file that are not ours stay.
 * A file that is no map in YAML, or no regular file, is left alone: it is a person's. Throws the system's error.
 */
export function mirrorDefinition(paths: WorkspacePaths, record: ProcessRecord): void {
  const path = paths.etc(record.name)
  const text = readOwnFile(path)
  const document = text === null ? null : readMap(text)
  if (document === null) return
  const changed = Object.entries(yamlOf(paths, record)).filter(([key, value]) => setValue(document, key, value))
  // Folded lines would hide where an argument ends.
  if (changed.length > 0) writeFileAtomically(path, document.toString({ lineWidth: 0 }), fileMode)
  if (record.definition.alias !== null) linkAlias(paths, record.definition.alias, record.name)
}

/** What means the same stays as it is written, with its comments. Undefined takes the key away. True for a change. */
function setValue(document: Document, key: string, value: unknown): boolean {
  if (value === undefined) return document.delete(key)
  const node = document.get(key, true)
  const before: unknown = isNode(node) ? node.toJS(document) : undefined
  if (JSON.stringify(before) === JSON.stringify(value)) return false
  document.set(key, document.createNode(value))
  return true
}

function yamlOf(paths: WorkspacePaths, record: ProcessRecord): Record<string, unknown> {
  const { definition } = record
  const uri = parseProcessUri(definition.uri)
  const parts = uri.ok
    ? {
        scheme: uri.value.scheme,
        host: uri.value.host,
        port: uri.value.port,
        path: uri.value.path,
        query_: Object.fromEntries(uri.value.query.map(({ key, value }) => [key, value ?? ''])),
      }
    : {}
  return {
    name: record.name,
    alias: definition.alias,
    uri: definition.uri,
    ...parts,
    realm: paths.root,
    cmdline: definition.argv,
    cwd: definition.cwd,
    env: definition.env,
    restart: definition.restart,
    restart_limit: restartLimitText(definition.restartLimit),
    shutdown: definition.shutdown ? 1 : 0,
    pty: definition.pty,
    stop_signal: definition.stopSignal,
    grace: definition.graceMs / 1000,
    ready: definition.ready && readinessYaml(definition.ready),
    match: definition.match,
    // Stands for every value that is written as dots; the real ones never leave the daemon's secrets file.
    secret_ref: JSON.stringify(definition).includes(redacted) ? definition.secretRef : undefined,
  }
}

/** The map in the text; empty for a new file, null for what is none. */
function readMap(text: string): Document | null {
  if (text.trim() === '') return new Document({})
  const document = parseDocument(text)
  return document.errors.length === 0 && isMap(document.contents) ? document : null
}

/** A relative link, so that the workspace can be moved; a real file of that name is a person's and stays. */
function linkAlias(paths: WorkspacePaths, alias: string, name: string): void {
  const link = join(paths.root, 'etc', `${alias}.yaml`)
  const stat = lstatSync(link, { throwIfNoEntry: false })
  if (stat && !stat.isSymbolicLink()) return
  if (stat && readlinkSync(link) === `${name}.yaml`) return
  if (stat) rmSync(link)
  symlinkSync(`${name}.yaml`, link)
}

/** Removes the link of an alias that is no longer used, if it is ours. */
export function unlinkAlias(paths: WorkspacePaths, alias: string): void {
  const link = join(paths.root, 'etc', `${alias}.yaml`)
  if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink()) rmSync(link)
}

/** `pid/<name>.pid` holds the pid while the program lives. */
export function mirrorPid(paths: WorkspacePaths, name: string, pid: number | null): void {
  if (pid === null) rmSync(paths.pid(name), { force: true })
  else writeFileAtomically(paths.pid(name), `${pid}\n`, fileMode, false)
}
