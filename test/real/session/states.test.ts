import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import Database from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { DaemonLab, ourNode, pidOf } from '../../helpers/daemon-lab.ts'
import { filesWith } from '../../helpers/files-with.ts'
import { detailOf, forgetAll, historyOf, isUp, refused } from '../../helpers/session-rows.ts'
import { until } from '../../helpers/until.ts'

let lab: DaemonLab
let folders = 0
beforeAll(async () => {
  lab = await DaemonLab.start()
})
afterEach(() => forgetAll(lab))
afterAll(() => lab[Symbol.asyncDispose]())

/**
 * Holds files open in its folder: `f01` to `f20` at first, but for those that the files `drop-...` there name. Listens on
 * a port that the kernel chooses.
 */
const program = `
const fs = require('node:fs')
const open = new Map()
for (let n = 1; n <= 20; n++) {
  const name = 'f' + String(n).padStart(2, '0')
  open.set(name, fs.openSync(name, 'a'))
}
setInterval(() => {
  for (const file of fs.readdirSync('.')) {
    const name = file.replace('drop-', '')
    if (!file.startsWith('drop-') || !open.has(name)) continue
    fs.closeSync(open.get(name))
    open.delete(name)
  }
}, 20)
require('node:net').createServer().listen(0, '127.0.0.1', () => fs.writeFileSync('listens', ''))
`

/** A folder for one test, with what its programs do. */
function makeFolder() {
  const folder = lab.makeFolder(`states-${++folders}`)
  writeFileSync(path.join(folder, 'program.cjs'), program)
  return {
    path: folder,
    file: (number: number) => path.join(folder, `f${String(number).padStart(2, '0')}`),
    drop: (...numbers: number[]) => {
      for (const number of numbers) writeFileSync(path.join(folder, `drop-f${String(number).padStart(2, '0')}`), '')
    },
  }
}

async function startIn(folder: string, alias: string, more: readonly string[] = []): Promise<void> {
  const argv = [ourNode(), 'program.cjs', ...more]
  await lab.ask('process.start', { workspace: lab.workspace, argv, alias, cwd: folder, restart: 'always' })
  await lab.untilRow(alias, 'is up', isUp)
  await until(async () => (await detailOf(lab, alias)).fingerprint?.listen?.length === 1, {
    what: `${alias} to listen`,
  })
}

const save = (alias: string, state: string) =>
  lab.ask('process.attach', { workspace: lab.workspace, program: null, alias, state })
const define = (alias: string, label: string, more: { when?: string; ignore?: string[]; require?: string[] }) =>
  lab.ask('states.define', { target: lab.target(alias), label, when: null, ...more })

/** Something waits for a state of each of these, so that they are looked at every second and not every five. */
async function lookOften(...aliases: string[]): Promise<void> {
  await lab.startScript('impatient', 'exec sleep 1000', { launch: false })
  const parents = aliases.map((alias) => `${alias}:never`)
  await lab.ask('dependences.add', { workspace: lab.workspace, parents, children: ['impatient'] })
  await lab.ask('process.startKnown', { targets: [lab.target('impatient')] })
}

const stateOf = async (alias: string): Promise<string | null> => (await lab.row(alias)).state
const fpFile = async (alias: string, label: string): Promise<string> =>
  path.join(lab.workspace, 'fp', `${(await lab.row(alias)).name}.${label}.yaml`)

test('a saved state: its file with the five lists, its row, and what show says', async () => {
  const folder = makeFolder()
  await startIn(folder.path, 'tws', ['password=hunter2-of-states'])
  await save('tws', 'operative')
  const { row, states, fingerprint } = await detailOf(lab, 'tws')
  expect(row).toMatchObject({ state: 'operative', score: 1 })
  const saved = parse(readFileSync(await fpFile('tws', 'operative'), 'utf8')) as Record<string, unknown>
  expect(Object.keys(saved)).toEqual(['files', 'listen', 'established', 'udp', 'cmdline'])
  expect(saved).toMatchObject({
    cmdline: [ourNode(), 'program.cjs', 'password=•••'],
    listen: [expect.stringMatching(/^127\.0\.0\.1:\d+$/)],
    files: expect.arrayContaining([folder.file(1), folder.file(20)]),
  })
  expect(states).toEqual([
    { label: 'operative', fingerprint: saved, when: null, ignore: [], require: [], savedAt: expect.any(Number) },
  ])
  expect(fingerprint).toMatchObject(saved)
  expect(await lab.ask('states.list', lab.target('tws'))).toEqual(states)
  expect(filesWith(lab.workspace, 'hunter2-of-states')).toEqual([])
})

