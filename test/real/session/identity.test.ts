import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { parseDocument } from 'yaml'
import type { ProcessRow } from '../../../src/shared/domain/rows.ts'
import { DaemonLab, isRunning, ourNode, pidOf, pidsWith } from '../../helpers/daemon-lab.ts'
import { ForeignPrograms } from '../../helpers/foreign-programs.ts'
import { editDatabase, recordsOf, switchOff } from '../../helpers/reboot.ts'
import { detailOf, forgetAll, historyOf, isUp, refused } from '../../helpers/session-rows.ts'
import { until } from '../../helpers/until.ts'

let lab: DaemonLab
const foreign = new ForeignPrograms()
beforeAll(async () => {
  lab = await DaemonLab.start()
})
afterEach(async () => {
  await foreign.end()
  await forgetAll(lab)
})
afterAll(() => lab[Symbol.asyncDispose]())

let sleepers = 0
/** Seconds that nothing else on this machine sleeps for. */
const someSeconds = (): string => `${1_000_000 + ++sleepers}.${process.pid}`

async function startSleep(alias: string, seconds = someSeconds()): Promise<ProcessRow> {
  const report = await lab.ask('process.start', {
    workspace: lab.workspace,
    argv: ['sleep', seconds],
    alias,
    restart: 'always',
  })
  return report.process
}

/** The machine was off; `copies` of the program were started by hand before the daemon came. Their pids, ascending. */
async function rebootWith(row: ProcessRow, copies: number): Promise<number[]> {
  await switchOff(lab, [pidOf(row)])
  const pids: number[] = []
  for (let copy = 0; copy < copies; copy++) pids.push(await foreign.start(row.argv, { cwd: lab.workspace }))
  await lab.startDaemon()
  return pids.toSorted((left, right) => left - right)
}

const programsLike = ({ argv }: ProcessRow): number[] => pidsWith(argv.join('\0'))

describe('after a reboot', () => {
  test('the program that somebody started by hand is adopted', async () => {
    const row = await startSleep('by-hand')
    const [pid] = await rebootWith(row, 1)
    const adopted = await lab.row('by-hand')
    expect(pidOf(adopted)).toBe(pid)
    expect(adopted).toMatchObject({ run: row.run + 1, notices: ['attached: its output goes where it was started'] })
    expect(await historyOf(lab, 'by-hand')).toContainEqual(
      expect.objectContaining({
        actor: 'supervisor',
        why: 'found running',
        what: expect.objectContaining({ kind: 'life', event: 'adopted' }),
      }),
    )
    expect(programsLike(row)).toEqual([pid])
  })

  test('one in another folder, or with another argument, is another program', async () => {
    const row = await startSleep('elsewhere')
    await switchOff(lab, [pidOf(row)])
    const elsewhere = await foreign.start(row.argv, { cwd: lab.folder })
    const other = await foreign.start([...row.argv, '1'], { cwd: lab.workspace })
    await lab.startDaemon()
    const started = await lab.untilRow('elsewhere', 'is up', isUp)
    expect([elsewhere, other]).not.toContain(pidOf(started))
    expect(started.life).toMatchObject({ program: { shimPid: expect.any(Number) } })
  })

  test('of two equal ones a person chooses, and no third is started', async () => {
    const row = await startSleep('twins')
    const pids = await rebootWith(row, 2)
    const asked = await lab.row('twins')
    const command = row.argv.join(' ')
    expect(asked.life).toMatchObject({ kind: 'ambiguous', candidates: pids.map((pid) => ({ pid, command })) })
    const start = refused(await lab.try('process.startKnown', { targets: [lab.target('twins')] }))
    expect(start.code).toBe('ambiguous')
    for (const pid of pids) expect(start.message).toContain(String(pid))
    expect(start.hint).toContain('session attach --pid')
    expect(programsLike(row)).toEqual(pids)

    const [, chosen = 0] = pids
    const attached = await lab.ask('process.attach', {
      workspace: lab.workspace,
      program: { pid: chosen },
      alias: 'twins',
    })
    expect(pidOf(attached.process)).toBe(chosen)
    expect(programsLike(row)).toEqual(pids)
  })

  test('a stop says that it is none of them', async () => {
    const row = await startSleep('neither')
    const pids = await rebootWith(row, 2)
    await lab.ask('process.stop', { targets: [lab.target('neither')], now: false, wait: true })
    expect((await lab.row('neither')).life).toMatchObject({ kind: 'down', reason: 'Stopped by you' })
    expect(programsLike(row)).toEqual(pids)
  })

  test('whoever could be it and has ended is not asked about any more', async () => {
    const row = await startSleep('fewer')
    const [first = 0, second = 0] = await rebootWith(row, 2)
    expect((await lab.row('fewer')).life.kind).toBe('ambiguous')
    process.kill(first, 'SIGKILL')
    const adopted = await lab.untilRow('fewer', 'is up', isUp)
    expect(pidOf(adopted)).toBe(second)
  })

  test('when both have ended while the daemon was away, it is started as usual', async () => {
    const row = await startSleep('none-left')
    const pids = await rebootWith(row, 2)
    expect((await lab.row('none-left')).life.kind).toBe('ambiguous')
    await lab.killDaemon()
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    await until(() => !pids.some(isRunning), { what: 'the end of both' })
    await lab.startDaemon()
    const started = await lab.untilRow('none-left', 'is up', isUp)
    expect(pids).not.toContain(pidOf(started))
    expect(programsLike(started)).toContain(pidOf(started))
  })

  test('a program belongs to one process only', async () => {
    const seconds = someSeconds()
    const one = await startSleep('one', seconds)
    const other = await startSleep('other', seconds)
    await switchOff(lab, [pidOf(one), pidOf(other)])
    const pid = await foreign.start(one.argv, { cwd: lab.workspace })
    await lab.startDaemon()
    const rows = [await lab.untilRow('one', 'is up', isUp), await lab.untilRow('other', 'is up', isUp)]
    const pids = rows.map(pidOf)
    expect(new Set(pids).size).toBe(2)
    expect(pids).toContain(pid)
    const [taker, alone] = pids[0] === pid ? ['one', 'other'] : ['other', 'one']
    expect(pidOf(await lab.row(taker))).toBe(pid)
    const program = { pid }
    const claim = await lab.try('process.attach', { workspace: lab.workspace, program, alias: alone })
    expect(refused(claim).code).toBe('conflict')
  })
})

