import { glob, readFile, stat } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { isHostName } from './host-name.ts'

/** As ssh itself: deeper is a configuration that includes itself. */
const maxDepth = 16

/** Real ones have kilobytes; a list in a window needs no more. */
const maxFileBytes = 1 << 20
const maxFiles = 200

export type ConfigPlaces = {
  /** The configuration itself. */
  readonly file: string
  /** Relative names after Include are in here. */
  readonly folder: string
  /** What `~` stands for. */
  readonly home: string
}

/** ssh takes the home from the list of users, whatever HOME says. */
const ownPlaces = (): ConfigPlaces => {
  const home = userInfo().homedir
  return { file: join(home, '.ssh', 'config'), folder: join(home, '.ssh'), home }
}

/**
 * The names after `Host` in the user's ssh configuration and the files that it includes, each once, in their order;
 * patterns are left out. Files that cannot be read count as empty.
 */
export async function hostNamesInSshConfig(places: ConfigPlaces = ownPlaces()): Promise<readonly string[]> {
  const names = new Set<string>()
  const seen = { files: 0 }
  await collect(places.file, 0)
  return [...names]

  async function collect(file: string, depth: number): Promise<void> {
    seen.files += 1
    if (depth > maxDepth || seen.files > maxFiles) return
    for (const { keyword, values } of parseSshConfig(await readSmall(file))) {
      if (keyword === 'host') for (const name of values.filter(isHostName)) names.add(name)
      if (keyword !== 'include') continue
      for (const pattern of values) {
        for (const included of await filesOf(pattern, places)) await collect(included, depth + 1)
      }
    }
  }
}

async function readSmall(file: string): Promise<string> {
  try {
    const { size } = await stat(file)
    return size > maxFileBytes ? '' : await readFile(file, 'utf8')
  } catch {
    return ''
  }
}

async function filesOf(pattern: string, { folder, home }: ConfigPlaces): Promise<string[]> {
  const path = pattern.startsWith('~/') ? join(home, pattern.slice(2)) : pattern
  const files: string[] = []
  for await (const file of glob(isAbsolute(path) ? path : join(folder, path))) files.push(file)
  return files.sort()
}

type ConfigLine = { readonly keyword: string; readonly values: readonly string[] }

/** Lines of ssh_config(5): a keyword in any case, space or one `=`, words that may be in double quotes, comments. */
function parseSshConfig(text: string): ConfigLine[] {
  return text.split('\n').flatMap((line) => {
    const [, keyword, rest] = /^\s*([A-Za-z]+)(?:\s*=\s*|\s+)(.*)$/.exec(line) ?? []
    if (keyword === undefined || rest === undefined) return []
    const values: string[] = []
    for (const match of rest.matchAll(/"([^"]*)"|(\S+)/g)) {
      const value = match[1] ?? match[2] ?? ''
      if (match[1] === undefined && value.startsWith('#')) break
      values.push(value)
    }
    return [{ keyword: keyword.toLowerCase(), values }]
  })
}