test('saved anew: the earlier fingerprint stays in the history', async () => {
  const folder = makeFolder()
  await startIn(folder.path, 'tws')
  await save('tws', 'operative')
  await define('tws', 'operative', { ignore: ['/some/file'] })
  folder.drop(20)
  await until(async () => !(await detailOf(lab, 'tws')).fingerprint?.files?.includes(folder.file(20)), {
    what: 'the file to be closed',
  })
  await save('tws', 'operative')
  const [state] = await lab.ask('states.list', lab.target('tws'))
  expect(state?.fingerprint?.files).not.toContain(folder.file(20))
  // What a person has marked is not forgotten with the fingerprint.
  expect(state?.ignore).toEqual(['/some/file'])
  const notes = (await historyOf(lab, 'tws')).flatMap(({ what }) => (what.kind === 'note' ? [what.text] : []))
  expect(notes[0]).toBe('State operative saved anew')
  using database = new DisposableDatabase(path.join(lab.workspace, 'db', 'session.db'))
  const earlier = database.texts(
    "SELECT data_json AS text FROM events WHERE data_json LIKE '%earlier%' ORDER BY id DESC",
  )
  expect(JSON.parse(earlier[0] ?? '')).toMatchObject({
    earlier: { label: 'operative', fingerprint: { files: expect.arrayContaining([folder.file(20)]) } },
  })
})

test('what may be missing, what must not, and what does not count', async () => {
  const folder = makeFolder()
  for (const alias of ['plain', 'requires', 'ignores']) await startIn(folder.path, alias, [alias])
  for (const alias of ['plain', 'requires', 'ignores']) await save(alias, 'operative')
  const late = Array.from({ length: 10 }, (_, index) => index + 11)
  await define('requires', 'operative', { require: [folder.file(20)] })
  await define('ignores', 'operative', { ignore: late.map(folder.file) })
  await lookOften('plain', 'requires', 'ignores')

  folder.drop(20)
  await lab.untilRow('requires', 'is in no state', (row) => row.state === null)
  const plain = await lab.row('plain')
  expect(plain.state).toBe('operative')
  expect(plain.score).toBeGreaterThanOrEqual(0.9)
  expect(plain.score).toBeLessThan(1)

  folder.drop(...late)
  await lab.untilRow('plain', 'is in no state', (row) => row.state === null)
  expect(await lab.row('ignores')).toMatchObject({ state: 'operative', score: 1 })
  // An ignored element that is required is still required.
  await define('ignores', 'operative', { require: [folder.file(11)] })
  await lab.untilRow('ignores', 'is in no state', (row) => row.state === null)
  const changes = (await historyOf(lab, 'plain')).flatMap(({ actor, what }) =>
    what.kind === 'state' ? [[actor, what.label]] : [],
  )
  expect(changes).toEqual([
    ['supervisor', null],
    ['supervisor', 'operative'],
  ])
})

test('a state is gained by two looks that agree, and lost by three', async () => {
  const folder = makeFolder()
  await startIn(folder.path, 'tws')
  const isOpen = `fp.files.exists(x, x == '${folder.file(20)}')`
  const isClosed = `!${isOpen}`
  const holds = (condition: string) =>
    lab.client.watch(
      'process.wait',
      { target: lab.target('tws'), condition, timeoutMs: null, failOnExit: false },
      { signal: new AbortController().signal, onPart: () => {} },
    )
  /** Looks lie a second apart; a loaded machine only makes them later. */
  const staysFor = async (ms: number, state: string | null) => {
    const begin = performance.now()
    await until(
      async () => {
        expect(await stateOf('tws')).toBe(state)
        return performance.now() - begin > ms
      },
      { what: `${state} for ${ms} ms` },
    )
  }
  await lookOften('tws')
  await define('tws', 'closed', { when: isClosed })
  await define('tws', 'open', { when: isOpen })
  await staysFor(900, null)
  await lab.untilRow('tws', 'is open', (row) => row.state === 'open')
  await lab.ask('states.remove', { target: lab.target('tws'), label: 'closed' })
  folder.drop(20)
  await holds(isClosed)
  await staysFor(1800, 'open')
  await lab.untilRow('tws', 'is in no state', (row) => row.state === null)
})

