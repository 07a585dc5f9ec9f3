import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { verbs as allVerbs } from '../../src/main/cli/verbs/index.ts'
import type { Life, LifeKind } from '../../src/shared/domain/life.ts'
import { errorCodes, exitCodeOf } from '../../src/shared/domain/result.ts'
import { statusOf, statusWord } from '../../src/shared/text/status.ts'
import { blocksOf, documentationPages, documentationRoot, examplesOf, readPage } from '../helpers/documentation.ts'

const pages = documentationPages()
const verbs = allVerbs.filter(({ hidden }) => hidden !== true)

/** A page without its fenced blocks. */
const proseOf = (page: string): string =>
  blocksOf(readPage(page)).reduce((text, block) => text.replace(block.text, ''), readPage(page))

describe('what the documentation points to is there', () => {
  test.each(pages)('links and images of %s', (page) => {
    expect(targetsOf(proseOf(page)).flatMap((target) => brokenTarget(page, target) ?? [])).toEqual([])
  })

  test.each(pages)('files and folders that %s names', (page) => {
    const named = [...proseOf(page).matchAll(/`((?:src|test|scripts|resources|docs|bin|\.ci)\/[\w./-]*)`/g)]
    const places = [documentationRoot, path.join(documentationRoot, 'resources', 'workspace')]
    const isThere = (name: string) => places.some((place) => existsSync(path.join(place, name)))
    const missing = named.map((match) => match[1] ?? '').filter((name) => !isThere(name))
    expect(missing).toEqual([])
  })

  test.each(pages)('the fences of %s say what is to be done', (page) => {
    expect(() => examplesOf(page)).not.toThrow()
  })
})

const targetsOf = (prose: string): string[] =>
  [...prose.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"\s]+)"/g)].map((match) => match[1] ?? match[2] ?? '')

/** The target, where it is a file or heading of ours that does not exist; else null. */
function brokenTarget(page: string, target: string): string | null {
  if (/^[a-z]+:/.test(target)) return null
  const [file = '', anchor] = target.split('#')
  const found = path.posix.join(file === '' ? page : path.posix.join(path.posix.dirname(page), file))
  const stat = statSync(path.join(documentationRoot, found), { throwIfNoEntry: false })
  if (stat === undefined) return target
  const needsHeading = anchor !== undefined && found.endsWith('.md')
  return needsHeading && !anchorsOf(readPage(found)).includes(anchor) ? target : null
}

/** As GitHub makes them: lower case, without punctuation, blanks as dashes. */
const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )

/** The cells of the rows of all tables of a text, without their heads. */
const rowsOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line, index, lines) => line.startsWith('|') && !/^\|[-|: ]+\|$/.test(line) && !isHead(lines[index + 1]))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    )

const isHead = (next: string | undefined): boolean => next !== undefined && /^\|[-|: ]+\|$/.test(next)

/** The part of a page from a heading to the next of the same or a higher level. */
function sectionOf(page: string, heading: string): string {
  const text = readPage(page)
  const start = text.indexOf(`\n${heading}\n`)
  expect(start, `${page} has the heading ${heading}`).toBeGreaterThanOrEqual(0)
  const rest = text.slice(start + heading.length + 2)
  const level = heading.indexOf(' ')
  const end = rest.search(new RegExp(`^#{1,${level}} `, 'm'))
  return end < 0 ? rest : rest.slice(0, end)
}

const end = (code: number | null, signal: string | null) => ({ code, signal, at: 1, reason: null })
const program = { identity: { bootId: 'b', pid: 1, startTime: '1' }, shimPid: 1 }

