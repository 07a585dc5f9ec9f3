import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')

/**
 * The folder is the runtime: what each part of src/ may import (docs/architecture.md). `own` are folders of ours, `other`
 * are packages and Node modules. The first rule whose `files` match a file holds; a file without a rule is an error.
 */
type Rule = { readonly files: RegExp; readonly own: readonly RegExp[]; readonly other: readonly RegExp[] }

const shared = /^src\/shared\//
const files = /^src\/main\/files\//
const host = /^src\/main\/daemon\/host\//
const node = /^node:/
const rules: readonly Rule[] = [
  { files: /^src\/shared\/contract\//, own: [shared], other: [/^zod$/] },
  { files: shared, own: [shared], other: [] },

  // What machines that processes run on have in common; the adapters know it, and it knows none of them.
  { files: /^src\/main\/daemon\/host\//, own: [shared, files, host], other: [node] },
  {
    files: /^src\/main\/daemon\/adapters\/ready\//,
    own: [shared, host, /^src\/main\/daemon\/adapters\/ready\//],
    other: [node],
  },
  {
    files: /^src\/main\/daemon\/adapters\/exec\//,
    own: [shared, files, host, /^src\/main\/daemon\/adapters\/exec\//],
    other: [node],
  },
  {
    files: /^src\/main\/daemon\/adapters\/ssh\//,
    own: [shared, files, host, /^src\/main\/daemon\/adapters\/ssh\//],
    other: [node],
  },
  {
    files: /^src\/main\/daemon\/adapters\/terminal\//,
    own: [shared, files, host, /^src\/main\/daemon\/adapters\/terminal\//],
    other: [node, /^node-pty$/],
  },
  {
    files: /^src\/main\/daemon\/hosts\//,
    own: [shared, host, /^src\/main\/daemon\/hosts\//, /^src\/main\/daemon\/adapters\/[a-z]+\/port\.ts$/],
    other: [node],
  },
  {
    files: /^src\/main\/daemon\/store\//,
    own: [shared, files, /^src\/main\/daemon\/store\//],
    other: [node, /^better-sqlite3$/, /^zod$/],
  },
  {
    files: /^src\/main\/daemon\/workspace\//,
    own: [shared, files, /^src\/main\/daemon\/(workspace|store)\//, /^resources\/(workspace|sample)\//],
    other: [node, /^yaml$/, /^zod$/, /^@codenamize\/codenamize$/],
  },
  {
    files: /^src\/main\/daemon\/conditions\//,
    own: [shared, /^src\/main\/daemon\/conditions\//],
    other: [/^@marcbachmann\/cel-js$/],
  },
  {
    files: /^src\/main\/daemon\/importing\//,
    own: [shared, /^src\/main\/daemon\/(importing|workspace)\//],
    other: [node, /^yaml$/, /^better-sqlite3$/],
  },
  { files: /^src\/main\/daemon\/logs\//, own: [shared, /^src\/main\/daemon\/logs\//], other: [node] },
  {
    files: /^src\/main\/daemon\/metrics\//,
    own: [shared, host, /^src\/main\/daemon\/metrics\//],
    other: [node],
  },
  {
    files: /^src\/main\/daemon\/supervisor\//,
    own: [
      shared,
      host,
      /^src\/main\/daemon\/(supervisor|store|workspace|conditions|importing)\//,
      /^src\/main\/daemon\/adapters\/[a-z]+\/port\.ts$/,
    ],
    other: [node, /^better-sqlite3$/],
  },
  {
    files: /^src\/main\/daemon\/api\/(http|rpc)\//,
    own: [shared, /^src\/main\/daemon\/api\//],
    other: [node, /^hono/, /^@hono\//, /^ws$/, /^zod$/],
  },
  {
    files: /^src\/main\/daemon\/api\//,
    own: [shared, /^src\/main\/daemon\/(api|supervisor|logs|workspace|hosts)\//],
    other: [node],
  },
  {
    files: /^src\/main\/daemon\/process\//,
    own: [shared, /^src\/main\/carrier\//, /^src\/main\/daemon\/process\//],
    other: [node, /^pino$/],
  },
  // The composition root alone knows every part.
  {
    files: /^src\/main\/daemon\/(main|compose-[a-z]+)\.ts$/,
    own: [shared, /^src\/main\/(daemon|carrier|config)\//],
    other: [node],
  },
  { files: /^src\/main\/config\//, own: [shared, files, /^src\/main\/config\//], other: [node, /^yaml$/, /^zod$/] },

  { files, own: [files], other: [node] },
  { files: /^src\/main\/carrier\//, own: [shared, files, /^src\/main\/carrier\//], other: [node, /^ws$/] },
  {
    files: /^src\/main\/cli\//,
    own: [shared, /^src\/main\/(cli|carrier|config)\//, /^resources\/completion\//],
    other: [node, /^commander$/],
  },
  {
    files: /^src\/main\/desktop\//,
    own: [shared, /^src\/main\/(desktop|carrier)\//],
    other: [node, /^electron$/],
  },
  { files: /^src\/preload\//, own: [shared, /^src\/preload\//], other: [/^electron$/] },

  {
    files: /^src\/renderer\/ui\//,
    own: [/^src\/renderer\/(ui|styles)\//],
    other: [/^react/, /^@base-ui\/react/, /^lucide-react$/, /^@tanstack\/react-virtual$/],
  },
  { files: /^src\/renderer\/data\//, own: [shared, /^src\/renderer\/data\//], other: [/^react/, /^zustand/] },
  {
    files: /^src\/renderer\/features\/dependencies\//,
    own: [shared, /^src\/renderer\/(data|ui|app\/(actions|context)|features\/dependencies)/],
    other: [/^react/, /^@base-ui\/react/, /^lucide-react$/, /^zustand/, /^@xyflow\/react/, /^@dagrejs\/dagre$/],
  },
  {
    files: /^src\/renderer\/features\/terminal\//,
    own: [shared, /^src\/renderer\/(data|ui|app\/(actions|context)|features\/terminal)/],
    other: [/^react/, /^lucide-react$/, /^zustand/, /^@xterm\//],
  },
  {
    files: /^src\/renderer\/features\//,
    own: [shared, /^src\/renderer\/(data|ui|app\/(actions|context))/],
    other: [
      /^react/,
      /^@base-ui\/react/,
      /^lucide-react$/,
      /^@tanstack\/react-virtual$/,
      /^zustand/,
      /^uplot/,
      /^tinykeys$/,
    ],
  },
  {
    files: /^src\/renderer\//,
    own: [shared, /^src\/renderer\//],
    other: [/^react/, /^@base-ui\/react/, /^lucide-react$/, /^zustand/, /^tinykeys$/, /^@fontsource-variable\//],
  },
]

type Import = { readonly file: string; readonly target: string; readonly typeOnly: boolean }

const isSource = (name: string) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name)

function sourceFiles(): string[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((name) => posix.join('src', name.replaceAll('\\', '/')))
    .filter(isSource)
}

/** `import`, `export ... from` and `import()` of a source text. */
function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8')
  const statements = text.matchAll(
    /(?:^|\n)\s*(?:import|export)(\s+type)?\s[^'"`;]*?from\s+'([^']+)'|(?:^|\n)\s*import\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/g,
  )
  return [...statements].map((match) => {
    const specifier = (match[2] ?? match[3] ?? match[4] ?? '').replace(/\?.*$/, '')
    const target = specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : specifier
    return { file, target, typeOnly: match[1] !== undefined }
  })
}

const isAllowed = (rule: Rule, target: string) =>
  (target.startsWith('src/') || target.startsWith('resources/') ? rule.own : rule.other).some((pattern) =>
    pattern.test(target),
  )

/** A renderer feature and its own folder count as one; another feature does not. */
const inSameFeature = (file: string, target: string) => {
  const feature = /^src\/renderer\/features\/[^/]+\//.exec(file)?.[0]
  return feature !== undefined && target.startsWith(feature)
}

describe('imports follow the architecture', () => {
  const sources = sourceFiles()

  test('every source file has a rule', () => {
    expect(sources.length).toBeGreaterThan(0)
    expect(sources.filter((file) => !rules.some((rule) => rule.files.test(file)))).toEqual([])
  })

  test('no file imports across a wall', () => {
    const broken = sources.flatMap((file) => {
      const rule = rules.find((candidate) => candidate.files.test(file))
      return importsOf(file)
        .filter(({ target }) => rule && !isAllowed(rule, target) && !inSameFeature(file, target))
        .map(({ target }) => `${file} imports ${target}`)
    })
    expect(broken).toEqual([])
  })

  test('only the desktop and the preload know Electron', () => {
    const users = sources.filter((file) => importsOf(file).some(({ target }) => target === 'electron'))
    expect(users.filter((file) => !/^src\/(main\/desktop|preload)\//.test(file))).toEqual([])
  })

  test('the renderer takes only types from the contract that zod describes', () => {
    const values = sources
      .filter((file) => file.startsWith('src/renderer/') || file.startsWith('src/shared/client/'))
      .flatMap(importsOf)
      .filter(
        ({ target, typeOnly }) => /^src\/shared\/contract\/(contract|schemas|entry)\.ts$/.test(target) && !typeOnly,
      )
    expect(values.map(({ file, target }) => `${file} imports ${target}`)).toEqual([])
  })

  test('the preload stays small', () => {
    const lines = readFileSync(join(root, 'src/preload/index.ts'), 'utf8').split('\n').length
    expect(lines).toBeLessThan(60)
  })

  test('a rule that is broken is found', () => {
    const rule = rules.find((candidate) => candidate.files.test('src/shared/domain/life.ts'))
    expect(rule && isAllowed(rule, 'node:fs')).toBe(false)
    expect(rule && isAllowed(rule, 'src/main/daemon/main.ts')).toBe(false)
  })
})
