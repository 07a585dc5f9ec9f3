import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { InputOf } from '../../../src/shared/contract/contract.ts'
import { requiredText } from '../../../src/shared/domain/dependence.ts'
import type { DependenceRow, ProcessRow } from '../../../src/shared/domain/rows.ts'
import { waitingSentence } from '../../../src/shared/text/waiting.ts'
import { DaemonLab, isRunning, pidOf } from '../../helpers/daemon-lab.ts'
import { detailOf, forgetAll, historyOf, isUp, refused } from '../../helpers/session-rows.ts'
import { until } from '../../helpers/until.ts'

let lab: DaemonLab
beforeAll(async () => {
  lab = await DaemonLab.start()
})
afterEach(() => forgetAll(lab))
afterAll(() => lab[Symbol.asyncDispose]())

const isBlocked = ({ life }: ProcessRow): boolean => life.kind === 'blocked'

/** Records processes without starting them. */
async function record(aliases: readonly string[], more: Partial<InputOf<'process.start'>> = {}): Promise<void> {
  for (const alias of aliases) await lab.startScript(alias, 'exec sleep 1000', { launch: false, ...more })
}

const start = (...aliases: string[]) =>
  lab.ask('process.startKnown', { targets: aliases.map((alias) => lab.target(alias)) })
const stop = (...aliases: string[]) =>
  lab.ask('process.stop', { targets: aliases.map((alias) => lab.target(alias)), now: true, wait: true })

type Edges = Omit<InputOf<'dependences.add'>, 'workspace'>
const add = (parents: string[], children: string[], more: Partial<Edges> = {}) =>
  lab.ask('dependences.add', { workspace: lab.workspace, parents, children, ...more })
const tryAdd = (parents: string[], children: string[], more: Partial<Edges> = {}) =>
  lab.try('dependences.add', { workspace: lab.workspace, parents, children, ...more })
const remove = (parents: string[], children: string[]) =>
  lab.ask('dependences.remove', { workspace: lab.workspace, parents, children })
const tryRemove = (parents: string[], children: string[]) =>
  lab.try('dependences.remove', { workspace: lab.workspace, parents, children })

/** Dependences as `parent:state child on-loss`, by the names that people use. */
async function edges(): Promise<string[]> {
  const { processes, dependences } = await lab.ask('rows.list', { workspace: lab.workspace })
  const nameOf = (id: string) => processes.find((row) => row.id === id)?.alias ?? '?'
  return dependences.map(({ parent, required, childId, onLoss }) => {
    const name = parent.kind === 'process' ? nameOf(parent.id) : `(${parent.name})`
    return `${name}:${requiredText(required)} ${nameOf(childId)} ${onLoss}`
  })
}

const mirrored = (): unknown => parse(readFileSync(path.join(lab.workspace, 'etc', 'session.yaml'), 'utf8')).dependences

const sentenceOf = async (alias: string): Promise<string> => waitingSentence((await lab.row(alias)).waitingFor)