test('of states that fit equally well the preferred one, whichever was saved last', async () => {
  const folder = makeFolder()
  await startIn(folder.path, 'tws')
  for (const label of ['operative', 'running', 'launch', 'a']) await save('tws', label)
  expect(await stateOf('tws')).toBe('a')
  await lookOften('tws')
  await lab.untilRow('tws', 'is operative', (row) => row.state === 'operative')
  await lab.ask('states.remove', { target: lab.target('tws'), label: 'operative' })
  expect(await stateOf('tws')).toBeNull()
  await lab.untilRow('tws', 'is running', (row) => row.state === 'running')
})

test('a state outlives the daemon, not the program, and the next run gains it again', async () => {
  const folder = makeFolder()
  await startIn(folder.path, 'tws')
  await save('tws', 'operative')
  await lookOften('tws')
  await lab.killDaemon()
  await lab.startDaemon()
  expect(await lab.row('tws')).toMatchObject({ state: 'operative', score: 1 })
  const first = pidOf(await lab.row('tws'))
  process.kill(first, 'SIGKILL')
  await lab.untilRow('tws', 'is up anew', (row) => isUp(row) && pidOf(row) !== first)
  expect(await lab.row('tws')).toMatchObject({ state: null, score: null })
  // On another port.
  const again = await lab.untilRow('tws', 'is operative', (row) => row.state === 'operative')
  expect(again.score).toBe(1)
  expect((await historyOf(lab, 'tws')).flatMap(({ what }) => (what.kind === 'state' ? [what.label] : []))).toEqual([
    'operative',
    null,
    'operative',
  ])
})

test('a state that an expression defines has no fingerprint, and one that is removed leaves no file', async () => {
  const folder = makeFolder()
  await startIn(folder.path, 'tws')
  await save('tws', 'operative')
  const file = await fpFile('tws', 'operative')
  expect(existsSync(file)).toBe(true)
  const state = await define('tws', 'operative', { when: 'len(fp.listen) == 1' })
  expect(state).toMatchObject({ when: 'len(fp.listen) == 1', fingerprint: null })
  expect(existsSync(file)).toBe(false)
  await save('tws', 'launch')
  expect(existsSync(await fpFile('tws', 'launch'))).toBe(true)
  expect(await lab.ask('states.remove', { target: lab.target('tws'), label: 'launch' })).toHaveLength(1)
  expect(existsSync(await fpFile('tws', 'launch'))).toBe(false)
  expect(await stateOf('tws')).not.toBe('launch')
  const gone = await lab.try('states.remove', { target: lab.target('tws'), label: 'launch' })
  expect(refused(gone)).toMatchObject({ code: 'not_found', message: expect.stringContaining('launch') })
})

test.each([
  ['a reserved word', { label: 'ready', when: 'true' }, 'bad_input', 'ready'],
  ['a word with a colon', { label: 'a:b', when: 'true' }, 'bad_input', 'a:b'],
  ['a way out of the folder', { label: '../x', when: 'true' }, 'bad_input', '../x'],
  ['an expression that cannot be read', { label: 'x', when: 'fp.lisen == 1' }, 'bad_input', 'column 4'],
  ['marks of a state that is not there', { label: 'x', when: null, ignore: ['/a'] }, 'not_found', 'x'],
] as const)('%s is refused', async (_, request, code, words) => {
  await lab.startScript('any', 'exec sleep 1000')
  const ignore = 'ignore' in request ? { ignore: [...request.ignore] } : {}
  const { label, when } = request
  const defined = await lab.try('states.define', { target: lab.target('any'), label, when, ...ignore })
  expect(refused(defined)).toMatchObject({ code, message: expect.stringContaining(words) })
  expect(await lab.ask('states.list', lab.target('any'))).toEqual([])
})

class DisposableDatabase implements Disposable {
  readonly #database: Database.Database
  constructor(file: string) {
    this.#database = new Database(file, { readonly: true })
  }
  texts(query: string): string[] {
    return this.#database
      .prepare<[], { text: string }>(query)
      .all()
      .map(({ text }) => text)
  }
  [Symbol.dispose](): void {
    this.#database.close()
  }
}
