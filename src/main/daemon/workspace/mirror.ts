import { lstatSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { Document, parseDocument } from 'yaml'
import { parseProcessUri } from '../../../shared/domain/process-uri.ts'
import { redacted } from '../../../shared/text/redact.ts'
import { writeFileAtomically } from '../../files/atomic-file.ts'
import type { ProcessRecord } from '../store/process-record.ts'
import type { WorkspacePaths } from './layout.ts'

const fileMode = 0o600

/**
 * Writes `etc/<name>.yaml` (redacted) and the alias link beside it. Keys and comments of the file that are not ours stay.
 * A file that is not YAML is left alone: it is a person's. Throws the system's error.
 */
export function mirrorDefinition(paths: WorkspacePaths, record: ProcessRecord): void {
  const path = paths.etc(record.name)
  const document = readDocument(path)
  if (document === null) return
  for (const [key, value] of Object.entries(yamlOf(paths, record))) document.set(key, value)
  const text = document.toString()
  if (text !== readText(path)) writeFileAtomically(path, text, fileMode)
  if (record.definition.alias !== null) linkAlias(paths, record.definition.alias, record.name)
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
    shutdown: definition.shutdown ? 1 : 0,
    stop_signal: definition.stopSignal,
    grace: definition.graceMs / 1000,
    // Stands for every value that is written as dots; the real ones never leave the daemon's secrets file.
    ...(JSON.stringify(definition).includes(redacted) ? { secret_ref: definition.secretRef } : {}),
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

function readDocument(path: string): Document | null {
  const text = readText(path)
  if (text === null) return new Document({})
  const document = parseDocument(text)
  return document.errors.length === 0 ? document : null
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
  else writeFileAtomically(paths.pid(name), `${pid}\n`, fileMode)
}