describe('adding', () => {
  test('every parent with every child, each once, and etc/session.yaml says so', async () => {
    await record(['a', 'b', 'c', 'd'])
    expect((await add(['a', 'b:operative'], ['c', 'd'])).added).toBe(4)
    expect(await edges()).toEqual(
      expect.arrayContaining(['a:up c keep', 'b:operative c keep', 'a:up d keep', 'b:operative d keep']),
    )
    expect(mirrored()).toEqual({ c: ['a', 'b:operative'], d: ['a', 'b:operative'] })
    const again = await add(['a', 'b:operative'], ['c', 'd'])
    expect(again).toMatchObject({ added: 0, dependences: { length: 4 } })
    expect((await add(['a', 'a:up'], ['c'])).added).toBe(0)
  })

  test('again with another --on-loss changes that, and without it nothing', async () => {
    await record(['a', 'b'])
    await add(['a'], ['b'], { onLoss: 'stop' })
    expect((await add(['a'], ['b'])).added).toBe(0)
    expect(await edges()).toEqual(['a:up b stop'])
    expect(await add(['a'], ['b'], { onLoss: 'restart' })).toMatchObject({ added: 0, changed: 1 })
    expect(await edges()).toEqual(['a:up b restart'])
  })

  test('by alias, by name and by the beginning of either', async () => {
    await record(['parent', 'child'])
    const { name } = await lab.row('parent')
    expect((await add(['parent:one', `${name}:two`, 'par:three'], ['chi'])).added).toBe(3)
    expect((await detailOf(lab, 'child')).parents).toHaveLength(3)
    expect((await detailOf(lab, 'parent')).children).toHaveLength(3)
  })

  test.each([
    ['itself', ['a'], ['a'], 'conflict', 'a cannot depend on itself'],
    ['a cycle', ['c'], ['a'], 'conflict', 'c → a → b → c'],
    ['a parent that does not exist', ['nobody'], ['c'], 'not_found', 'nobody'],
    ['a child that does not exist', ['a'], ['nobody'], 'not_found', 'nobody'],
    ['one of several that does not exist', ['a', 'nobody'], ['d'], 'not_found', 'nobody'],
    ['a label that cannot be one', ['a:x/y'], ['d'], 'bad_input', 'x/y'],
    ['an end with a code of its own', ['a:exited:1'], ['d'], 'bad_input', 'exited:1'],
    ['what is no process', ['exp:1'], ['d'], 'unsupported', 'exp:1'],
  ] as const)('%s is refused, and nothing is added', async (_, parents, children, code, words) => {
    await record(['a', 'b', 'c', 'd'])
    await add(['a'], ['b'])
    await add(['b'], ['c'])
    expect(refused(await tryAdd([...parents], [...children]))).toMatchObject({
      code,
      message: expect.stringContaining(words),
    })
    expect(await edges()).toHaveLength(2)
  })

  test('a cycle within one request is refused as well', async () => {
    await record(['a', 'b'])
    expect(refused(await tryAdd(['a', 'b'], ['a', 'b'])).code).toBe('conflict')
    expect(await edges()).toEqual([])
  })

  test('a parent that does not exist yet is waited for, if that is allowed', async () => {
    await record(['child'])
    await add(['later:up'], ['child'], { allowMissing: true })
    expect(await edges()).toEqual(['(later):up child keep'])
    expect(mirrored()).toEqual({ child: ['later'] })
    await start('child')
    expect(await sentenceOf('child')).toBe('Waits for later to run (it does not exist yet)')
    await lab.startScript('later', 'exec sleep 1000')
    await lab.untilRow('child', 'is up', isUp)
    expect(await edges()).toEqual(['later:up child keep'])
  })
})

describe('removing', () => {
  test('without a state all of the pair, else the one that is named', async () => {
    await record(['a', 'b'])
    await add(['a', 'a:one', 'a:two', 'a:exited:0'], ['b'])
    expect(await remove(['a:one'], ['b'])).toMatchObject({ removed: 1, notices: [] })
    expect(await remove(['a:exited:0'], ['b'])).toMatchObject({ removed: 1 })
    expect(refused(await tryRemove(['a:one'], ['b'])).code).toBe('not_found')
    expect(await remove(['a'], ['b'])).toMatchObject({ removed: 2, dependences: [] })
    expect(mirrored()).toEqual({})
    expect(refused(await tryRemove(['a'], ['b'])).code).toBe('not_found')
    expect(refused(await tryRemove(['a'], ['nobody'])).code).toBe('not_found')
  })

  test("in the seed's odd form the state stands at the child", async () => {
    await record(['master.tws', 'master.trader'])
    await add(['master.tws:operative', 'master.tws:other'], ['master.trader'])
    const removed = await remove(['master.tws'], ['master.trader:operative'])
    expect(removed).toMatchObject({ removed: 1, notices: [expect.stringContaining('operative')] })
    expect(await edges()).toEqual(['master.tws:other master.trader keep'])
  })

  test('of a parent that never came', async () => {
    await record(['child'])
    await add(['never'], ['child'], { allowMissing: true })
    await start('child')
    await remove(['never'], ['child'])
    await lab.untilRow('child', 'is up', isUp)
  })
})