/** Each kind of life as the table of the glossary writes it. */
const lives: Readonly<Record<LifeKind, readonly (readonly [string, Life])[]>> = {
  new: [['`new`', { kind: 'new' }]],
  blocked: [['`blocked`', { kind: 'blocked', since: 1, isRestart: false }]],
  starting: [['`starting`', { kind: 'starting', run: 1, since: 1, program: null, readyBy: null }]],
  up: [['`up`', { kind: 'up', run: 1, since: 1, program }]],
  paused: [['`paused`', { kind: 'paused', run: 1, since: 1, program }]],
  stopping: [
    [
      '`stopping`',
      { kind: 'stopping', run: 1, since: 1, killAt: 2, program, by: 'user', next: { kind: 'start' }, survivors: [] },
    ],
  ],
  backoff: [['`backoff`', { kind: 'backoff', run: 1, since: 1, until: 2, end: end(1, null) }]],
  down: [['`down`', { kind: 'down', since: 1, reason: '' }]],
  exited: [
    ['`exited` with code 0', { kind: 'exited', run: 1, end: end(0, null) }],
    [
      '`exited` with another code, by a signal, or nobody knows how',
      { kind: 'exited', run: 1, end: end(null, 'SIGKILL') },
    ],
  ],
  failed: [['`failed`', { kind: 'failed', since: 1, because: 'crash-loop', reason: '' }]],
  ambiguous: [['`ambiguous`', { kind: 'ambiguous', run: 1, since: 1, candidates: [] }]],
  unknown: [['`unknown`', { kind: 'unknown', since: 1, reason: '', last: 'up', program: null, stop: null }]],
}

test("the glossary's table of lives is that of the program", () => {
  const table = rowsOf(sectionOf('docs/glossary.md', '## Life and status')).map(([life, shown]) => [life, shown])
  const expected = Object.values(lives)
    .flat()
    .map(([label, life]) => [label, statusWord[statusOf(life)]])
  expect(table).toEqual(expected)
})

describe('docs/cli.md describes the command line', () => {
  test.each(verbs.map((verb) => [verb.path.join(' '), verb] as const))('%s', (name, verb) => {
    const section = sectionOf('docs/cli.md', `### ${name}`)
    const described = rowsOf(section).flatMap(([cell = '']) => [...cell.matchAll(/-{1,2}[a-z][a-z-]*/g)].map(String))
    const known = verb.options.flatMap(({ flags }) => [...flags.matchAll(/(?<=^|, )-{1,2}[a-z][a-z-]*/g)].map(String))
    expect(described).toEqual(known)
  })

  test('and no verb that it does not have', () => {
    const headings = [...readPage('docs/cli.md').matchAll(/^### ([a-z -]+)$/gm)].map((match) => match[1])
    expect(headings.sort()).toEqual(verbs.map((verb) => verb.path.join(' ')).sort())
  })

  test('its exit codes and error codes', () => {
    const codes = rowsOf(sectionOf('docs/cli.md', '### Exit codes')).map(([code]) => Number(code))
    expect(codes).toEqual([...new Set([0, ...errorCodes.map(exitCodeOf)])].sort())
    const schema = JSON.parse(readPage('docs/schema/cli.json'))
    expect(schema.$defs.error.properties.error.properties.code.enum).toEqual(errorCodes)
  })

  test('and every part of the schema', () => {
    const named = [...readPage('docs/cli.md').matchAll(/`#\/\$defs\/(\w+)`/g)].map((match) => match[1])
    const schema = JSON.parse(readPage('docs/schema/cli.json'))
    const inner = ['exit', 'process']
    expect([...new Set([...named, ...inner])].sort()).toEqual(Object.keys(schema.$defs).sort())
  })
})

test('the architecture page has one diagram', () => {
  expect(blocksOf(readPage('docs/architecture.md')).map(({ info }) => info)).toEqual(['mermaid'])
})

test('the index of decisions lists each page once', () => {
  const listed = targetsOf(readPage('docs/decisions/README.md')).map((target) => `docs/decisions/${target}`)
  const present = pages.filter((page) => page.startsWith('docs/decisions/') && !page.endsWith('/README.md'))
  expect(listed.sort()).toEqual([...present].sort())
})

test('the README stays short', () => {
  expect(readPage('README.md').split('\n').length).toBeLessThan(120)
})
