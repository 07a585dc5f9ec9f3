import { readdirSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import type { ImportPlan } from '../../../shared/domain/import-plan.ts'
import { failure, type Result } from '../../../shared/domain/result.ts'
import { readCompose } from './compose.ts'
import { readGutools } from './gutools.ts'
import { readOwnFormat } from './own-format.ts'
import { readProcfile } from './procfile.ts'
import { badLine, foreignSizeLimit, ownSizeLimit, readText, tooLarge } from './read-text.ts'
import { readSupervisord } from './supervisord.ts'
import type { Variables } from './variables.ts'
import { foreignValueLimit, ownValueLimit, parseYaml } from './yaml-tree.ts'

const formatsHint =
  'Give an export of Procession, a Procfile, a process-compose file (YAML with processes:), a supervisord ' +
  'configuration (with [program:x] sections), or the folder of a gutools session'

const procfileName = /^(?:.+\.)?Procfile(?:\..+)?$/i
const yamlName = /\.ya?ml$/i
const iniName = /\.(?:conf|ini)$/i
/** A section that only supervisord has, at the start of a line. */
const supervisordSection =
  /^[ \t]*\[(?:program:|group:|eventlistener:|fcgi-program:|supervisord\]|supervisorctl\]|include\])/m
const yamlTopKey = /^(?:procession|processes)[ \t]*:/m

/** What a folder that is no gutools session may hold. */
const wellKnownFiles = ['Procfile', 'process-compose.yaml', 'process-compose.yml', 'supervisord.conf']

/**
 * Reads a file or folder of another supervisor, or an export of ours, without changing anything. The format is told by
 * its name and content. `caller` are the environment variables of whoever imports, which some formats fill in.
 * Failures: not there, not readable, too large, no text, broken YAML (with line), none of the formats. Everything else
 * that cannot be taken over is a note of the plan. Up to about a second of work for the largest files.
 */
export function readImport(source: string, caller: Variables = {}): Result<ImportPlan> {
  const path = resolve(source)
  let isFolder: boolean
  try {
    isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
    if (isFolder) return readFolder(path, caller)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    return failure('not_permitted', `${path} cannot be read: ${String(error.code)}.`, 'Check its owner and mode')
  }
  return readFile(path, caller)
}

function readFolder(path: string, caller: Variables): Result<ImportPlan> {
  const names = new Set(readdirSync(path))
  if (names.has('etc') && ['fp', 'pid', 'db'].some((name) => names.has(name))) return readGutools(path)
  const found = wellKnownFiles.filter((name) => names.has(name))
  const [only] = found
  if (only !== undefined && found.length === 1) return readFile(join(path, only), caller)
  if (only !== undefined) {
    return failure('ambiguous', `${path} holds ${found.join(' and ')}.`, 'Give one of these files')
  }
  return failure('bad_input', `${path} is not a session of gutools, and holds no file that can be read.`, formatsHint)
}

function readFile(path: string, caller: Variables): Result<ImportPlan> {
  const fileName = basename(path)
  const text = readText(path, ownSizeLimit)
  if (!text.ok) return text
  const isYaml = yamlName.test(fileName) || (!iniName.test(fileName) && yamlTopKey.test(text.value))
  const isOwn = isYaml && /^procession[ \t]*:/m.test(text.value)
  if (!isOwn && Buffer.byteLength(text.value) > foreignSizeLimit) return tooLarge(path, foreignSizeLimit)
  if (procfileName.test(fileName)) return readProcfile(path, fileName, text.value)
  if (isYaml) return readYamlFile(path, text.value, isOwn ? ownValueLimit : foreignValueLimit, caller)
  if (supervisordSection.test(text.value)) return readSupervisord(path, fileName, text.value, caller)
  return unknownFormat(path)
}

function readYamlFile(path: string, text: string, mostValues: number, caller: Variables): Result<ImportPlan> {
  const fileName = basename(path)
  const tree = parseYaml(text, mostValues)
  if (!tree.ok) return badLine(path, tree.line, tree.problem)
  const root = tree.value
  if (root.kind !== 'map') return unknownFormat(path)
  const keys = new Set(root.entries.map(({ key }) => key))
  if (keys.has('procession')) return readOwnFormat(path, fileName, root)
  if (keys.has('processes')) return readCompose(path, fileName, root, caller)
  if (keys.has('dependences')) {
    return failure('bad_input', `${path} is one file of a gutools session.`, 'Give the folder of the session')
  }
  return unknownFormat(path)
}

const unknownFormat = (path: string) => failure('bad_input', `${path} is of no format that can be read.`, formatsHint)