describe('a child is launched when every parent is what it must be', () => {
  test('up: the row says what it waits for, and the history why it began', async () => {
    await record(['a', 'b', 'child'])
    await add(['a', 'b'], ['child'])
    const [blocked] = await start('child')
    expect(blocked?.life).toMatchObject({ kind: 'blocked' })
    expect(await sentenceOf('child')).toMatch(/^Waits for [ab] to run \(now waiting\), and for [ab] to run/)
    await start('a')
    expect(await sentenceOf('child')).toBe('Waits for b to run (now waiting)')
    expect(await lab.row('child')).toMatchObject({ life: { kind: 'blocked' }, run: 0 })
    await start('b')
    await lab.untilRow('child', 'is up', isUp)
    expect((await lab.row('child')).waitingFor).toEqual([])
    const why = (await historyOf(lab, 'child')).map((entry) => entry.why)
    expect(why).toContainEqual(expect.stringMatching(/^(a runs, b runs|b runs, a runs)$/))
  })

  test('ready', async () => {
    const argv = ['/bin/sh', '-c', 'test -e ready-now']
    const ready = { check: { kind: 'command' as const, argv }, intervalMs: 20, timeoutMs: 60_000 }
    await record(['server'], { ready })
    await record(['client'])
    await add(['server:ready'], ['client'])
    await start('server', 'client')
    expect(await sentenceOf('client')).toBe('Waits for server to be ready (now starting)')
    writeFileSync(path.join(lab.workspace, 'ready-now'), '')
    await lab.untilRow('client', 'is up', isUp)
  })

  test('exited:0, and exited in any way', async () => {
    const script = 'test -e good'
    await lab.startScript('job', script, { launch: false })
    await record(['after', 'anyhow'])
    await add(['job:exited:0'], ['after'])
    await add(['job:exited'], ['anyhow'])
    await start('after', 'anyhow')
    expect(await sentenceOf('after')).toBe('Waits for job to succeed (now waiting)')
    expect(await sentenceOf('anyhow')).toBe('Waits for job to end (now waiting)')
    await start('job')
    await lab.untilRow('anyhow', 'is up', isUp)
    expect(await sentenceOf('after')).toBe('Waits for job to succeed (now failed)')
    writeFileSync(path.join(lab.workspace, 'good'), '')
    await start('job')
    await lab.untilRow('after', 'is up', isUp)
  })

  test('in a state of its own, which is then looked for every second', async () => {
    await record(['tws', 'trader'])
    const target = lab.target('tws')
    await lab.ask('states.define', { target, label: 'operative', when: "fp.cmdline.exists(x, x == '1000')" })
    await add(['tws:operative'], ['trader'])
    await start('trader', 'tws')
    await lab.untilRow('tws', 'is up', isUp)
    expect(await sentenceOf('trader')).toBe('Waits for tws to be operative (now running)')
    await lab.untilRow('trader', 'is up', isUp)
    expect(await lab.row('tws')).toMatchObject({ state: 'operative', score: 1 })
    expect((await historyOf(lab, 'trader')).map((entry) => entry.why)).toContain('tws is operative')
  })

  test('a start of the child alone starts no parent, and a stop ends the waiting', async () => {
    await record(['a', 'child'])
    await add(['a'], ['child'])
    await start('child')
    await stop('child')
    expect((await lab.row('child')).life).toMatchObject({ kind: 'down' })
    await start('a')
    await lab.untilRow('a', 'is up', isUp)
    expect((await lab.row('child')).life).toMatchObject({ kind: 'down' })
  })

  test('in the order of a chain of thirty, of which each is up before the next begins', async () => {
    const aliases = Array.from({ length: 30 }, (_, index) => `link-${String(index).padStart(2, '0')}`)
    await record(aliases)
    for (const [index, child] of aliases.entries()) {
      const parent = aliases[index - 1]
      if (parent !== undefined) await add([parent], [child])
    }
    await start(...aliases.toReversed())
    await lab.untilRow('link-29', 'is up', isUp)
    const rows: ProcessRow[] = []
    for (const alias of aliases) rows.push(await lab.row(alias))
    const begins = rows.map(({ startedAt }) => startedAt ?? 0)
    expect(begins).toEqual(begins.toSorted((left, right) => left - right))
    expect(rows.every(isUp)).toBe(true)
  })
})

