import { lstatSync, mkdirSync, readFileSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../../../test/helpers/temporary-folder.ts'
import { addHost, removeHost } from './edit-config.ts'
import { parseConfig } from './parse-config.ts'
import type { HostEntry } from './schema.ts'

/** A file with this text, to be edited. */
async function file(text: string | null, mode = 0o600) {
  const folder = await temporaryFolder()
  const path = join(folder.path, 'config.yaml')
  if (text !== null) writeFileSync(path, text, { mode })
  return {
    path,
    folder: folder.path,
    text: () => readFileSync(path, 'utf8'),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

async function added(text: string | null, entry: HostEntry = { name: 'gpu-01' }): Promise<string> {
  await using config = await file(text)
  expect(addHost(config.path, entry)).toEqual({ ok: true, value: null })
  return config.text()
}

async function removed(text: string, name = 'gpu-01'): Promise<string> {
  await using config = await file(text)
  expect(removeHost(config.path, name)).toEqual({ ok: true, value: null })
  return config.text()
}

describe('a host is added, and every other byte stays', () => {
  test.each<[string, string | null, string]>([
    ['no file', null, 'hosts:\n  - name: gpu-01\n'],
    ['an empty file', '', 'hosts:\n  - name: gpu-01\n'],
    ['only a comment', '# mine\n', '# mine\nhosts:\n  - name: gpu-01\n'],
    [
      'other keys, no newline at the end',
      'ui:   {theme:   dark}   # odd',
      'ui:   {theme:   dark}   # odd\nhosts:\n  - name: gpu-01\n',
    ],
    [
      'a list',
      'hosts:\n  # ours\n  - name: a   # first\n    max_parallel:   2\n\n\nui: {}\n',
      'hosts:\n  # ours\n  - name: a   # first\n    max_parallel:   2\n  - name: gpu-01\n\n\nui: {}\n',
    ],
    ['a list without indent', 'hosts:\n- name: a\nui: {}\n', 'hosts:\n- name: a\n- name: gpu-01\nui: {}\n'],
    ['a list at the end', 'hosts:\n    - name: a', 'hosts:\n    - name: a\n    - name: gpu-01\n'],
    ['an empty key', 'hosts:  # none yet\nui: {}\n', 'hosts:  # none yet\n  - name: gpu-01\nui: {}\n'],
    ['a list in brackets', 'hosts: [{name: a}] # two\n', 'hosts: [{name: a}, {name: gpu-01}] # two\n'],
    ['an empty list', '# x\nhosts: []\nui: {}\n', '# x\nhosts: [{name: gpu-01}]\nui: {}\n'],
    ['a document in braces', '{ui: {theme: dark}} # all\n', '{ui: {theme: dark}, hosts: [{name: gpu-01}]} # all\n'],
    [
      'lines of Windows',
      'ui: {}\r\nhosts:\r\n  - name: a\r\n',
      'ui: {}\r\nhosts:\r\n  - name: a\r\n  - name: gpu-01\r\n',
    ],
    ['a byte order mark', '\uFEFFui: {}\n', '\uFEFFui: {}\nhosts:\n  - name: gpu-01\n'],
  ])('%s', async (_, before, after) => {
    expect(await added(before)).toBe(after)
  })

  test('with all that can be said of it', async () => {
    const text = await added('', { name: '%a@b', ssh_config: '/etc/a: b', max_parallel: 3 })
    expect(parseConfig(text)).toMatchObject({
      config: { hosts: [{ name: '%a@b', ssh_config: '/etc/a: b', max_parallel: 3 }] },
    })
  })

  test('behind a mark for the end of the document', async () => {
    expect(parseConfig(await added('ui: {} # x\n...\n'))).toMatchObject({ config: { hosts: [{ name: 'gpu-01' }] } })
  })
})

describe('a host is removed, and every other byte stays', () => {
  test.each([
    [
      'the first of two',
      'hosts:\n  - name: gpu-01 # old\n    max_parallel: 2\n  # keep\n  - name: b\nui:   {}\n',
      'hosts:\n  # keep\n  - name: b\nui:   {}\n',
    ],
    ['the last of two', 'hosts:\n  - name: b\n\n  - name: gpu-01\n\nui: {}\n', 'hosts:\n  - name: b\n\n\nui: {}\n'],
    ['the only one', '# a\nhosts:\n  - name: gpu-01\n# b\nui: {}\n', '# a\n# b\nui: {}\n'],
    ['the only one below a comment', 'hosts:\n  # ours\n  - name: gpu-01\nui: {}\n', 'hosts:\n  # ours\nui: {}\n'],
    ['in brackets', 'hosts: [{name: gpu-01}, {name: b}] # x\n', 'hosts: [{name: b}] # x\n'],
    ['the dash alone', 'hosts:\n  -\n    name: gpu-01\n  - name: b\n', 'hosts:\n  - name: b\n'],
  ])('%s', async (_, before, after) => {
    expect(await removed(before)).toBe(after)
  })
})

test('what is there already, and what is not', async () => {
  await using config = await file('hosts: [{name: gpu-01}]\n')
  expect(addHost(config.path, { name: 'gpu-01' })).toMatchObject({ code: 'conflict' })
  expect(removeHost(config.path, 'b')).toMatchObject({ code: 'not_found', message: 'config.yaml lists no host b.' })
  expect(config.text()).toBe('hosts: [{name: gpu-01}]\n')
})

test('a file with problems is left as it is, and they are named', async () => {
  await using config = await file('ui: {}\nhandler: {}\n')
  expect(addHost(config.path, { name: 'a' })).toMatchObject({
    code: 'bad_input',
    message: expect.stringContaining('config.yaml line 2: unknown key "handler"'),
  })
  expect(config.text()).toBe('ui: {}\nhandler: {}\n')
})

test('an entry that the rest of the file refers to is left to a person', async () => {
  const text = 'hosts:\n  - &one\n    name: gpu-01\nui: *one\n'
  await using config = await file(text)
  expect(removeHost(config.path, 'gpu-01')).toMatchObject({ code: 'conflict' })
  expect(config.text()).toBe(text)
})

test('the mode stays, and a new file is for its owner', async () => {
  await using config = await file('ui: {}\n', 0o644)
  addHost(config.path, { name: 'a' })
  expect(statSync(config.path).mode & 0o777).toBe(0o644)
  await using fresh = await file(null)
  const path = join(fresh.folder, 'new', 'config.yaml')
  addHost(path, { name: 'a' })
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('a link stays a link; one that leads nowhere is refused', async () => {
  await using config = await file(null)
  mkdirSync(join(config.folder, 'dotfiles'))
  symlinkSync('dotfiles/procession.yaml', config.path)
  expect(addHost(config.path, { name: 'a' })).toMatchObject({ code: 'conflict' })
  const target = join(config.folder, 'dotfiles', 'procession.yaml')
  writeFileSync(target, '# mine\n')
  expect(addHost(config.path, { name: 'a' })).toMatchObject({ ok: true })
  expect(lstatSync(config.path).isSymbolicLink()).toBe(true)
  expect(readlinkSync(config.path)).toBe('dotfiles/procession.yaml')
  expect(readFileSync(target, 'utf8')).toBe('# mine\nhosts:\n  - name: a\n')
})

// Texts of every layout that people use, with comments at every place.
const word = fc.stringMatching(/^[a-z][a-z0-9]{0,6}$/)
const comment = fc.constantFrom('', ' # keep this', '   # and this')
const ownLine = fc.constantFrom('', '# alone\n', '\n', '\n# after a gap\n\n')
const indent = fc.constantFrom('', '  ', '      ')
const names = fc.uniqueArray(
  word.filter((name) => name !== 'local'),
  { minLength: 1, maxLength: 5 },
)

const layout = fc.record({
  names,
  indent,
  comment,
  head: ownLine,
  between: ownLine,
  tail: fc.constantFrom('', '# the end', 'ui: {theme:  dark}  # last\n'),
  flow: fc.boolean(),
})

type Layout = typeof layout extends fc.Arbitrary<infer Value> ? Value : never

function textOf(one: Layout): string {
  const list = one.flow
    ? `hosts: [${one.names.map((name) => `{name: ${name}}`).join(', ')}]${one.comment}\n`
    : `hosts:${one.comment}\n${one.names.map((name) => `${one.indent}- name: ${name}${one.comment}\n`).join(one.between)}`
  return `tokens: ["x",   'y']\n${one.head}${list}${one.between}${one.tail}`
}

const commentsIn = (text: string): string[] => text.match(/# .*/g) ?? []

function contentOf(text: string) {
  const parsed = parseConfig(text)
  if (!parsed.ok) throw new Error(`${text}\n${JSON.stringify(parsed.problems)}`)
  return parsed.config
}

test('whatever the layout: comments and other keys survive an entry that comes, and everything one that goes again', async () => {
  await using config = await file('')
  fc.assert(
    fc.property(layout, (one) => {
      const text = textOf(one)
      writeFileSync(config.path, text)
      const entry = { name: 'the-new.one', max_parallel: 4 }
      expect(addHost(config.path, entry)).toMatchObject({ ok: true })
      const before = contentOf(text)
      expect(contentOf(config.text())).toEqual({ ...before, hosts: [...(before.hosts ?? []), entry] })
      expect(commentsIn(config.text())).toEqual(commentsIn(text))
      expect(removeHost(config.path, entry.name)).toMatchObject({ ok: true })
      expect(contentOf(config.text())).toEqual(before)
      expect(commentsIn(config.text())).toEqual(commentsIn(text))
      if (!one.flow) expect(config.text().trimEnd()).toBe(text.trimEnd())
    }),
  )
})

test('whatever the layout: an entry goes with its own comments and no others', async () => {
  await using config = await file('')
  fc.assert(
    fc.property(layout, fc.nat(), (one, seed) => {
      const text = textOf(one)
      const gone = one.names[seed % one.names.length] ?? ''
      writeFileSync(config.path, text)
      expect(removeHost(config.path, gone)).toMatchObject({ ok: true })
      const { hosts: left = [], ...others } = contentOf(config.text())
      const { hosts: _, ...before } = contentOf(text)
      expect(others).toEqual(before)
      expect(left.map(({ name }) => name)).toEqual(one.names.filter((name) => name !== gone))
      const own = one.flow || one.comment === '' ? 0 : 1
      if (left.length > 0) expect(commentsIn(config.text())).toHaveLength(commentsIn(text).length - own)
    }),
  )
})