/** Listens where its folder says so, and does not else; its arguments are the same either way. */
const listensIfAsked = `
const fs = require('node:fs')
if (fs.existsSync('listen')) {
  const server = require('node:net').createServer().listen(0, '127.0.0.1')
  server.on('listening', () => fs.writeFileSync('listens', ''))
} else fs.writeFileSync('silent', '')
setInterval(() => {}, 1000)
`

test('of two equal programs the one that looks like a saved state is it', async () => {
  const file = (name: string) => path.join(lab.workspace, name)
  writeFileSync(file('program.cjs'), listensIfAsked)
  writeFileSync(file('listen'), '')
  const { process: row } = await lab.ask('process.start', {
    workspace: lab.workspace,
    argv: [ourNode(), file('program.cjs')],
    alias: 'scored',
  })
  await until(() => existsSync(file('listens')), { what: 'the listening' })
  await lab.ask('process.attach', { workspace: lab.workspace, program: null, alias: 'scored', state: 'operative' })
  await switchOff(lab, [pidOf(row)])
  rmSync(file('listens'))
  const listening = await foreign.start(row.argv, { cwd: lab.workspace })
  await until(() => existsSync(file('listens')), { what: 'the first to listen' })
  rmSync(file('listen'))
  await foreign.start(row.argv, { cwd: lab.workspace })
  await until(() => existsSync(file('silent')), { what: 'the second to run' })
  await lab.startDaemon()
  expect(pidOf(await lab.row('scored'))).toBe(listening)
  // The logs that we gave it are no part of its state, so one without them is in the same state.
  await lab.untilRow('scored', 'is operative', (found) => found.state === 'operative')
})

