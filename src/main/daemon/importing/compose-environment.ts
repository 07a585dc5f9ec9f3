import type { Note } from './notes.ts'
import { takeVariable, type Variables } from './variables.ts'
import type { Expand, Fields } from './yaml-fields.ts'
import type { YamlValue } from './yaml-tree.ts'

/** What the whole file says about each of its processes. */
export type Surroundings = {
  readonly note: Note
  /** Absolute folder of the file. */
  readonly folder: string
  /** The shell and its flag, before a command. */
  readonly shell: readonly [string, string]
  readonly environment: Variables
  readonly dotenv: Variables
  /** The variables of whoever imports. */
  readonly caller: Variables
  readonly fillsIn: boolean
  readonly readEnvFile: (file: string) => Variables
}

/** Weakest first: `.env`, what holds for all, the process's files, its own variables, what process-compose adds. */
export function readEnvironment(fields: Fields, name: string, surroundings: Surroundings, expand: Expand): Variables {
  const withoutDotenv = fields.flag('is_dotenv_disabled') ?? false
  const file = fields.value('env_file')
  const files = file?.kind === 'list' ? (fields.texts('env_file') ?? []) : [fields.text('env_file') ?? '']
  const fromFiles = files.filter((path) => path !== '').map(surroundings.readEnvFile)
  return {
    ...(withoutDotenv ? {} : surroundings.dotenv),
    ...surroundings.environment,
    ...Object.assign({}, ...fromFiles),
    ...readVariables(fields.value('environment'), `${name}.environment`, surroundings.note, expand),
    PC_PROC_NAME: name,
    PC_REPLICA_NUM: '0',
  }
}

/** `- NAME=value` lines or a map. */
export function readVariables(value: YamlValue | null, what: string, note: Note, expand: Expand): Variables {
  const variables: Record<string, string> = {}
  const take = (name: string, text: string, line: number) =>
    takeVariable(variables, name, expand(text, line, `${what} ${name}`), line, note)
  for (const { name, value: variable, line } of pairsOf(value)) {
    if (name === null || variable === null) note(line, what, 'not NAME=value')
    else take(name, variable, line)
  }
  return variables
}

function pairsOf(value: YamlValue | null) {
  if (value?.kind === 'map') {
    return value.entries.map(({ key, line, value: item }) => ({
      name: key,
      value: item.kind === 'scalar' ? item.text : null,
      line,
    }))
  }
  const items = value?.kind === 'list' ? value.items : value ? [value] : []
  return items.map((item) => {
    const [, name = null, text = null] = (item.kind === 'scalar' && /^([^=]+)=(.*)$/s.exec(item.text)) || []
    return { name, value: text, line: item.line }
  })
}
