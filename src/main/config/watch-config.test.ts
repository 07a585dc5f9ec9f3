import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../test/helpers/temporary-folder.ts'
import { until } from '../../../test/helpers/until.ts'
import { type ConfigState, watchConfig } from './watch-config.ts'

const handler = (program: string) => `handlers: {ib: [${program}]}\n`

/** A watch of `config.yaml` in a folder of its own, with what it has reported. */
async function lab(before: (folder: string) => void = () => {}) {
  const temporary = await temporaryFolder()
  const folder = join(temporary.path, 'home')
  mkdirSync(folder)
  before(folder)
  const changes: ConfigState[] = []
  const watcher = watchConfig(join(folder, 'config.yaml'), (state) => changes.push(state))
  return {
    folder,
    changes,
    path: join(folder, 'config.yaml'),
    current: watcher.current,
    refresh: () => watcher.refresh(),
    state: () => watcher.current(),
    /** Waits until the program of the handler `ib` is this one; null: no handler. */
    untilProgram: (program: string | null) =>
      until(() => (watcher.current().config.handlers.ib?.[0] ?? null) === program, { what: `the handler ${program}` }),
    [Symbol.asyncDispose]: async () => {
      watcher.close()
      await temporary[Symbol.asyncDispose]()
    },
  }
}

test('the file is read at once, and again when it is written, replaced or removed', async () => {
  await using watched = await lab((folder) => writeFileSync(join(folder, 'config.yaml'), handler('/one')))
  expect(watched.state()).toEqual({ config: { handlers: { ib: ['/one'] } }, problem: null })

  writeFileSync(watched.path, handler('/two'))
  await watched.untilProgram('/two')

  writeFileSync(join(watched.folder, 'new'), handler('/three'))
  renameSync(join(watched.folder, 'new'), watched.path)
  await watched.untilProgram('/three')

  renameSync(watched.path, `${watched.path}~`)
  writeFileSync(watched.path, handler('/four'))
  await watched.untilProgram('/four')

  rmSync(watched.path)
  await watched.untilProgram(null)
  expect(watched.changes.map(({ problem }) => problem)).toEqual(watched.changes.map(() => null))
})

test('a wrong edit keeps the last good settings and is reported; the next good one holds', async () => {
  await using watched = await lab((folder) => writeFileSync(join(folder, 'config.yaml'), handler('/one')))
  writeFileSync(watched.path, 'ui: {}\nhandlers: {ib: [one]}\n')
  const { problem } = await until(() => watched.changes.at(-1), { what: 'the problem' })
  expect(problem?.message).toBe('config.yaml line 2: handlers.ib.0: "one" is not the absolute path of a program')
  expect(watched.state().config.handlers).toEqual({ ib: ['/one'] })

  writeFileSync(watched.path, handler('/two'))
  await watched.untilProgram('/two')
  expect(watched.changes.at(-1)).toEqual({ config: { handlers: { ib: ['/two'] } }, problem: null })
})

test('what is wrong from the start leaves the defaults', async () => {
  await using watched = await lab((folder) => writeFileSync(join(folder, 'config.yaml'), 'bad: 1\n'))
  expect(watched.state()).toMatchObject({ config: { handlers: {} }, problem: { code: 'bad_input' } })
})

test('an edit that changes no setting is not reported', async () => {
  await using watched = await lab((folder) => writeFileSync(join(folder, 'config.yaml'), handler('/one')))
  writeFileSync(watched.path, `# a comment\n${handler('/one')}`)
  writeFileSync(join(watched.folder, 'other.yaml'), handler('/other'))
  writeFileSync(watched.path, handler('/two'))
  await watched.untilProgram('/two')
  expect(watched.changes).toHaveLength(1)
})

test('whoever has just written the file need not wait', async () => {
  await using watched = await lab()
  writeFileSync(watched.path, handler('/one'))
  expect(watched.refresh().config.handlers).toEqual({ ib: ['/one'] })
  expect(watched.changes).toHaveLength(1)
  watched.refresh()
  expect(watched.changes).toHaveLength(1)
})

test('a folder that is made later, and one that is replaced', async () => {
  await using watched = await lab((folder) => rmSync(folder, { recursive: true }))
  expect(watched.state().problem).toBeNull()
  mkdirSync(watched.folder)
  writeFileSync(watched.path, handler('/one'))
  await watched.untilProgram('/one')

  renameSync(watched.folder, `${watched.folder}.old`)
  mkdirSync(watched.folder)
  writeFileSync(watched.path, handler('/two'))
  await watched.untilProgram('/two')
})

test('a link to a file elsewhere', async () => {
  await using watched = await lab((folder) => {
    mkdirSync(join(folder, 'dotfiles'))
    writeFileSync(join(folder, 'dotfiles', 'procession.yaml'), handler('/one'))
    symlinkSync('dotfiles/procession.yaml', join(folder, 'config.yaml'))
  })
  writeFileSync(join(watched.folder, 'dotfiles', 'procession.yaml'), handler('/two'))
  await watched.untilProgram('/two')
})