describe('what changes while a child waits', () => {
  test('the removal of what it waits for', async () => {
    await record(['a', 'child'])
    await add(['a'], ['child'])
    await start('child')
    await remove(['a'], ['child'])
    await lab.untilRow('child', 'is up', isUp)
  })

  test('the detachment of its parent', async () => {
    await record(['a', 'child', 'grandchild'])
    await add(['a:operative'], ['child'])
    await add(['child:operative'], ['grandchild'])
    await start('child', 'grandchild')
    await lab.ask('process.detach', { target: lab.target('a'), purge: true })
    await lab.untilRow('child', 'is up', isUp)
    expect(await edges()).toEqual(['child:operative grandchild keep'])
    expect(mirrored()).toEqual({ grandchild: ['child:operative'] })
    const { pid } = await lab.ask('process.detach', { target: lab.target('child'), purge: true })
    expect(await edges()).toEqual([])
    await lab.untilRow('grandchild', 'is up', isUp)
    process.kill(pid ?? 0, 'SIGKILL')
  })

  test('another alias of its parent', async () => {
    await record(['a', 'child'])
    await add(['a:operative'], ['child'])
    await start('child', 'a')
    await lab.ask('process.attach', {
      workspace: lab.workspace,
      program: { pid: pidOf(await lab.untilRow('a', 'is up', isUp)) },
      alias: 'renamed',
    })
    expect(await edges()).toEqual(['renamed:operative child keep'])
    expect(await sentenceOf('child')).toBe('Waits for renamed to be operative (now running)')
    expect(mirrored()).toEqual({ child: ['renamed:operative'] })
    await lab.ask('process.attach', { workspace: lab.workspace, program: null, alias: 'renamed', state: 'operative' })
    await lab.untilRow('child', 'is up', isUp)
  })

  test('a restart of its parent, and another definition of it', async () => {
    await record(['a', 'child'])
    await add(['a:operative'], ['child'])
    await start('a', 'child')
    await lab.ask('process.restart', { targets: [lab.target('a')], wait: true })
    expect((await lab.row('child')).life.kind).toBe('blocked')
    await lab.startScript('a', 'exec sleep 1000', { env: { COLOUR: 'red' }, force: true })
    expect(await lab.row('a')).toMatchObject({ life: { kind: 'up' } })
    expect((await lab.row('child')).life.kind).toBe('blocked')
    await lab.ask('process.attach', { workspace: lab.workspace, program: null, alias: 'a', state: 'operative' })
    await lab.untilRow('child', 'is up', isUp)
  })
})