test('a program that renames itself is found by its match rule', async () => {
  const title = `renamed ${someSeconds()}`
  const script = `process.title = ${JSON.stringify(title)}; setInterval(() => {}, 1000)`
  const argv = [ourNode(), '-e', script]
  const { process: row } = await lab.ask('process.start', { workspace: lab.workspace, argv, alias: 'renamed' })
  const { paths } = await detailOf(lab, 'renamed')
  const definition = parseDocument(readFileSync(paths.etc, 'utf8'))
  definition.set('match', { argv_prefix: [title], cwd: lab.workspace })
  writeFileSync(paths.etc, definition.toString())
  const edited = { kind: 'definition', changed: ['match'] }
  await until(async () => (await historyOf(lab, 'renamed')).some(({ what }) => isDeepStrictEqual(what, edited)), {
    what: 'the rule to be taken over',
  })
  await switchOff(lab, [pidOf(row)])
  const pid = await foreign.start(argv, { cwd: lab.workspace })
  await until(() => pidsWith(title).includes(pid) && !pidsWith('process.title').includes(pid), { what: 'the new name' })
  await lab.startDaemon()
  expect(pidOf(await lab.row('renamed'))).toBe(pid)
})

describe('after a crash of the daemon', () => {
  /** Between the spawn and the first word of the record: nothing says which program it is but its mark. */
  async function loseRecord(row: ProcessRow): Promise<void> {
    await lab.killDaemon()
    for (const record of recordsOf(lab)) if (record.includes(`${row.name}.`)) rmSync(record)
  }

  test('the mark tells ours from an equal program', async () => {
    const row = await startSleep('marked')
    await foreign.start(row.argv, { cwd: lab.workspace })
    await loseRecord(row)
    editDatabase(lab, (database) => {
      const life = { kind: 'starting', run: row.run, since: row.createdAt, program: null, readyBy: null }
      database.prepare("UPDATE processes SET life_json = ? WHERE alias = 'marked'").run(JSON.stringify(life))
    })
    await lab.startDaemon()
    const found = await lab.untilRow('marked', 'is up', isUp)
    expect(pidOf(found)).toBe(pidOf(row))
    expect(found.run).toBe(row.run)
  })

  test('a program without mark and record is still known by its pid and start time', async () => {
    const seconds = someSeconds()
    const row = await lab.startScript('unmarked', `exec env -i sleep ${seconds}`, { restart: 'always' })
    await until(() => pidsWith(`sleep\0${seconds}`).includes(pidOf(row)), { what: 'the wiped environment' })
    await loseRecord(row)
    await lab.startDaemon()
    expect(pidOf(await lab.row('unmarked'))).toBe(pidOf(row))
    expect(pidsWith(`sleep\0${seconds}`)).toEqual([pidOf(row)])
  })
})

describe('starting what somebody else has started already', () => {
  test('is refused with its pid, unless it is taken over or a second is wanted', async () => {
    const seconds = someSeconds()
    const sleep = programsLike(await startSleep('model'))
    expect(sleep).toHaveLength(2)
    const [program = ''] = (await lab.row('model')).argv
    const pid = await foreign.start([program, seconds], { cwd: lab.workspace })
    const request = { workspace: lab.workspace, argv: ['sleep', seconds], alias: 'outside' }
    const conflict = refused(await lab.try('process.start', request))
    expect(conflict).toMatchObject({ code: 'conflict' })
    expect(conflict.message).toContain(`pid ${pid}`)
    expect(conflict.hint).toMatch(/--adopt.*--force/)

    const adopted = await lab.ask('process.start', { ...request, adopt: true })
    expect(pidOf(adopted.process)).toBe(pid)
    expect(refused(await lab.try('process.start', request)).code).toBe('conflict')
    await lab.ask('process.detach', { target: lab.target('outside'), purge: false })

    const forced = await lab.ask('process.start', { ...request, force: true })
    expect(pidOf(forced.process)).not.toBe(pid)
    expect(isRunning(pid)).toBe(true)
  })
})

test("what another home's daemon runs is never taken", async () => {
  await using other = await DaemonLab.start()
  const request = { argv: ['sleep', someSeconds()], cwd: lab.workspace, restart: 'always' as const }
  const theirs = await other.ask('process.start', { ...request, workspace: other.workspace, alias: 'theirs' })
  const pid = pidOf(theirs.process)
  const { process: ours } = await lab.ask('process.start', { ...request, workspace: lab.workspace, alias: 'ours' })
  expect(pidOf(ours)).not.toBe(pid)
  await switchOff(lab, [pidOf(ours)])
  await lab.startDaemon()
  expect(pidOf(await lab.untilRow('ours', 'is up', isUp))).not.toBe(pid)
  const attach = await lab.try('process.attach', { workspace: lab.workspace, program: { pid } })
  expect(refused(attach)).toMatchObject({ code: 'conflict', message: expect.stringContaining(other.workspace) })
})