describe('a parent that is lost', () => {
  test('keep: the child goes on', async () => {
    await record(['a', 'child', 'witness'])
    await add(['a'], ['child'])
    await add(['a'], ['witness'], { onLoss: 'stop' })
    await start('a', 'child', 'witness')
    const child = await lab.untilRow('child', 'is up', isUp)
    await lab.untilRow('witness', 'is up', isUp)
    await stop('a')
    await lab.untilRow('witness', 'is down', ({ life }) => life.kind === 'down')
    expect((await lab.row('child')).life).toEqual(child.life)
  })

  test('stop: the child ends and stays down when the parent is back', async () => {
    await record(['a', 'child', 'witness'])
    await add(['a'], ['child'], { onLoss: 'stop' })
    await add(['a'], ['witness'])
    await start('a', 'child')
    await lab.untilRow('child', 'is up', isUp)
    await stop('a')
    const down = await lab.untilRow('child', 'is down', ({ life }) => life.kind === 'down')
    expect(down.life).toMatchObject({ reason: 'Stopped because a is no longer up' })
    expect((await historyOf(lab, 'child'))[0]).toMatchObject({ actor: 'supervisor' })
    await start('witness', 'a')
    await lab.untilRow('witness', 'is up', isUp)
    expect((await lab.row('child')).life.kind).toBe('down')
  })

  test('restart: the child ends and begins again with the parent', async () => {
    await record(['a', 'child'])
    await add(['a'], ['child'], { onLoss: 'restart' })
    await start('a', 'child')
    const first = pidOf(await lab.untilRow('child', 'is up', isUp))
    await stop('a')
    await lab.untilRow('child', 'is blocked', isBlocked)
    expect(isRunning(first)).toBe(false)
    await start('a')
    const again = await lab.untilRow('child', 'is up', isUp)
    expect(pidOf(again)).not.toBe(first)
    expect(again).toMatchObject({ run: 2, restarts: 1 })
  })

  test('a state that is lost counts as well', async () => {
    await record(['a', 'child'])
    await lab.ask('states.define', { target: lab.target('a'), label: 'operative', when: 'pid > 0' })
    await add(['a:operative'], ['child'], { onLoss: 'stop' })
    await start('a', 'child')
    await lab.untilRow('child', 'is up', isUp)
    await lab.ask('states.remove', { target: lab.target('a'), label: 'operative' })
    const down = await lab.untilRow('child', 'is down', ({ life }) => life.kind === 'down')
    expect(down.life).toMatchObject({ reason: 'Stopped because a is no longer operative' })
  })

  test('what was lost before it was asked for is no loss', async () => {
    await record(['a', 'child', 'witness'])
    await add(['a'], ['child', 'witness'], { onLoss: 'stop' })
    await start('a', 'child', 'witness')
    const child = await lab.untilRow('child', 'is up', isUp)
    await lab.untilRow('witness', 'is up', isUp)
    await remove(['a'], ['child'])
    await stop('a')
    await lab.untilRow('witness', 'is down', ({ life }) => life.kind === 'down')
    await add(['a'], ['child'], { onLoss: 'stop' })
    await start('witness')
    await lab.untilRow('witness', 'is blocked', isBlocked)
    expect((await lab.row('child')).life).toEqual(child.life)
  })

  test('while no daemon was there', async () => {
    await record(['a', 'child'])
    await add(['a'], ['child'], { onLoss: 'stop' })
    await start('a', 'child')
    const parent = pidOf(await lab.untilRow('a', 'is up', isUp))
    await lab.untilRow('child', 'is up', isUp)
    await lab.killDaemon()
    process.kill(parent, 'SIGKILL')
    await until(() => !isRunning(parent), { what: 'the end of the parent' })
    await lab.startDaemon()
    await lab.untilRow('child', 'is down', ({ life }) => life.kind === 'down')
  })
})

test('blocked survives the daemon', async () => {
  await record(['a', 'child'])
  await add(['a:operative'], ['child'])
  await start('a', 'child')
  await lab.untilRow('a', 'is up', isUp)
  await lab.killDaemon()
  await lab.startDaemon()
  expect((await lab.row('child')).life.kind).toBe('blocked')
  expect(await edges()).toEqual(['a:operative child keep'])
  await lab.ask('process.attach', { workspace: lab.workspace, program: null, alias: 'a', state: 'operative' })
  await lab.untilRow('child', 'is up', isUp)
})

test('whoever watches is told what holds', async () => {
  const seen: DependenceRow[][] = []
  const stopWatching = new AbortController()
  const watching = lab.client.watch(
    'rows.watch',
    {},
    {
      signal: stopWatching.signal,
      onPart: (part) => {
        if (!('events' in part)) return
        for (const event of part.events) if (event.kind === 'dependences') seen.push([...event.dependences])
      },
    },
  )
  const holding = (holds: boolean[]) =>
    until(() => JSON.stringify(seen.at(-1)?.map((row) => row.holds)) === JSON.stringify(holds), {
      what: `dependences that hold: ${holds.join(' ')}`,
    })
  await record(['a', 'child'])
  await add(['a'], ['child'])
  await holding([false])
  await start('a')
  await holding([true])
  await stop('a')
  await holding([false])
  await remove(['a'], ['child'])
  await holding([])
  stopWatching.abort()
  await watching
})
